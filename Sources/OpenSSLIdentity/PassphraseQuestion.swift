internal import COpenSSL
internal import MailscopeKit

/// What a store is told when it asks for a passphrase.
final class PassphraseQuestion {
    let passphrase: Secret<String>?
    private(set) var wasAskedInVain = false

    init(_ passphrase: Secret<String>?) { self.passphrase = passphrase }

    /// Lends the method that asks it, and the method's data.
    func withMethod<Value>(_ body: (_ method: OpaquePointer?, _ data: UnsafeMutableRawPointer) -> Value)
        -> Value
    {
        let method = UI_UTIL_wrap_read_pem_callback(answerPassphrase, 0)
        defer { UI_destroy_method(method) }
        return withExtendedLifetime(self) { body(method, Unmanaged.passUnretained(self).toOpaque()) }
    }

    /// - Returns: how many bytes were written, or -1.
    fileprivate func answer(_ buffer: UnsafeMutableBufferPointer<CChar>) -> Int32 {
        guard let passphrase else {
            wasAskedInVain = true
            return -1
        }
        let bytes = passphrase.reveal().utf8
        guard bytes.count <= buffer.count else { return -1 }
        for (index, byte) in bytes.enumerated() { buffer[index] = CChar(bitPattern: byte) }
        return Int32(bytes.count)
    }
}

private func answerPassphrase(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int32, _ isWriting: Int32,
    _ data: UnsafeMutableRawPointer?
) -> Int32 {
    guard let buffer, let data else { return -1 }
    let question = Unmanaged<PassphraseQuestion>.fromOpaque(data).takeUnretainedValue()
    return question.answer(UnsafeMutableBufferPointer(start: buffer, count: Int(size)))
}
