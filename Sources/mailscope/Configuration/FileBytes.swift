import FoundationEssentials
import YAMLDocument

/// A file that the program is asked to read, or the finding that says why it cannot be.
enum FileBytes {
    /// - Throws: ``YAMLFindings`` with one finding; `missing` is its hint where there is no such file.
    static func read(_ file: String, missing: String) throws(YAMLFindings) -> [UInt8] {
        do { return Array(try Data(contentsOf: URL(filePath: file))) } catch {
            let (reason, hint): (String, String?) =
                switch (error as? CocoaError)?.code {
                case CocoaError.Code.fileReadNoSuchFile: ("there is no such file", missing)
                case CocoaError.Code.fileReadNoPermission:
                    ("this user may not read it", "let the program's user read it: ls -l \(file)")
                default: ("it cannot be read", "ls -l \(file) shows what it is")
                }
            throw YAMLFindings([
                YAMLFinding(file: file, position: nil, key: "", reason: reason, hint: hint)
            ])
        }
    }
}
