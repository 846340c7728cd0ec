internal import COpenSSL

/// Bytes that OpenSSL reads from, or that it has written.
final class MemoryBIO {
    let pointer: OpaquePointer?  // <BIO>

    /// Empty, for writing.
    init() { pointer = BIO_new(BIO_s_mem()) }

    /// Holds a copy of `bytes`.
    convenience init(_ bytes: [UInt8]) {
        self.init()
        BIO_write(pointer, bytes, Int32(bytes.count))
    }

    deinit { BIO_free(pointer) }

    /// Takes out all that is in it.
    func drain() -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = BIO_read(pointer, &buffer, Int32(buffer.count)), count > 0 {
            bytes += buffer.prefix(Int(count))
        }
        return bytes
    }
}
