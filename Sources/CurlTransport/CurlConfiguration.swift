package import MailscopeKit

/// What a ``CurlTransport`` needs to know. There is no way to switch the check of certificates off.
package struct CurlConfiguration: Sendable {
    /// Where the proxy comes from.
    package enum Proxy: Sendable, Equatable {
        /// `https_proxy`, `ALL_PROXY` and `no_proxy`, as libcurl reads them.
        case environment
        /// This one, whatever the environment says: `http://host:port`, `https://…` or `socks5h://…`.
        case url(String)
    }

    /// Sent with every request, as `User-Agent`.
    package var userAgent: String
    /// A PEM file of authorities that are trusted besides the system's.
    package var authorityFile: String?
    package var proxy: Proxy
    /// Takes one record a transfer, at trace level: never a header, a query or a body.
    package var log: Log
    /// Is shown the certificates of each new connection, whether they are trusted or not; on the transport's own
    /// thread. Only looks: what is trusted stays the same.
    package var watch: (@Sendable (ServerChain) -> Void)?

    package init(
        version: String,
        authorityFile: String? = nil,
        proxy: Proxy = .environment,
        log: Log = .silent,
        watch: (@Sendable (ServerChain) -> Void)? = nil
    ) {
        userAgent = "mailscope/\(version)"
        self.authorityFile = authorityFile
        self.proxy = proxy
        self.log = log
        self.watch = watch
    }
}
