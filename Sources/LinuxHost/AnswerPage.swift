/// The one page of an ``AnswerListener``, and what is said to every other request.
struct AnswerPage: Sendable {
    let path: String
    let type: String
    let text: @Sendable () -> String

    /// The whole response to what a client has sent so far; nil while its head is not complete.
    func response(to request: [UInt8], limit: Int) -> [UInt8]? {
        let head = String(decoding: request.prefix(limit), as: UTF8.self)
        guard head.contains("\r\n\r\n") || head.contains("\n\n") else {
            return request.count < limit ? nil : refusal("431 Request Header Fields Too Large")
        }
        let line = head.prefix { !$0.isNewline }.split(separator: " ", omittingEmptySubsequences: false)
        guard line.count == 3, line[2].hasPrefix("HTTP/1.") else { return refusal("400 Bad Request") }
        guard line[0] == "GET" || line[0] == "HEAD" else {
            return refusal("405 Method Not Allowed", "Allow: GET, HEAD\r\n")
        }
        guard line[1].prefix(while: { $0 != "?" }) == path else { return refusal("404 Not Found") }
        return whole("200 OK", "", type, text(), isHead: line[0] == "HEAD")
    }

    private func refusal(_ status: String, _ fields: String = "") -> [UInt8] {
        whole(status, fields, "text/plain; charset=utf-8", "\(status); there is GET \(path)\n", isHead: false)
    }

    private func whole(
        _ status: String, _ fields: String, _ type: String, _ text: String, isHead: Bool
    ) -> [UInt8] {
        let head =
            "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(text.utf8.count)\r\n"
            + fields + "Connection: close\r\n\r\n"
        return Array((isHead ? head : head + text).utf8)
    }
}
