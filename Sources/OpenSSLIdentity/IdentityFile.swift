internal import MailscopeKit

/// A file of keys and certificates, its blocks known, its secrets not yet opened.
struct IdentityFile {
    let path: String
    private let bytes: Secret<[UInt8]>
    private let blocks: [EncodedBlock]

    /// - Throws: ``IdentityError`` where it cannot be read or understood, or holds a key that others can get at.
    init(reading path: String, credentialsDirectory: String?) throws(IdentityError) {
        let file = try ProtectedFile(reading: path)
        self.path = path
        bytes = file.bytes
        blocks = try EncodedBlock.blocks(in: file.bytes.reveal(), path: path)
        if blocks.contains(where: \.kind.isKey) {
            try file.requireSecrecy(credentialsDirectory: credentialsDirectory)
        }
    }

    /// The first private key, by `provider` where the file needs one; of PKCS#12 the certificates beside it too.
    ///
    /// - Throws: ``IdentityError`` where there is none or it does not open.
    func openKey(
        _ passphrase: PassphraseFile, provider: String?
    ) throws(IdentityError) -> (key: PrivateKey, certificates: [Certificate]) {
        guard let block = blocks.first(where: \.kind.isKey) else {
            throw .notAKey(path: path, found: EncodedBlock.describe(blocks))
        }
        if case .providerKey(let name) = block.kind {
            let provider = try KeyProvider.named(provider ?? name)
            return (try provider.key(inPEM: bytes.reveal(), path: path, passphrase: passphrase), [])
        }
        guard block.kind == .pkcs12 else {
            return (try PrivateKey(block, path: path, passphrase: passphrase), [])
        }
        let opened = try PKCS12File(block.der, path: path, passphrase: passphrase)
        guard let key = opened.key else {
            throw .notAKey(path: path, found: "a PKCS#12 file with certificates only")
        }
        return (key, opened.certificates)
    }

    /// Every certificate, in order.
    ///
    /// - Throws: ``IdentityError/certificateMissing(path:found:)`` where there is none.
    func certificates(_ passphrase: PassphraseFile) throws(IdentityError) -> [Certificate] {
        var certificates: [Certificate] = []
        for block in blocks {
            switch block.kind {
            case .certificate: certificates.append(try Certificate(block, path: path))
            case .pkcs12:
                certificates += try PKCS12File(block.der, path: path, passphrase: passphrase).certificates
            default: break
            }
        }
        if certificates.isEmpty {
            throw .certificateMissing(path: path, found: EncodedBlock.describe(blocks))
        }
        return certificates
    }
}
