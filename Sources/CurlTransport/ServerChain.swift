package import FoundationEssentials

/// The certificates by which a server proves its name, as OpenSSL put them together: the server's own first, then who
/// issued it, and so on, as far as they are known.
package struct ServerChain: Sendable, Equatable {
    package struct Link: Sendable, Equatable {
        /// RFC 4514 text.
        package let subject: String
        package let issuer: String
        package let notBefore: Date
        package let notAfter: Date
        /// `DNS:localhost, IP Address:127.0.0.1`; empty where it names none.
        package let names: String
    }

    /// `host[:port]`, as the URL had it.
    package let host: String
    package let links: [Link]
    /// Which of ``links`` OpenSSL refused; nil where it took them all, and only the name can still be wrong.
    package let faultAt: Int?
    /// Whether it is trusted by the transport's own file of authorities, not by the system's.
    package let endsInOwnAuthority: Bool
}
