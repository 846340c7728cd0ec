internal import COpenSSL
internal import MailscopeKit
internal import Synchronization

/// OpenSSL's old way to keys in PKCS#11 tokens, for systems that have no provider for them.
final class KeyEngine: @unchecked Sendable {
    private let pointer: OpaquePointer  // <ENGINE>, for the life of the process
    /// The module is chosen before the engine begins to work; it has one only.
    private let module = Mutex<Module>(.open)

    private enum Module: Equatable {
        case open
        case chosen(String?)
    }

    /// Nil where the system has no such engine (Debian: libengine-pkcs11-openssl).
    static let pkcs11: KeyEngine? = {
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_ENGINE_DYNAMIC), nil)
        defer { ERR_clear_error() }
        return mailscope_engine_by_id("pkcs11").map { KeyEngine($0) }
    }()

    private init(_ pointer: OpaquePointer) { self.pointer = pointer }

    /// The key that a URI names.
    ///
    /// - Throws: ``IdentityError`` where there is none, or it does not open.
    func key(_ uri: KeyURI, passphrase: PassphraseFile) throws(IdentityError) -> PrivateKey {
        try begin(with: uri.module)
        let question = PassphraseQuestion(try passphrase.read())
        let found = question.withMethod { method, data in
            mailscope_engine_key(pointer, uri.textWithoutModule, method, data)
        }
        let error = OpenSSLError.drain("loading a key")
        if let found { return PrivateKey(takingOwnershipOf: found, keptBy: nil) }
        if question.wasAskedInVain { throw .passphraseNeeded(path: uri.text) }
        throw .keyNotFound(name: uri.text, provider: "pkcs11", reason: error.detail)
    }

    private func begin(with path: String?) throws(IdentityError) {
        let failure: IdentityError? = module.withLock { module in
            switch module {
            case .chosen(path): return nil
            case .chosen(let other):
                return .providerMissing(
                    name: "pkcs11",
                    reason: "it works with the module \(other ?? "of the system") already, and has one only")
            case .open: break
            }
            if let path, mailscope_engine_command(pointer, "MODULE_PATH", path) != 1 {
                return .providerMissing(
                    name: "pkcs11", reason: OpenSSLError.drain("naming the module").detail)
            }
            guard mailscope_engine_init(pointer) == 1 else {
                return .providerMissing(
                    name: "pkcs11", reason: OpenSSLError.drain("starting the engine").detail)
            }
            module = .chosen(path)
            return nil
        }
        if let failure { throw failure }
    }
}
