import FoundationEssentials
import LinuxHost
import MailscopeKit
import OpenSSLIdentity

/// The answer of `certificate renew`: the next pair, and the way from one to the other.
struct RenewalReport: Encodable {
    let keyFile: String?
    let certificateFile: String
    let certificate: CertificateRecord
    /// Lines that add the public part to the app.
    let powershell: [String]
    /// Lines that go below `certificate:`.
    let configuration: [String]
    /// What is to be done, in order.
    let steps: [String]

    init(_ made: NewIdentity, of configuration: Configuration, current: CertificateFacts?) throws {
        keyFile = made.keyFile
        certificateFile = made.certificateFile
        certificate = CertificateRecord(made.certificate)
        powershell = CertificateLines.lines(
            tenant: configuration.registration.tenant, clientID: configuration.registration.clientID,
            certificate: made.publicPart)
        let key =
            if made.keyFile == nil, KeyURI.isOne(configuration.certificate.key) {
                YAMLText.scalar(configuration.certificate.key)
            } else {
                Self.spelled(made.keyFile ?? configuration.certificate.key, in: configuration)
            }
        let file = Self.spelled(made.certificateFile, in: configuration)
        let old = configuration.certificate
        let extra =
            made.keyFile == nil
            ? [
                ("passphrase-file", old.passphrase.map { Self.spelled($0, in: configuration) }),
                ("provider", old.provider),
            ]
            : []
        self.configuration =
            ["  next:", "    key: \(key)", "    file: \(file)"]
            + extra.compactMap { name, value in value.map { "    \(name): \($0)" } }
        steps = try Self.steps(made, configuration, current)
    }

    private static func steps(
        _ made: NewIdentity, _ configuration: Configuration, _ current: CertificateFacts?
    ) throws -> [String] {
        let old = configuration.certificate
        var steps: [String] = []
        if let key = made.keyFile, let before = try FileSystem.facts(of: old.key),
            let after = try FileSystem.facts(of: key), before.owner != after.owner
        {
            steps.append(
                "Let the daemon's user read the key: chown --reference=\(ShellText.word(old.key)) \(ShellText.word(key))"
            )
        }
        steps += [
            "Add the lines above to \(configuration.file), below 'certificate:'"
                + (made.keyFile.map {
                    ". Where systemd hands the key over, add LoadCredential=next-key:\($0) to the unit and write 'key: credential:next-key'"
                } ?? ""),
            "Restart the daemon. It tries the next certificate first, and goes on with the current one until the directory takes it",
            "Give IT the certificate, never the key. IT adds it beside those that are there: by hand in the Entra admin center "
                + "(App registrations > the app > Certificates & secrets > Upload certificate), or by the lines below",
            "Wait until 'mailscope status' says that the current one may go: about an hour after the directory takes the next one",
            "Put what 'next' holds in the place of the current \(made.keyFile == nil ? "'file'" : "'key' and 'file'"), take 'next' out, and restart the daemon",
            "Let IT remove the old certificate\(current.map { " (thumbprint \($0.sha1Hex))" } ?? "") from the app"
                + (made.keyFile == nil ? "" : ", then delete its key: \(ShellText.word(old.key))"),
        ]
        return steps
    }

    /// As the configuration takes it: relative to its directory where it lies in there, else absolute.
    private static func spelled(_ path: String, in configuration: Configuration) -> String {
        let folder = FileSystem.parent(of: configuration.file) + "/"
        if path.hasPrefix(folder) { return YAMLText.scalar(String(path.dropFirst(folder.count))) }
        let isAbsolute = path.hasPrefix("/")
        return YAMLText.scalar(isAbsolute ? path : FileManager.default.currentDirectoryPath + "/" + path)
    }

    var text: String {
        let facts = Table.facts(
            [("next key", keyFile), ("next certificate", certificateFile)] + certificate.rows())
        let steps = steps.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "\n")
        return [
            facts, (["certificate:", "  …"] + configuration).joined(separator: "\n"), steps,
            powershell.joined(separator: "\n"),
        ].joined(separator: "\n\n")
    }
}
