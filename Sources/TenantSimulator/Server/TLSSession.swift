internal import COpenSSL
import Glibc

/// The server's side of TLS. `SSL_CTX` counts its own references and is safe from many threads once set up.
final class TLSContext: @unchecked Sendable {
    fileprivate let pointer: OpaquePointer  // <SSL_CTX>

    init(identity: ServerIdentity, versions: TLSServer.Versions) throws(ServerError) {
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw openSSLError("starting TLS") }
        pointer = context
        if versions == .outdated {
            // Without security level 0 OpenSSL does not even speak TLS 1.1.
            SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0")
            SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_1_VERSION), nil)
            SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_1_VERSION), nil)
        } else {
            SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        }
        SSL_CTX_set_alpn_select_cb(context, selectHTTP11, nil)
        let chain = MemoryBuffer(identity.chainPEM)
        let key = MemoryBuffer(identity.keyPEM)
        let leaf = PEM_read_bio_X509(chain.pointer, nil, nil, nil)
        defer { X509_free(leaf) }
        let privateKey = PEM_read_bio_PrivateKey(key.pointer, nil, nil, nil)
        defer { EVP_PKEY_free(privateKey) }
        guard SSL_CTX_use_certificate(context, leaf) == 1, SSL_CTX_use_PrivateKey(context, privateKey) == 1
        else { throw openSSLError("loading the server's certificate") }
        while let next = PEM_read_bio_X509(chain.pointer, nil, nil, nil) {
            // Takes the certificate over.
            SSL_CTX_ctrl(context, SSL_CTRL_EXTRA_CHAIN_CERT, 0, UnsafeMutableRawPointer(next))
        }
        ERR_clear_error()  // the end of the chain is noted as an error
    }

    deinit { SSL_CTX_free(pointer) }
}

/// One TLS connection on a blocking socket that somebody else closes. Stays on its thread.
final class TLSSession {
    private let pointer: OpaquePointer  // <SSL>
    private let socket: Int32

    /// Nil where the handshake failed.
    init?(accepting socket: Int32, context: TLSContext) {
        guard let session = SSL_new(context.pointer) else { return nil }
        pointer = session
        self.socket = socket
        guard SSL_set_fd(session, socket) == 1, SSL_accept(session) == 1 else {
            ERR_clear_error()
            return nil
        }
    }

    deinit { SSL_free(pointer) }

    /// Appends what has arrived, at most 16 KiB. False at the end of the connection.
    func read(into buffer: inout [UInt8]) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 16) { space in
            let count = SSL_read(pointer, space.baseAddress, Int32(space.count))
            guard count > 0 else {
                ERR_clear_error()
                return false
            }
            buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: space[..<Int(count)]))
            return true
        }
    }

    /// Writes all of it. False where the connection broke.
    func write(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return true }
        guard SSL_write(pointer, bytes, Int32(bytes.count)) > 0 else {
            ERR_clear_error()
            return false
        }
        return true
    }

    /// Waits. False where either side closed the connection meanwhile.
    func pause(_ duration: Duration) -> Bool {
        guard duration > .zero else { return true }
        let end = ContinuousClock.now + duration
        while true {
            let left = (end - ContinuousClock.now) / .milliseconds(1)
            guard left > 0 else { return true }
            var watched = pollfd(fd: socket, events: peerClosed, revents: 0)
            if poll(&watched, 1, Int32(Swift.min(left.rounded(.up), 1e9))) > 0 { return false }
        }
    }

    /// Says that nothing follows, as TLS wants it.
    func shutDown() {
        SSL_shutdown(pointer)
        ERR_clear_error()
    }

    /// Takes what the peer still sends, for a second at most. A socket that is closed with bytes unread resets the
    /// connection, and the peer never sees the answer. Source: RFC 9112 §9.6.
    func discardRest() {
        shutdown(socket, Int32(SHUT_WR))
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { space in
            for _ in 0..<512 where recv(socket, space.baseAddress, space.count, 0) <= 0 { return }
        }
    }

    /// Makes the coming close a TCP reset.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }
}

/// POLLRDHUP, which Swift's Glibc module lacks (it is behind _GNU_SOURCE).
private let peerClosed: Int16 = 0x2000

private func selectHTTP11(
    _: OpaquePointer?,
    _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ chosenLength: UnsafeMutablePointer<UInt8>?,
    _ offered: UnsafePointer<UInt8>?,
    _ offeredLength: UInt32,
    _: UnsafeMutableRawPointer?
) -> Int32 {
    // The list is of names, each after its length; the answer points into it.
    let ours = Array("http/1.1".utf8)
    guard let offered, let chosen, let chosenLength else { return SSL_TLSEXT_ERR_NOACK }
    var start = 0
    while start < Int(offeredLength) {
        let length = Int(offered[start])
        guard start + 1 + length <= Int(offeredLength) else { break }
        if UnsafeBufferPointer(start: offered + start + 1, count: length).elementsEqual(ours) {
            chosen.pointee = offered + start + 1
            chosenLength.pointee = UInt8(length)
            return SSL_TLSEXT_ERR_OK
        }
        start += 1 + length
    }
    return SSL_TLSEXT_ERR_NOACK
}
