import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity
import TestSupport

/// A folder with a key, a certificate and a configuration, as an owner would have them.
struct Workplace {
    let folder: TemporaryFolder
    var config: String { folder("mailscope.yaml") }

    static let good = """
        tenant: contoso.com
        client-id: 7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11
        mailbox: reports@contoso.com
        certificate: {key: key.pem, file: certificate.pem}
        state: state
        content: mime
        start: now
        sinks: {maildir: {path: mail}}

        """

    /// Made once: a key takes a while.
    private static let identity = Result { try SelfSignedCertificate.make(commonName: "mailscope") }

    /// The configuration is `text`; the certificate is valid for a year, or from `notBefore` for `days`.
    init(_ text: String = good, notBefore: Date = Date(), days: Int? = nil) throws {
        folder = try TemporaryFolder()
        try folder.write("mailscope.yaml", text)
        if let days {
            try writeIdentity(notBefore: notBefore, days: days)
        } else {
            try write(Self.identity.get(), "key.pem", "certificate.pem")
        }
    }

    /// A new key of mode 0600, and its certificate.
    func writeIdentity(
        _ name: String = "key.pem", certificate: String = "certificate.pem", notBefore: Date = Date(),
        days: Int = 365
    ) throws {
        try write(
            try SelfSignedCertificate.make(commonName: "mailscope", days: days, notBefore: notBefore), name,
            certificate)
    }

    private func write(_ pair: SelfSignedCertificate, _ name: String, _ certificate: String) throws {
        try folder.write(name, String(decoding: pair.keyPEM.reveal(), as: UTF8.self))
        try folder.write(certificate, String(decoding: pair.certificatePEM, as: UTF8.self))
        try setMode(0o600, of: name)
    }

    func setMode(_ mode: Int, of name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder(name))
    }

    /// Runs `mailscope` with this configuration.
    func run(_ words: String..., environment: [String: String] = [:]) async throws -> ProgramRun {
        try await run(words, environment)
    }

    /// What `mailscope` says and how it ends, the folder's name left out.
    func transcript(_ words: String..., environment: [String: String] = [:]) async throws -> String {
        try await run(words, environment).transcript(replacing: [folder.path: "DIR"])
    }

    private func run(_ words: [String], _ environment: [String: String]) async throws -> ProgramRun {
        let run = try await ProgramRun(words + ["--config", config], environment: environment)
        // The folder must not go before the program has ended.
        return withExtendedLifetime(folder) { run }
    }
}
