import FoundationEssentials
import LinuxHost
import MailscopeKit
import OpenSSLIdentity

/// The way from one certificate to the next, for the owner of one configuration.
struct RenewalSteps {
    let made: NewIdentity
    let configuration: Configuration
    /// The certificate in use; nil where it cannot be read.
    let current: CertificateFacts?

    private var old: CertificateFiles { configuration.certificate }
    /// Whether systemd hands over the files, the new key among them.
    private var isByCredentials: Bool { old.isCredential && made.keyFile != nil }

    /// What systemd hands over it hands over at a start only.
    private var again: String { isByCredentials ? "Restart" : "Reload (systemctl reload, or SIGHUP)" }

    /// Lines that go below `certificate:`.
    var configurationLines: [String] {
        if isByCredentials {
            return ["  next:", "    key: credential:next-key", "    file: credential:next-certificate"]
        }
        var lines = ["  next:"]
        if let key = made.keyFile {
            lines += ["    key: \(spelled(key))", "    file: \(spelled(made.certificateFile))"]
        } else {
            let key = KeyURI.isOne(old.key) ? YAMLText.scalar(old.key) : spelled(old.key)
            lines += ["    key: \(key)", "    file: \(spelled(made.certificateFile))"]
            lines += [old.passphrase.map { "    passphrase-file: \(spelled($0))" }].compactMap(\.self)
            lines += [old.provider.map { "    provider: \($0)" }].compactMap(\.self)
        }
        return lines
    }

    /// Lines that go into a drop-in of the unit; nil where systemd hands nothing over.
    var unitLines: [String]? {
        guard isByCredentials, let key = made.keyFile else { return nil }
        return [
            "[Service]", "LoadCredential=next-key:\(absolute(key))",
            "LoadCredential=next-certificate:\(absolute(made.certificateFile))",
        ]
    }

    /// What is to be done, in order.
    ///
    /// - Throws: `FileError`.
    func steps() throws -> [String] {
        var steps: [String] = []
        if let key = made.keyFile, !isByCredentials, let before = try FileSystem.facts(of: old.key),
            let after = try FileSystem.facts(of: key), before.owner != after.owner
        {
            let files = "\(ShellText.word(old.key)) \(ShellText.word(key))"
            steps.append("Let the daemon's user read the key: chown --reference=\(files)")
        }
        if isByCredentials {
            steps.append(
                "Let systemd hand over the new files: 'systemctl edit' the unit, and write the lines from [Service] on"
            )
        }
        steps += [
            "Add the lines of 'next' to \(configuration.file), below 'certificate:'",
            "\(again) the daemon. It tries the next certificate first, and goes on with the current one until the directory takes it",
            "Give IT the certificate, never the key. IT adds it beside those that are there: by hand in the Entra admin center "
                + "(App registrations > the app > Certificates & secrets > Upload certificate), or by the lines below",
            "Wait until 'mailscope status' says that the current one may go: about an hour after the directory takes the next one",
        ]
        let removal =
            "Let IT remove the old certificate\(current.map { " (thumbprint \($0.sha1Hex))" } ?? "") from the app"
        if isByCredentials, let key = made.keyFile {
            let certificate = old.certificate ?? old.key
            return steps + [
                "Put the new files in the places of the old ones: mv \(ShellText.word(key)) \(ShellText.word(old.key)) && "
                    + "mv \(ShellText.word(made.certificateFile)) \(ShellText.word(certificate))",
                "Take 'next' out of the configuration and its lines out of the unit, and restart the daemon",
                removal,
            ]
        }
        return steps + [
            "Put what 'next' holds in the place of the current \(made.keyFile == nil ? "'file'" : "'key' and 'file'"), "
                + "take 'next' out, and reload the daemon",
            removal + (made.keyFile == nil ? "" : ", then delete its key: \(ShellText.word(old.key))"),
        ]
    }

    /// As the configuration takes it: relative to its directory where it lies in there, else absolute.
    private func spelled(_ path: String) -> String {
        let folder = FileSystem.parent(of: configuration.file) + "/"
        return YAMLText.scalar(
            path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : absolute(path))
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}
