import CommandTree
import FoundationEssentials
import LinuxHost
import MailscopeKit
import OpenSSLIdentity

/// `mailscope certificate renew`
enum CertificateRenewCommand {
    private static let name: Option<String?> = .text(
        "name", "CN", help: "the subject's common name, where it is not to be the current one's")
    private static let directory: Option<String?> = .text(
        "directory", "DIR", takes: .directory,
        help: "where the new files go, where not beside the current ones")

    static let command = Command(
        "renew", "makes the next key and certificate, and says how they take over without an outage",
        discussion: """
            Writes two files beside the current ones, with the day in their names, and changes nothing else: the \
            configuration's new lines are printed. The daemon then tries the next certificate first and goes on with the \
            current one until the directory takes it. A key that is in no file stays, and gets a new certificate.
            """,
        options: [
            name, CertificateCommands.days, CertificateCommands.bits, directory, Options.json,
        ],
        examples: [
            Example("mailscope certificate renew", "makes key-2026-11-23.pem and certificate-2026-11-23.pem"),
            Example("mailscope certificate renew --directory /etc/mailscope --days 180", "decides more"),
        ],
        exitCodes: ExitCode.meanings(.failed, .configuration)
    ) { arguments in
        let world = try World(arguments)
        let now = Date()
        if let next = world.configuration.nextCertificate {
            throw Failure(
                .failed,
                "a renewal is under way: 'certificate.next' of the configuration names \(next.certificate ?? next.key)",
                hints: [
                    "'mailscope status' says whether the directory takes it, 'mailscope certificate show' what it is",
                    "to begin again, take 'next' out of the configuration first",
                ])
        }
        let files = world.configuration.certificate
        let signer = try? OpenSSLSigner(loading: files.places(in: world.surroundings), now: nil)
        let current = signer?.certificate
        let places = try NextFiles(
            of: files, directory: arguments[directory],
            credentialsDirectory: world.surroundings.credentialsDirectory, now: now)
        let name = arguments[name] ?? current.flatMap(NextFiles.commonName) ?? "mailscope"
        let days = arguments[CertificateCommands.days]
        // A key in a device stays there.
        let isKeyElsewhere = KeyURI.isOne(files.key) || signer?.isKeyElsewhere ?? false
        let made =
            isKeyElsewhere
            ? try NewIdentity.certify(
                name: name, days: days, keyIn: files.places(in: world.surroundings),
                certificate: places.certificate, now: now)
            : try NewIdentity.make(
                name: name, bits: arguments[CertificateCommands.bits], days: days, key: places.key,
                certificate: places.certificate, now: now)
        let report = try RenewalReport(made, of: world.configuration, current: current)
        if arguments[Options.json] {
            try world.console.answer(json: report)
        } else {
            try world.console.answer(report.text)
        }
        return ExitCode.done.rawValue
    }
}
