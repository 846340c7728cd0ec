internal import COpenSSL
import Glibc

/// Keeps OpenSSL whole until the process is gone: freed at `exit` it would be pulled from under connection threads.
func prepareOpenSSL() { OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) }

/// What OpenSSL says of the last failure on this thread; empties its queue, which keeps old entries otherwise.
func openSSLError(_ doing: String) -> ServerError {
    var text = [CChar](repeating: 0, count: 256)
    ERR_error_string_n(ERR_get_error(), &text, text.count)
    ERR_clear_error()
    let detail = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return .openSSL(doing: doing, detail: String(decoding: detail, as: UTF8.self))
}

/// Sole owner of one memory BIO, through which OpenSSL reads and writes PEM.
struct MemoryBuffer: ~Copyable {
    let pointer: OpaquePointer?  // <BIO>

    init() { pointer = BIO_new(BIO_s_mem()) }

    init(_ text: String) {
        self.init()
        BIO_puts(pointer, text)
    }

    deinit { BIO_free(pointer) }

    /// What was written, taken out.
    var text: String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while case let count = BIO_read(pointer, &piece, Int32(piece.count)), count > 0 {
            bytes += piece.prefix(Int(count))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
