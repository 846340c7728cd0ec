/// A private key that is in no file: a TPM's or a token's, by the name that OpenSSL's stores have for it.
package struct KeyURI: Sendable, Equatable {
    /// As it stands; nothing in it is secret.
    package let text: String
    let scheme: Scheme

    enum Scheme: String, CaseIterable {
        /// A persistent handle of a TPM 2.0: `handle:0x81000001`, with `?pass` where it has a password.
        case handle
        /// A serialized object of a TPM 2.0, in a file.
        case object
        /// RFC 7512.
        case pkcs11
    }

    /// Why a text that begins like one is none.
    package struct Objection: Error, Equatable {
        package let reason: String
        package let hint: String
    }

    /// True for what begins with a scheme of ours; all else is a path.
    package static func isOne(_ text: String) -> Bool { scheme(of: text) != nil }

    /// Nil for a path.
    ///
    /// - Throws: ``Objection``, which does not repeat the text: there may be a PIN in it.
    package init?(_ text: String) throws(Objection) {
        guard let scheme = Self.scheme(of: text) else { return nil }
        let rest = text.dropFirst(scheme.rawValue.count + 1)
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !rest.isEmpty else {
            throw Objection(
                reason: "is no URI of a key", hint: "write it as '\(Self.example(of: scheme))'")
        }
        // No name of an attribute needs encoding (RFC 7512, section 2.3): one that is may hide what it is.
        let names = rest.split { ";?&".contains($0) }.map { $0.prefix { $0 != "=" } }
        if rest.lowercased().contains("pin-value") || names.contains(where: { $0.contains("%") }) {
            throw Objection(
                reason: "holds a PIN, and would be shown with it",
                hint:
                    "take pin-value out; write the PIN to a file of mode 0600, and name that in 'passphrase-file'"
            )
        }
        if scheme == .handle, (try? /0[xX][0-9A-Fa-f]{8}(\?pass)?/.wholeMatch(in: String(rest))) == nil {
            throw Objection(
                reason: "is no handle of a TPM",
                hint: "write it as 'handle:0x81000001', or 'handle:0x81000001?pass' where it has a password")
        }
        if scheme == .object, let query = rest.firstIndex(of: "?"), rest[query...] != "?pass" {
            throw Objection(
                reason: "may be followed by '?pass' only", hint: "the password goes into 'passphrase-file'")
        }
        self.text = text
        self.scheme = scheme
    }

    /// The provider that knows such keys.
    var provider: String {
        switch scheme {
        case .handle, .object: "tpm2"
        case .pkcs11: "pkcs11"
        }
    }

    /// The PKCS#11 module that the URI names (`module-path`, RFC 7512 §2.4); nil where it names none.
    var module: String? {
        attributes.first { $0.hasPrefix(Self.modulePath) }.map { String($0.dropFirst(Self.modulePath.count)) }
    }

    /// The URI as the engine takes it, which wants the module by itself.
    var textWithoutModule: String {
        guard module != nil else { return text }
        let rest = attributes.filter { !$0.hasPrefix(Self.modulePath) }
        return String(text.prefix { $0 != "?" }) + (rest.isEmpty ? "" : "?" + rest.joined(separator: "&"))
    }

    private static let modulePath = "module-path="

    private var attributes: [Substring] {
        guard scheme == .pkcs11, let query = text.firstIndex(of: "?") else { return [] }
        return text[query...].dropFirst().split(separator: "&")
    }

    private static func scheme(of text: String) -> Scheme? {
        Scheme.allCases.first { text.lowercased().hasPrefix($0.rawValue + ":") }
    }

    private static func example(of scheme: Scheme) -> String {
        switch scheme {
        case .handle: "handle:0x81000001"
        case .object: "object:/etc/mailscope/key.object"
        case .pkcs11: "pkcs11:token=mailscope;object=key;type=private"
        }
    }
}
