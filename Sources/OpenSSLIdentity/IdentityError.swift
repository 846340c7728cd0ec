package import FoundationEssentials

/// Why the app's key and certificate cannot be used. Names files, never what is secret in them.
package enum IdentityError: Error, Equatable, CustomStringConvertible {
    /// No such file.
    case missing(path: String)
    /// The system refused to read it, or it is no plain file of a sensible size.
    case unreadable(path: String, reason: String)
    /// Group or others can get at a secret.
    case exposed(path: String, mode: UInt32)
    /// A secret of somebody who is neither us nor root.
    case foreignOwner(path: String, owner: UInt32, us: UInt32)
    /// No private key in it, but something else.
    case notAKey(path: String, found: String)
    /// Recognised, and broken; or not recognised.
    case damaged(path: String, reason: String)
    /// A private key of a kind or size that the directory does not take; `found` is `EC P-256` or `RSA of 1024 bits`.
    case unsuitableKey(path: String, found: String)
    /// Encrypted, and no passphrase file is configured.
    case passphraseNeeded(path: String)
    /// Encrypted with another passphrase.
    case passphraseWrong(path: String, passphrasePath: String)
    /// The passphrase file holds none.
    case passphraseUnusable(path: String, reason: String)
    /// Encrypted in an outdated way that this system's OpenSSL cannot read.
    case legacyEncryption(path: String)
    /// No certificate in the file.
    case certificateMissing(path: String, found: String)
    /// No certificate in the file belongs to the key; the first one there is named.
    case pairMismatch(keyPath: String, certificatePath: String, subject: String, thumbprint: String)
    /// OpenSSL cannot load the provider that keeps the key.
    case providerMissing(name: String, reason: String)
    /// The provider has no such key, or cannot get at it.
    case keyNotFound(name: String, provider: String, reason: String)
    /// The name of a key that cannot be one.
    case notAKeyName(KeyURI.Objection)
    /// The certificate's time has not come.
    case notYetValid(path: String, subject: String, notBefore: Date)
    /// The certificate's time is over.
    case expired(path: String, subject: String, notAfter: Date)

    package var description: String {
        switch self {
        case .missing(let path): "\(path) does not exist"
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .exposed(let path, let mode):
            "\(path) holds a secret and is open to group or others (mode \(Self.octal(mode)))"
        case .foreignOwner(let path, let owner, let us):
            "\(path) holds a secret and belongs to user \(owner), who is neither this process's user (\(us)) nor root"
        case .notAKey(let path, let found): "\(path) holds \(found), not a private key"
        case .damaged(let path, let reason): "\(path) cannot be used: \(reason)"
        case .unsuitableKey(let path, let found):
            "\(path): the key must be RSA of 2048 bits or more; this is \(found)"
        case .passphraseNeeded(let path):
            "the private key in \(path) is encrypted and no passphrase file is set"
        case .passphraseWrong(let path, let passphrasePath):
            "the passphrase in \(passphrasePath) does not open \(path)"
        case .passphraseUnusable(let path, let reason): "\(path) holds no usable passphrase: \(reason)"
        case .legacyEncryption(let path):
            "\(path) is encrypted with an outdated algorithm (RC2 or the like), and OpenSSL's legacy provider is not installed"
        case .certificateMissing(let path, let found): "\(path) holds \(found), not a certificate"
        case .pairMismatch(let keyPath, let certificatePath, let subject, let thumbprint):
            keyPath == certificatePath
                ? "the key and the certificate in \(keyPath) (\(subject), thumbprint \(thumbprint)) do not belong together"
                : "the key in \(keyPath) does not belong to the certificate in \(certificatePath) (\(subject), thumbprint \(thumbprint))"
        case .providerMissing(let name, let reason):
            "OpenSSL's \(name), which keeps the key, cannot be loaded: \(reason)"
        case .keyNotFound(let name, let provider, let reason):
            "OpenSSL's \(provider) gives no key for \(name): \(reason)"
        case .notAKeyName(let objection): "the name of the key \(objection.reason)"
        case .notYetValid(let path, let subject, let notBefore):
            "the certificate in \(path) (\(subject)) is not valid before \(notBefore.formatted(.iso8601))"
        case .expired(let path, let subject, let notAfter):
            "the certificate in \(path) (\(subject)) expired at \(notAfter.formatted(.iso8601))"
        }
    }

    /// What to do about it.
    package var hint: String {
        switch self {
        case .missing:
            "check certificate.key, certificate.file and certificate.passphrase-file in the configuration"
        case .unreadable(let path, _): "let this process's user read it: ls -l \(Self.shell(path))"
        case .exposed(let path, _): "chmod 600 \(Self.shell(path))"
        case .foreignOwner(let path, _, let us): "chown \(us) \(Self.shell(path))"
        case .notAKey:
            "point certificate.key to the private key (PEM, DER or PKCS#12), certificate.file to the certificate"
        case .damaged: "make the file again: PEM (PKCS#1 or PKCS#8), DER and PKCS#12 are understood"
        case .unsuitableKey:
            "openssl req -x509 -newkey rsa:2048 -sha256 -nodes -days 365 -subj /CN=mailscope -keyout key.pem -out certificate.pem"
        case .passphraseNeeded:
            "write the passphrase to a file of mode 0600 and set certificate.passphrase-file to it"
        case .passphraseWrong(let path, _): "try it by hand: openssl pkey -noout -in \(Self.shell(path))"
        case .passphraseUnusable: "write the passphrase as the only line of the file, as UTF-8 text"
        case .legacyEncryption(let path):
            "install the legacy provider (Debian 13: openssl-provider-legacy), or convert once where it is there: "
                + "openssl pkcs12 -legacy -in \(Self.shell(path)) -nodes -out identity.pem"
        case .certificateMissing: "set certificate.file to the certificate that is registered on the app"
        case .pairMismatch: "use the certificate that was made with this key, or the key that made it"
        case .providerMissing(let name, _):
            switch name {
            case "tpm2":
                "install it (Debian: tpm2-openssl), and let this user open the TPM (/dev/tpmrm0, group tss)"
            case "pkcs11": "install it (Debian 12: libengine-pkcs11-openssl; later: pkcs11-provider)"
            default:
                "install it; 'openssl list -providers -provider \(Self.shell(name))' shows whether OpenSSL finds it"
            }
        case .keyNotFound(let name, let provider, _):
            switch provider {
            case "tpm2":
                "look for it: tpm2_getcap handles-persistent; and let this user open the TPM (/dev/tpmrm0, group tss)"
            case "pkcs11":
                "look for it: pkcs11-tool --list-objects; check the PIN in certificate.passphrase-file before a token locks itself"
            default:
                "try it by hand: openssl storeutl -noout -provider \(Self.shell(provider)) -provider default \(Self.shell(name))"
            }
        case .notAKeyName(let objection): objection.hint
        case .notYetValid: "check this machine's clock, or wait"
        case .expired:
            "make a new certificate, upload it to the app registration beside the old one, then change the files"
        }
    }

    private static func octal(_ mode: UInt32) -> String {
        let digits = String(mode & 0o7777, radix: 8)
        return String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
    }

    /// A path as a shell takes it.
    private static func shell(_ path: String) -> String {
        let plain = path.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "/._-+:,@".utf8.contains(byte)
        }
        // By scalars: a quote with an accent on it is another character, and ends the word all the same.
        let quoted = path.unicodeScalars.map { $0 == "'" ? #"'\''"# : String($0) }.joined()
        return plain ? path : "'\(quoted)'"
    }
}
