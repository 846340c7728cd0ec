internal import FoundationEssentials

extension Fault {
    /// The answer instead of the true one; nil where the true one is only delivered badly.
    func answer(isEntra: Bool, at now: Date) -> ServerResponse? {
        switch self {
        case .status(let status, let body, let retryAfter):
            var headers: [(name: String, value: String)] = []
            switch retryAfter {
            case .seconds(let seconds)?: headers.append(("Retry-After", "\(seconds)"))
            case .date(let seconds)?:
                headers.append(("Retry-After", UTCText(now + TimeInterval(seconds)).http))
            case nil: break
            }
            return body.answer(status: status, headers: headers, isEntra: isEntra, at: now)
        case .drop, .garbage: return ServerResponse(status: 500)
        default: return nil
        }
    }

    /// The answer, delivered with this fault.
    func deliver(_ response: ServerResponse, jitter: (Duration) -> Duration) -> ServerResponse {
        var response = response
        let delivery = response.delivery
        switch self {
        case .latency(let fixed, let limit): response.delivery = delivery.delayed(by: fixed + jitter(limit))
        case .drop(let byReset): response.delivery = delivery.dropped(byReset: byReset)
        case .garbage: response.delivery = delivery.garbled()
        case .stall(let bytes, let duration):
            response.delivery = delivery.stalled(after: bytes, for: duration)
        case .cut(let bytes, let byReset): response.delivery = delivery.cut(after: bytes, byReset: byReset)
        case .trickle(let bytes, let interval):
            response.delivery = delivery.trickled(bytes, every: interval)
        case .link(let text): response.body = replaceLinks(in: response.body, by: text)
        case .status, .expiredToken: break
        }
        return response
    }

    private func replaceLinks(in body: ServerBody, by text: String) -> ServerBody {
        guard case .bytes(let bytes) = body else { return body }
        var output: [UInt8] = []
        var rest = bytes[...]
        while let range = ODataLink.first(in: rest) {
            output += rest[..<range.lowerBound]
            output += JSONValue.string(text).bytes
            rest = rest[range.upperBound...]
        }
        return .bytes(output + rest)
    }
}

/// Finds the values of `@odata.nextLink` and `@odata.deltaLink` in a body.
enum ODataLink {
    private static let names = [Array(#""@odata.nextLink":"#.utf8), Array(#""@odata.deltaLink":"#.utf8)]

    /// The first value's range, with its quotes.
    static func first(in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        var index = bytes.startIndex
        while let at = bytes[index...].firstIndex(of: UInt8(ascii: "\"")) {
            for name in names where bytes[at...].starts(with: name) {
                let start = at + name.count
                guard start < bytes.endIndex, bytes[start] == UInt8(ascii: "\"") else { continue }
                var end = start + 1
                while end < bytes.endIndex, bytes[end] != UInt8(ascii: "\"") {
                    end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard end < bytes.endIndex else { return nil }
                return start..<(end + 1)
            }
            index = at + 1
        }
        return nil
    }
}

extension FaultBody {
    fileprivate func answer(
        status: Int, headers: [(name: String, value: String)], isEntra: Bool, at now: Date
    ) -> ServerResponse {
        let name = Self.reasons[status] ?? "Error"
        switch self {
        case .empty: return ServerResponse(status: status, headers: headers)
        case .text:
            return ServerResponse(
                status: status, headers: headers + [("Content-Type", "text/plain")], body: .text(name))
        case .html:
            let page =
                "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"\"http://www.w3.org/TR/html4/strict.dtd\">\r\n"
                + "<HTML><HEAD><TITLE>\(name)</TITLE></HEAD>\r\n"
                + "<BODY><h2>\(name)</h2>\r\n<hr><p>HTTP Error \(status).</p>\r\n</BODY></HTML>\r\n"
            return ServerResponse(
                status: status, headers: headers + [("Content-Type", "text/html; charset=us-ascii")],
                body: .text(page))
        case .json where isEntra:
            let time = UTCText(now).spaced
            return .json(
                .members([
                    ("error", "temporarily_unavailable"),
                    (
                        "error_description",
                        .string(
                            "AADSTS90033: A transient error has occurred. Please try again. Timestamp: \(time)"
                        )
                    ), ("error_codes", [90_033]), ("timestamp", .string(time)),
                ]), status: status, headers: headers)
        case .json:
            let code = Self.graphCodes[status] ?? "UnknownError"
            return GatewayError(status: status, code: code, message: status == 504 ? "" : name)
                .response(to: nil, at: now, headers: headers)
        }
    }

    private static let reasons = [
        401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests",
        500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
    ]
    private static let graphCodes = [
        401: "InvalidAuthenticationToken", 403: "ErrorAccessDenied", 404: "ErrorItemNotFound",
        429: "ApplicationThrottled", 500: "InternalServerError", 502: "BadGateway", 503: "ServiceUnavailable",
    ]
}
