internal import COpenSSL
import Glibc

/// Sends bytes over TLS as they are, to see what a server does with what no HTTP client would send.
///
/// It checks no certificate, and blocks: for tests of the server only.
package final class RawTLSClient {
    package struct Failure: Error {}

    private let context: OpaquePointer  // <SSL_CTX>
    private let session: OpaquePointer  // <SSL>
    private let descriptor: Int32

    /// - Parameters:
    ///   - port: on 127.0.0.1.
    ///   - protocols: names offered by ALPN.
    /// - Throws: ``Failure`` where no TLS connection came about.
    package init(port: UInt16, protocols: [String] = []) throws {
        signal(SIGPIPE, SIG_IGN)  // the server may have closed when we write
        guard let context = SSL_CTX_new(TLS_client_method()), let session = SSL_new(context) else {
            throw Failure()
        }
        self.context = context
        self.session = session
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        let names = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        SSL_set_alpn_protos(session, names, UInt32(names.count))
        guard connected, SSL_set_fd(session, descriptor) == 1, SSL_connect(session) == 1 else {
            throw Failure()
        }
    }

    deinit {
        SSL_free(session)
        SSL_CTX_free(context)
        close(descriptor)
    }

    /// What ALPN agreed on; empty for nothing.
    package var agreedProtocol: String {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(session, &name, &length)
        return String(decoding: UnsafeBufferPointer(start: name, count: Int(length)), as: UTF8.self)
    }

    package func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard SSL_write(session, bytes, Int32(bytes.count)) > 0 else { throw Failure() }
    }

    /// The next bytes, or nil once the server has closed.
    package func receive() -> String? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = SSL_read(session, &bytes, Int32(bytes.count))
        ERR_clear_error()
        return count > 0 ? String(decoding: bytes.prefix(Int(count)), as: UTF8.self) : nil
    }

    /// Everything until the text ends as given, or the server closes.
    package func receive(until ending: String) -> String {
        var text = ""
        while !text.hasSuffix(ending), let more = receive() { text += more }
        return text
    }

    /// Everything until the server closes.
    package func receiveAll() -> String {
        var text = ""
        while let more = receive() { text += more }
        return text
    }
}
