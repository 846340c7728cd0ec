import MailscopeKit
import OpenSSLIdentity
import YAMLDocument

extension Configuration {
    static func registration(_ top: YAMLMapping) -> AppRegistration? {
        let tenant = top.required("tenant", .text("a directory id or a domain", example: "contoso.com"))
        let clientID = top.required("client-id", .guid)
        guard let tenant else { return nil }
        do throws(AppRegistrationError) {
            // A client id that was found wrong already must not hide a wrong tenant.
            let stand = clientID ?? "00000000-0000-0000-0000-000000000000"
            let registration = try AppRegistration(tenant: tenant, clientID: stand)
            return clientID == nil ? nil : registration
        } catch {
            let key =
                switch error {
                case .manyTenants, .notATenant: "tenant"
                case .notAClientID: "client-id"
                }
            top.find(key, "\(error)", hint: error.hint)
            return nil
        }
    }

    static func cloud(_ top: YAMLMapping) -> Cloud? {
        let name =
            top.optional(
                "cloud",
                .choice(["global": .global, "usgov": .usgov, "dod": .dod, "china": .china, "custom": .custom])
            )
            ?? Cloud.Name.global
        let root = YAMLKind.text("an https address", example: "https://login.example.com")
        let graphRoot = YAMLKind.text("an https address", example: "https://graph.example.com")
        guard name == .custom else {
            for key in ["authority", "graph"] where top.optional(key, root) != nil {
                top.find(key, "goes with 'cloud: custom' only", hint: "remove it, or write 'cloud: custom'")
            }
            return Cloud.named(name)
        }
        let authority = top.required("authority", root)
        let graph = top.required("graph", graphRoot)
        guard let authority, let graph else { return nil }
        do throws(CloudError) {
            return try Cloud.custom(authority: authority, graphRoot: graph)
        } catch {
            let culprit: String? =
                switch error {
                case .notARoot(let text, _), .notADefaultScope(let text): text
                }
            top.find(culprit == graph ? "graph" : "authority", "\(error)", hint: error.hint)
            return nil
        }
    }

    static func mailbox(_ top: YAMLMapping) -> (name: String, objectID: String?, folder: String?)? {
        let address = YAMLKind.text("an address or an object id", example: "reports@contoso.com")
        let name = top.required("mailbox", address)
        let objectID = top.optional("mailbox-object-id", .guid)
        let folder = top.optional("folder", .text("a folder's well-known name or id", example: "inbox"))
        guard let name else { return nil }
        // One after the other, so that the finding stands at the right key. Any root does.
        let root = Cloud.global.graphRoot
        for (key, folder) in [("mailbox", nil), ("folder", folder)] {
            do throws(ScopeError) {
                _ = try MailboxScope(root: root, mailbox: name, objectID: objectID, folder: folder)
            } catch {
                guard case .unusable(_, let reason) = error else { continue }
                top.find(
                    key, "cannot be used: \(reason)",
                    hint: key == "folder"
                        ? "write it as 'folder: inbox'" : "write it as 'mailbox: reports@contoso.com'")
                return nil
            }
        }
        return (name, objectID, folder)
    }

    static func certificate(_ files: YAMLMapping, in top: YAMLMapping, _ place: FilePlace)
        -> CertificateFiles?
    {
        if !top.has("certificate") {
            top.find(
                "certificate", "is missing",
                hint: "add the lines 'certificate:' and '  key: /etc/mailscope/key.pem'")
        }
        return pair(files, place)
    }

    /// The pair of `next:`; nil where there is none.
    static func nextCertificate(_ files: YAMLMapping, _ place: FilePlace) -> CertificateFiles? {
        pair(files.mapping("next"), place, isNeeded: files.has("next"))
    }

    private static func pair(
        _ files: YAMLMapping, _ place: FilePlace, isNeeded: Bool = true
    ) -> CertificateFiles? {
        let kind = YAMLKind<String>.text("a path", example: "/etc/mailscope/key.pem")
        let named = isNeeded ? files.required("key", kind) : files.optional("key", kind)
        let key = place.privateKey(named, at: "key", of: files)
        let file = place.path(files.optional("file", .path), at: "file", of: files)
        let passphrase = place.path(
            files.optional("passphrase-file", .path), at: "passphrase-file", of: files)
        let provider = files.optional("provider", .text("a provider's name", example: "tpm2"))
        if let key, KeyURI.isOne(key), file == nil {
            files.find(
                "file", "is missing: such a key has no certificate beside it",
                hint: "add the line 'file: certificate.pem'; 'mailscope certificate new --for-key' makes one")
        }
        if let provider, !provider.utf8.allSatisfy({ $0.isPlainInName }) {
            files.find("provider", "is no provider's name", hint: "write it as 'provider: tpm2'")
        }
        return key.map {
            CertificateFiles(
                key: $0, certificate: file, passphrase: passphrase, provider: provider,
                isCredential: named?.hasPrefix("credential:") ?? false)
        }
    }
}

extension UInt8 {
    /// A path would have any program loaded into the process.
    fileprivate var isPlainInName: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || "-_".utf8.contains(self)
    }
}
