/// Why the server or one of its certificates could not be made.
package enum ServerError: Error, Equatable, CustomStringConvertible {
    /// OpenSSL refused; its own text follows.
    case openSSL(doing: String, detail: String)
    /// The port could not be had; `code` is the system's `errno`.
    case notListening(port: UInt16, code: Int32)

    package var description: String {
        switch self {
        case .openSSL(let doing, let detail): "\(doing) failed (\(detail))"
        case .notListening(let port, let code): "cannot listen on 127.0.0.1:\(port) (errno \(code))"
        }
    }
}
