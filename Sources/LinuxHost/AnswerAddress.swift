/// Where an ``AnswerListener`` listens: on this machine only.
package enum AnswerAddress: Sendable, Equatable, CustomStringConvertible {
    /// 127.0.0.1, or where `isVersion6` ::1.
    case loopback(port: UInt16, isVersion6: Bool = false)
    /// A socket in the file system, for whoever may enter its directory.
    case unix(path: String)

    /// Reads `127.0.0.1:9464`, `localhost:9464`, `[::1]:9464` or `unix:/run/mailscope/metrics.sock`.
    ///
    /// - Returns: nil for anything else, other machines' addresses first of all.
    package init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            // sun_path(7) holds 107 bytes and a zero.
            guard path.hasPrefix("/"), path.utf8.count < 108, !path.utf8.contains(0) else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let (host, digits) = (text[..<colon], text[text.index(after: colon)...])
        guard let port = UInt16(digits), port > 0, "\(port)" == digits else { return nil }
        switch host {
        case "127.0.0.1", "localhost": self = .loopback(port: port)
        case "[::1]": self = .loopback(port: port, isVersion6: true)
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .loopback(let port, false): "127.0.0.1:\(port)"
        case .loopback(let port, true): "[::1]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
