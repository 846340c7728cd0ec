/// Why no transport could be made.
package enum TransportSetupError: Error, Equatable, CustomStringConvertible {
    /// The file of further authorities was not read.
    case unreadableAuthorities(path: String, reason: String)
    /// The file of further authorities holds no certificate, or one that is damaged.
    case badAuthorities(path: String, reason: String)
    /// libcurl did not start, or lacks what is needed of it.
    case libcurl(detail: String)

    package var description: String {
        switch self {
        case .unreadableAuthorities(let path, let reason): "cannot read the authorities in \(path): \(reason)"
        case .badAuthorities(let path, let reason): "no usable authorities in \(path): \(reason)"
        case .libcurl(let detail): "libcurl does not start: \(detail)"
        }
    }
}
