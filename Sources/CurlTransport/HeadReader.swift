internal import MailscopeKit

/// Reads the header lines that libcurl hands over, up to the end of the final head.
struct HeadReader {
    enum Outcome {
        case more
        /// The final head is there: not an interim one (1xx).
        case complete(HTTPResponseHead)
        case tooLarge
        case tooManyFields
    }

    /// Bytes of all heads together.
    static let byteLimit = 64 << 10
    static let fieldLimit = 200

    private var status = 0
    private var headers = HTTPHeaders()
    private var size = 0
    private(set) var isComplete = false

    mutating func take(_ line: UnsafeRawBufferPointer) -> Outcome {
        size += line.count
        guard size <= Self.byteLimit else { return .tooLarge }
        if isComplete { return .more }  // a trailer
        var text = String(decoding: line, as: UTF8.self)[...]
        while text.last?.isNewline == true { text.removeLast() }
        if text.isEmpty {
            guard status >= 200 else { return .more }
            isComplete = true
            return .complete(HTTPResponseHead(status: status, headers: headers))
        }
        if text.hasPrefix("HTTP/") {
            status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            headers = HTTPHeaders()
        } else if let colon = text.firstIndex(of: ":"), text.first != " ", text.first != "\t" {
            guard headers.fields.count < Self.fieldLimit else { return .tooManyFields }
            headers.append(String(text[..<colon]), trimmed(text[text.index(after: colon)...]))
        }
        return .more
    }
}

private func trimmed(_ text: Substring) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    var rest = text.drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return String(rest)
}
