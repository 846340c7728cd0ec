import CommandTree
import FoundationEssentials
import LinuxHost
import MailscopeKit

/// The options of `init`.
enum InitFlags {
    static let directory: Option<String?> = .text(
        "directory", "DIR", takes: .directory, help: "where the files go; else the folder of --config")
    static let tenant: Option<String?> = .text(
        "tenant", "TENANT", help: "the Directory (tenant) ID, or a verified domain")
    static let clientID: Option<String?> = .text(
        "client-id", "ID",
        help: "the Application (client) ID, or 'later' where IT has yet to register the app")
    static let mailbox: Option<String?> = .text(
        "mailbox", "ADDRESS", help: "the one mailbox to read: its address, or the user's object id")
    static let mailboxObjectID: Option<String?> = .text(
        "mailbox-object-id", "ID", help: "the same mailbox's object id")
    static let maildir: Option<String?> = .text(
        "maildir", "DIR", takes: .directory, help: "messages go into this Maildir")
    static let jsonLines: Option<String?> = .text(
        "json-lines", "FILE", takes: .file, help: "messages go into this file, a line of JSON each")
    static let command: Option<[String]> = .texts(
        "command", "WORD", takes: .file,
        help: "messages go to a program: its absolute path, then each of its arguments as --command WORD")
    static let content = Option<MessageContent?>(
        "content", "CONTENT", takes: .among(MessageContent.allCases.map(\.rawValue)), default: .some(nil),
        help: "what is fetched of each message, where it is not what the place is for"
    ) { text in MessageContent(rawValue: text).map { .some($0) } }
    static let start: Option<String?> = .text(
        "start", "WHEN",
        help: "how much of the past is fetched: now (nothing), all, or a day such as 2026-01-31")
    static let key: Option<String?> = .text(
        "key", "FILE", takes: .file, help: "the private key that is there already; else one is made")
    static let certificate: Option<String?> = .text(
        "certificate", "FILE", takes: .file,
        help: "the certificate of --key, where it is in a file of its own")
    static let name: Option<String?> = .text(
        "name", "CN", help: "the common name in the certificate that is made")
    static let days: Option<Int?> = .number(
        "days", "DAYS", in: NewIdentity.dayBounds, help: "how long the certificate that is made is valid")
    static let cloud = Option<Cloud.Name?>(
        "cloud", "CLOUD", takes: .among(Cloud.Name.allCases.map(\.rawValue)), default: .some(nil),
        help: "the tenant's cloud"
    ) { text in Cloud.Name(rawValue: text).map { .some($0) } }
    static let authority: Option<String?> = .text(
        "authority", "URL", help: "where tokens come from, with --cloud custom")
    static let graph: Option<String?> = .text(
        "graph", "URL", help: "where Microsoft Graph is, with --cloud custom")
    static let caFile: Option<String?> = .text(
        "ca-file", "FILE", takes: .file, help: "more certificate authorities to trust, in PEM")

    static let all: [any AnyOption] = [
        directory, tenant, clientID, mailbox, mailboxObjectID, maildir, jsonLines, command, content, start,
        key,
        certificate, name, days, cloud, authority, graph, caFile, Options.json,
    ]

    /// A path as the shell's user means it: from the working directory.
    static func absolute(_ path: String) -> String {
        let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        var parts: [Substring] = []
        // `..` stays: behind a symbolic link it leads elsewhere than its text says.
        for part in whole.split(separator: "/") where part != "." { parts.append(part) }
        return "/" + parts.joined(separator: "/")
    }

    /// What no path should have: a control character can hide what a terminal shows, and a line break is a mistake.
    static func objection(toPath path: String) -> Failure.Complaint? {
        if path.isEmpty {
            return Failure.Complaint(message: "a path is empty", hints: ["name a file or a directory"])
        }
        let isShort =
            path.utf8.count < 4_000 && path.split(separator: "/").allSatisfy { $0.utf8.count <= 255 }
        if !isShort {
            return Failure.Complaint(
                message: "a path is too long",
                hints: ["a name has 255 bytes at the most, and a path with all above it 4,095"])
        }
        let isFine = path.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
            default: scalar != "\u{FFFD}"
            }
        }
        return isFine
            ? nil
            : Failure.Complaint(
                message: "a path has a character that cannot be seen, or is no UTF-8",
                hints: ["name another; the configuration takes such a path where you write it there"])
    }
}
