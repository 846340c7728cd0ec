/// Reads requests of HTTP/1.1 one after another from a connection.
///
/// Source: RFC 9112. Strict: what is not clearly a request is refused, and the connection closed.
struct RequestReader {
    enum Outcome {
        /// `wantsMore`: the client keeps the connection for another request.
        case request(ServerRequest, wantsMore: Bool)
        /// To be answered with this status, then closed.
        case refused(status: Int)
        /// The connection ended, between requests or within one.
        case end
    }
    private struct Refusal: Error { let status: Int }
    private struct End: Error {}

    static let headLimit = 64 << 10
    static let bodyLimit = 16 << 20

    private let session: TLSSession
    private let connectionID: Int
    private var buffer: [UInt8] = []

    init(session: TLSSession, connectionID: Int) {
        self.session = session
        self.connectionID = connectionID
    }

    mutating func next() -> Outcome {
        do { return try read() } catch let refusal as Refusal {
            return .refused(status: refusal.status)
        } catch { return .end }
    }

    private mutating func read() throws -> Outcome {
        let lines = try readHead()
        let start = lines[0].split(separator: " ", omittingEmptySubsequences: false)
        guard start.count == 3, isToken(start[0]), !start[1].isEmpty, start[2].hasPrefix("HTTP/") else {
            throw Refusal(status: 400)
        }
        guard start[2] == "HTTP/1.1" || start[2] == "HTTP/1.0" else { throw Refusal(status: 505) }
        let headers = try lines.dropFirst().map(parseField)
        let isHTTP11 = start[2] == "HTTP/1.1"
        guard headers.count(where: { $0.name == "host" }) == 1 || !isHTTP11 else {
            throw Refusal(status: 400)
        }
        if isHTTP11,
            headers.contains(where: { $0.name == "expect" && $0.value.lowercased() == "100-continue" }),
            buffer.isEmpty
        {
            guard session.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) else { throw End() }
        }
        let body = try readBody(headers)
        let connection = headers.filter { $0.name == "connection" }.map { $0.value.lowercased() }
        let closes = connection.contains { $0.split(separator: ",").contains { $0.trimmed == "close" } }
        let request = ServerRequest(
            method: String(start[0]), target: String(start[1]), headers: headers, body: body,
            connectionID: connectionID)
        return .request(request, wantsMore: isHTTP11 && !closes)
    }

    /// The lines of the head without their ends, at least one.
    private mutating func readHead() throws -> [Substring] {
        var lines: [Substring] = []
        var size = 0
        while true {
            let line = try readLine(limit: Self.headLimit - size)
            size += line.utf8.count + 2
            if !line.isEmpty {
                lines.append(line[...])
            } else if !lines.isEmpty {
                return lines
            }  // else: blank lines before a request are to be ignored (RFC 9112 §2.2)
        }
    }

    /// The next line without its CR LF.
    private mutating func readLine(limit: Int) throws -> String {
        var searched = 0
        while true {
            if let end = buffer[searched...].firstIndex(of: 10) {
                guard end <= limit else { throw Refusal(status: 431) }
                guard end > 0, buffer[end - 1] == 13 else { throw Refusal(status: 400) }
                let line = buffer[..<(end - 1)]
                guard !line.contains(0), !line.contains(13) else { throw Refusal(status: 400) }
                let text = String(decoding: line, as: UTF8.self)
                buffer.removeFirst(end + 1)
                return text
            }
            searched = buffer.count
            guard searched <= limit else { throw Refusal(status: 431) }
            try fill()
        }
    }

    private func parseField(_ line: Substring) throws -> (name: String, value: String) {
        // A blank at the start would be a folded line, one before the colon an old way to smuggle.
        guard let colon = line.firstIndex(of: ":"), isToken(line[..<colon]) else {
            throw Refusal(status: 400)
        }
        return (line[..<colon].lowercased(), String(line[line.index(after: colon)...].trimmed))
    }

    private mutating func readBody(_ headers: [(name: String, value: String)]) throws -> [UInt8] {
        let codings = headers.filter { $0.name == "transfer-encoding" }
        let lengths = headers.filter { $0.name == "content-length" }
        if let coding = codings.first {
            guard lengths.isEmpty, codings.count == 1 else { throw Refusal(status: 400) }
            guard coding.value.lowercased() == "chunked" else { throw Refusal(status: 501) }
            return try readChunks()
        }
        guard let length = lengths.first else { return [] }
        guard lengths.allSatisfy({ $0.value == length.value }), length.value.allSatisfy(\.isASCIIDigit),
            let count = Int(length.value)
        else { throw Refusal(status: 400) }
        return try take(count)
    }

    private mutating func readChunks() throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let line = try readLine(limit: 1_024)
            let digits = line.prefix { $0 != ";" }.trimmed
            guard !digits.isEmpty, digits.allSatisfy(\.isHexDigit), let count = Int(digits, radix: 16) else {
                throw Refusal(status: 400)
            }
            if count == 0 { break }
            guard count <= Self.bodyLimit - body.count else { throw Refusal(status: 413) }
            body += try take(count)
            guard try take(2) == [13, 10] else { throw Refusal(status: 400) }
        }
        var trailer = 0
        while case let line = try readLine(limit: Self.headLimit - trailer), !line.isEmpty {
            trailer += line.utf8.count + 2
        }
        return body
    }

    private mutating func take(_ count: Int) throws -> [UInt8] {
        guard count <= Self.bodyLimit else { throw Refusal(status: 413) }
        while buffer.count < count { try fill() }
        let bytes = Array(buffer.prefix(count))
        buffer.removeFirst(count)
        return bytes
    }

    private mutating func fill() throws {
        guard session.read(into: &buffer) else { throw End() }
    }
}

private func isToken(_ text: Substring) -> Bool {
    !text.isEmpty
        && text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains($0)
            }
        }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

extension Substring {
    /// Without blanks and tabs at both ends.
    fileprivate var trimmed: Substring {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
