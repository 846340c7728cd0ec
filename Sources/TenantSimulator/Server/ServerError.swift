internal import Glibc

/// Why the server or one of its certificates could not be made.
package enum ServerError: Error, Equatable, CustomStringConvertible {
    /// OpenSSL refused; its own text follows.
    case openSSL(doing: String, detail: String)
    /// The port could not be had; `code` is the system's `errno`.
    case notListening(port: UInt16, code: Int32)

    package var description: String {
        switch self {
        case .openSSL(let doing, let detail): "\(doing) failed (\(detail))"
        case .notListening(let port, EADDRINUSE): "port \(port): another program listens on it"
        case .notListening(let port, EACCES): "port \(port): this user may not listen on it"
        case .notListening(let port, let code):
            "port \(port): it cannot be listened on (\(String(cString: strerror(code))))"
        }
    }

    /// What mends it; nil where nobody knows.
    package var hint: String? {
        switch self {
        case .openSSL: nil
        case .notListening(_, EACCES): "choose a port from 1024 on, or leave --port out for any free one"
        case .notListening: "choose another port, or leave --port out for any free one"
        }
    }
}
