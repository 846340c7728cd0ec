internal import COpenSSL
internal import MailscopeKit

/// The passphrase file, read when something encrypted is met.
struct PassphraseFile {
    let path: String?
    let credentialsDirectory: String?

    /// The first line without its line break; nil where no file is configured.
    ///
    /// - Throws: ``IdentityError`` where the file cannot be read, is open to others, or holds no passphrase.
    func read() throws(IdentityError) -> Secret<String>? {
        guard let path else { return nil }
        let file = try ProtectedFile(reading: path)
        try file.requireSecrecy(credentialsDirectory: credentialsDirectory)
        var bytes = file.bytes.reveal()[...]
        if bytes.last == UInt8(ascii: "\n") { bytes = bytes.dropLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
        if bytes.isEmpty { throw .passphraseUnusable(path: path, reason: "it is empty") }
        if bytes.contains(0) { throw .passphraseUnusable(path: path, reason: "it is not UTF-8 text") }
        guard !bytes.contains(UInt8(ascii: "\n")) else {
            throw .passphraseUnusable(path: path, reason: "it has more than one line")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .passphraseUnusable(path: path, reason: "it is not UTF-8 text")
        }
        return Secret(text)
    }

    /// The same, where one is needed for `encrypted`.
    func require(for encrypted: String) throws(IdentityError) -> Secret<String> {
        guard let passphrase = try read() else { throw .passphraseNeeded(path: encrypted) }
        return passphrase
    }
}
