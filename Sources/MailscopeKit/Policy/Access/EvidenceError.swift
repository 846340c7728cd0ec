/// Why a file is no evidence; every case names the file.
package enum EvidenceError: Error, Equatable, CustomStringConvertible {
    /// It is no text in UTF-8 or UTF-16.
    case notText(file: String)
    /// It is no JSON, or not all of it is there. The line counts from 1.
    case notJSON(file: String, line: Int, reason: String)
    /// It is JSON of another kind; `found` is what it says it is.
    case notEvidence(file: String, found: String?)
    /// Two files are the same half.
    case twice(file: String, schema: String)

    package var description: String {
        switch self {
        case .notText(let file): "\(file) is no text"
        case .notJSON(let file, let line, let reason): "\(file), line \(line): it is no whole JSON: \(reason)"
        case .notEvidence(let file, nil): "\(file) is no evidence: '$.schema' is missing"
        case .notEvidence(let file, let found?):
            "\(file) is no evidence that this mailscope reads: '$.schema' is '\(found)'"
        case .twice(let file, let schema): "\(file) is a second '\(schema)'"
        }
    }

    package var hint: String {
        switch self {
        case .notText, .notJSON: "take the evidence again, and copy the whole file"
        case .notEvidence:
            "give the files that 5-evidence-exchange.ps1 and 5-evidence-directory.ps1 wrote, made by this mailscope"
        case .twice: "give one file of each kind: one from Exchange, one from the directory"
        }
    }
}
