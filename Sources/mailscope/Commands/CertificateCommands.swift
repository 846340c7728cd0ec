import CommandTree
import FoundationEssentials
import MailscopeKit

/// `mailscope certificate …`
enum CertificateCommands {
    static let command = Command(
        "certificate", "makes, shows and renews the app's key and certificate",
        children: [
            CertificateNewCommand.command, CertificateShowCommand.command, CertificateRenewCommand.command,
        ])

    static let days: Option<Int> = .number(
        "days", "N", in: NewIdentity.dayBounds, default: 365, help: "how long the certificate is valid")

    static let bits = Option<Int>(
        "bits", "N", takes: .among(NewIdentity.bitChoices.map(String.init)), default: 3_072,
        shownDefault: "3072",
        help: "the RSA key's size"
    ) { text in Int(text).flatMap { NewIdentity.bitChoices.contains($0) ? $0 : nil } }

    static let overwrite: Option<Bool> = .flag(
        "overwrite", help: "replace the files that are there; a key that is replaced is gone")
}
