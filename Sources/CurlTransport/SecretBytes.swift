internal import COpenSSL
import Glibc

/// Sole owner of a copy of bytes that must not stay in freed memory.
struct SecretBytes: ~Copyable {
    let pointer: UnsafeMutableRawPointer
    let count: Int

    init(_ bytes: [UInt8]) {
        count = bytes.count
        pointer = .allocate(byteCount: Swift.max(1, count), alignment: 1)
        bytes.withUnsafeBytes {
            if let start = $0.baseAddress { pointer.copyMemory(from: start, byteCount: count) }
        }
    }

    deinit {
        clear(pointer, count)
        pointer.deallocate()
    }
}

/// Overwrites memory in a way that the compiler must not leave out.
func clear(_ memory: UnsafeMutableRawPointer, _ count: Int) { OPENSSL_cleanse(memory, count) }
