internal import COpenSSL
internal import FoundationEssentials
internal import MailscopeKit

/// Looks on while OpenSSL verifies the certificates of one connection. Owned by the connection's TLS context.
final class ChainWatch: Sendable {
    private let host: String
    private let authorities: Authorities?
    private let tell: @Sendable (ServerChain) -> Void

    init(host: String, authorities: Authorities?, tell: @escaping @Sendable (ServerChain) -> Void) {
        self.host = host
        self.authorities = authorities
        self.tell = tell
    }

    /// Where our watch is among the context's extra data.
    private static let index = CRYPTO_get_ex_new_index(
        CRYPTO_EX_INDEX_SSL_CTX, 0, nil, nil, nil, freeWatch)

    func install(in context: OpaquePointer) {  // <SSL_CTX>
        let watch = Unmanaged.passRetained(self)
        guard SSL_CTX_set_ex_data(context, Self.index, watch.toOpaque()) == 1 else { return watch.release() }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, watchVerification)
    }

    /// The watch of the connection that `store` belongs to.
    fileprivate static func of(_ store: OpaquePointer?) -> ChainWatch? {
        let tls = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx())
        guard let tls, let context = SSL_get_SSL_CTX(OpaquePointer(tls)),
            let watch = SSL_CTX_get_ex_data(context, index)
        else { return nil }
        return Unmanaged<ChainWatch>.fromOpaque(watch).takeUnretainedValue()
    }

    fileprivate func look(at store: OpaquePointer?, isGood: Bool) {  // <X509_STORE_CTX>
        let depth = Int(X509_STORE_CTX_get_error_depth(store))
        // OpenSSL goes from the authority down to the server, or stops at a fault.
        guard !isGood || depth == 0 else { return }
        let chain = X509_STORE_CTX_get0_chain(store)
        let pointers = (0..<OPENSSL_sk_num(chain)).map { OpaquePointer(OPENSSL_sk_value(chain, $0)) }
        let root = pointers.last ?? nil
        tell(
            ServerChain(
                host: host, links: pointers.map(Self.link), faultAt: isGood ? nil : depth,
                endsInOwnAuthority: isGood && authorities?.contains(root) == true))
    }

    private static func link(_ certificate: OpaquePointer?) -> ServerChain.Link {  // <X509>
        ServerChain.Link(
            subject: name(X509_get_subject_name(certificate)),
            issuer: name(X509_get_issuer_name(certificate)),
            notBefore: date(X509_get0_notBefore(certificate)),
            notAfter: date(X509_get0_notAfter(certificate)),
            names: names(of: certificate))
    }

    /// What a server wrote there goes to people's terminals: one line, bounded.
    private static func name(_ name: OpaquePointer?) -> String {  // <X509_NAME>
        text { X509_NAME_print_ex($0, name, 0, mailscope_rfc4514_flags()) }
    }

    private static func names(of certificate: OpaquePointer?) -> String {
        let at = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1)
        guard at >= 0, let extra = X509_get_ext(certificate, at) else { return "" }
        return text { X509V3_EXT_print($0, extra, 0, 0) }
    }

    private static func text(_ write: (OpaquePointer?) -> Int32) -> String {  // <BIO>
        let memory = BIO_new(BIO_s_mem())
        defer {
            BIO_free(memory)
            ERR_clear_error()
        }
        _ = write(memory)
        var bytes = [UInt8](repeating: 0, count: 1_000)
        let count = BIO_read(memory, &bytes, Int32(bytes.count))
        return ServerText.line(String(decoding: bytes.prefix(Int(max(0, count))), as: UTF8.self), limit: 300)
    }

    private static func date(_ time: UnsafePointer<ASN1_TIME>?) -> Date {
        let epoch = ASN1_TIME_set(nil, 0)
        defer { ASN1_STRING_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return .distantPast }
        return Date(timeIntervalSince1970: Double(days) * 86_400 + Double(seconds))
    }
}

// Top-level and capture-free, so that they convert to C function pointers.

/// Says what OpenSSL said.
private func watchVerification(_ isGood: Int32, _ store: OpaquePointer?) -> Int32 {
    ChainWatch.of(store)?.look(at: store, isGood: isGood == 1)
    return isGood
}

private func freeWatch(
    _: UnsafeMutableRawPointer?, _ watch: UnsafeMutableRawPointer?,
    _: UnsafeMutablePointer<CRYPTO_EX_DATA>?, _: Int32, _: Int, _: UnsafeMutableRawPointer?
) {
    if let watch { Unmanaged<ChainWatch>.fromOpaque(watch).release() }
}
