import CommandTree
import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity

/// `mailscope certificate new`
enum CertificateNewCommand {
    private static let name: Option<String> = .text(
        "name", "CN", default: "mailscope",
        help: "the subject's common name, for people to tell it from others")
    private static let key: Option<String> = .text(
        "key", "FILE", takes: .file, default: "key.pem", help: "the file for the private key, mode 0600")
    private static let forKey: Option<String?> = .text(
        "for-key", "KEY", takes: .file,
        help: "make no key, but a certificate for this one: a file, or a URI such as handle:0x81000001")
    private static let passphrase: Option<String?> = .text(
        "passphrase-file", "FILE", takes: .file,
        help: "holds the passphrase, password or PIN of the key of --for-key")
    private static let provider: Option<String?> = .text(
        "provider", "NAME",
        help: "OpenSSL's provider that keeps the key of --for-key, where its name does not say")
    private static let certificate: Option<String> = .text(
        "certificate", "FILE", takes: .file, default: "certificate.pem", help: "the file for the certificate")

    static let command = Command(
        "new", "makes an RSA key and a certificate that it signs itself",
        discussion: """
            Writes two files that must not be there yet, and says what IT is to do with the certificate: the lines of \
            PowerShell add it beside those that the app has. Tenant and app are taken from the configuration, where there \
            is one; nothing else of it is used, and nothing is sent over the network.
            """,
        options: [
            name, CertificateCommands.days, CertificateCommands.bits, key, certificate,
            forKey, passphrase, provider, CertificateCommands.overwrite, Options.json,
        ],
        examples: [
            Example("mailscope certificate new", "writes key.pem and certificate.pem here"),
            Example(
                "mailscope certificate new --for-key handle:0x81000001",
                "makes a certificate for a key in the TPM"),
            Example(
                "mailscope certificate new --name mailscope-invoices --days 180 --key /etc/mailscope/key.pem "
                    + "--certificate /etc/mailscope/certificate.pem", "decides more"),
        ],
        exitCodes: ExitCode.meanings(.failed, .configuration)
    ) { arguments in
        try requireOneKey(arguments)
        let configuration = try Options.configuration(arguments)
        let made =
            if let existing = arguments[forKey] {
                try NewIdentity.certify(
                    name: arguments[name], days: arguments[CertificateCommands.days],
                    keyIn: IdentityFiles(
                        key: existing, passphrase: arguments[passphrase], provider: arguments[provider]),
                    certificate: arguments[certificate], overwrites: arguments[CertificateCommands.overwrite],
                    now: Date())
            } else {
                try NewIdentity.make(
                    name: arguments[name], bits: arguments[CertificateCommands.bits],
                    days: arguments[CertificateCommands.days], key: arguments[key],
                    certificate: arguments[certificate],
                    overwrites: arguments[CertificateCommands.overwrite], now: Date())
            }
        let report = NewCertificateReport(made, for: configuration?.registration)
        if arguments[Options.json] {
            try Console().answer(json: report)
        } else {
            try Console().answer(report.text)
        }
        return ExitCode.done.rawValue
    }

    private static func requireOneKey(_ arguments: Arguments) throws(Failure) {
        let ofNewKeys = [key.name, CertificateCommands.bits.name].first { arguments.given.contains($0) }
        if arguments[forKey] != nil, let name = ofNewKeys {
            throw Failure(
                .usage, "--for-key and --\(name) cannot both be given",
                hints: ["--for-key makes no key; leave out --\(name)"])
        }
        if arguments[forKey] == nil, arguments[passphrase] != nil || arguments[provider] != nil {
            throw Failure(
                .usage, "--passphrase-file and --provider go with --for-key only",
                hints: ["a new key is not encrypted: it has mode 0600"])
        }
    }
}
