/// A request's path and query, decoded. Doubled slashes count as one, as they do at the services' front doors.
package struct RequestTarget: Sendable, Equatable {
    /// Path segments, decoded; a `%2F` stays inside its segment.
    package let segments: [String]
    /// Names and values of the query, decoded, in order.
    package let query: [(name: String, value: String)]

    /// - Parameter target: as sent, in origin or absolute form.
    package init(_ target: String) {
        var rest = Substring(target)
        if rest.hasPrefix("https://") || rest.hasPrefix("http://") {
            rest = rest.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" && $0 != "?" }
        }
        rest = rest.prefix { $0 != "#" }
        let path = rest.prefix { $0 != "?" }
        segments = path.split(separator: "/").map { PercentEncoding.decode($0) }
        query = PercentEncoding.pairs(rest.dropFirst(path.count + 1))
    }

    /// The first value of that name.
    package func query(_ name: String) -> String? { query.first { $0.name == name }?.value }

    package static func == (left: RequestTarget, right: RequestTarget) -> Bool {
        left.segments == right.segments && left.query.elementsEqual(right.query, by: ==)
    }
}

/// Percent-encoding (RFC 3986 §2.1) and the form encoding of HTML.
package enum PercentEncoding {
    /// Decodes `%XX`; what is no encoding stays as it is.
    package static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The pairs of `a=b&c=d`.
    package static func pairs(_ text: some StringProtocol) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                decode(parts[0], plusIsSpace: true),
                parts.count > 1 ? decode(parts[1], plusIsSpace: true) : ""
            )
        }
    }
}
