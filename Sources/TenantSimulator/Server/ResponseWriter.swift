import Glibc

/// Puts responses on a connection, with the faults that their ``Delivery`` asks for.
struct ResponseWriter {
    private static let pieceLimit = 64 << 10

    let session: TLSSession

    /// - Returns: true where the connection can serve another request.
    func write(_ response: ServerResponse, to method: String, keepAlive: Bool) -> Bool {
        let delivery = response.delivery
        guard session.pause(delivery.delay) else { return false }
        let stays = keepAlive && !delivery.endsConnection
        switch delivery.start {
        case .nothing: break
        case .garbage: _ = session.write(Array("\u{1}\u{2} this is no HTTP\r\n\r\n".utf8))
        case .statusLine:
            let hasBody = method != "HEAD" && response.status >= 200 && ![204, 304].contains(response.status)
            let head = Array(head(of: response, closes: !stays).utf8)
            let body = hasBody ? response.body : .empty
            guard write(head, body, isChunked: hasBody && delivery.isChunked, delivery) else { return false }
        }
        if stays { return true }
        if delivery.resets { session.reset() } else { session.shutDown() }
        return false
    }

    private func head(of response: ServerResponse, closes: Bool) -> String {
        let delivery = response.delivery
        var head = "HTTP/1.1 \(response.status) \(reason(response.status))\r\n"
        // A service whose clock is wrong says so itself.
        if !response.headers.contains(where: { $0.name == "Date" }) { head += "Date: \(httpDate())\r\n" }
        for header in response.headers { head += "\(header.name): \(header.value)\r\n" }
        if delivery.isChunked {
            head += "Transfer-Encoding: chunked\r\n"
        } else if response.status >= 200, response.status != 204, delivery.isMeasured {
            head += "Content-Length: \(delivery.claimedLength ?? response.body.count)\r\n"
        }
        // A cut is a surprise: it is not announced.
        if closes, delivery.closes || !delivery.endsConnection { head += "Connection: close\r\n" }
        return head + "\r\n"
    }

    /// Head and first piece go together, so that a small answer is one TLS record.
    private func write(
        _ head: [UInt8], _ body: ServerBody, isChunked: Bool, _ delivery: Delivery
    ) -> Bool {
        let end = Swift.min(body.count, delivery.cutAfter ?? .max)
        let step = Swift.min(Self.pieceLimit, delivery.trickle?.bytes ?? .max)
        var stall = delivery.stall
        var pending = head
        var position = 0
        while true {
            if let pause = stall, position >= pause.bytes || position == end {
                guard session.write(pending), session.pause(pause.duration) else { return false }
                pending = []
                stall = nil
            }
            guard position < end else { break }
            let next = Swift.min(position + step, end, Swift.max(position + 1, stall?.bytes ?? .max))
            let piece = body.piece(position..<next)
            pending +=
                isChunked ? Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [13, 10] : piece
            guard session.write(pending) else { return false }
            pending = []
            position = next
            if let pause = delivery.trickle, !session.pause(pause.duration) { return false }
        }
        if isChunked, delivery.cutAfter == nil { pending += Array("0\r\n\r\n".utf8) }
        return session.write(pending)
    }
}

/// `Mon, 23 Nov 2026 14:31:00 GMT` (RFC 9110 §5.6.7).
private func httpDate() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
        + "\(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
}

private func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 302: "Found"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 410: "Gone"
    case 412: "Precondition Failed"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    case 507: "Insufficient Storage"
    case 509: "Bandwidth Limit Exceeded"
    default: "Status \(status)"
    }
}
