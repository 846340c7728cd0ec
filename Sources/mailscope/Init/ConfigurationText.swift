import LinuxHost
import MailscopeKit

/// A configuration with comments: what was answered, and the other keys as examples. A line that begins with `#` and no
/// space is a key to be used as it stands without that sign.
struct ConfigurationText {
    private let answers: InitAnswers

    init(_ answers: InitAnswers) { self.answers = answers }

    var text: String {
        """
        # mailscope reads one mailbox, as this file says. 'mailscope config check' says it in words and names what is wrong;
        # docs/configuration.md, or man mailscope.yaml, has every key.

        # The Directory (tenant) ID of the app's Overview page, or a verified domain.
        tenant: \(YAMLText.scalar(answers.tenant))

        # The app's Application (client) ID\(isRegistered ? "" : ": all zeros until IT has registered the app").
        client-id: \(isRegistered ? YAMLText.scalar(answers.clientID) : "'\(InitAnswers.unregistered)'")

        # The one mailbox that is read: its address, or the user's object id.
        mailbox: \(YAMLText.scalar(answers.mailbox))

        # Its object id as well: then an address that is given to somebody else leads nowhere.
        \(answers.mailboxObjectID.map { "mailbox-object-id: \(YAMLText.scalar($0))" }
            ?? "#mailbox-object-id: 9a3d1c1e-51c5-4a52-8d7b-0a6f8f5b2c77")

        # Only this folder, without those inside it; else the whole mailbox.
        #folder: inbox

        \(cloud)

        # More certificate authorities to trust, in PEM, for a proxy that opens TLS.
        \(answers.caFile.map { "ca-file: \(path($0))" } ?? "#ca-file: /etc/ssl/proxy.pem")

        # How the app proves who it is. The key stays on this machine and is readable by its owner only.
        certificate:
          key: \(credential("key", answers.key))
        \(answers.certificate.map { "  file: \(credential("certificate", $0))\n" } ?? "")
        # Where mailscope remembers what it has delivered: one directory for each mailbox.
        state: \(path(answers.state))

        # mime: each message as it was sent; json: Graph's whole JSON; headers: some properties only.
        content: \(answers.fittingContent.rawValue)

        # How much of the past is fetched. now: nothing, all: everything; or instead of it since: 2026-01-31.
        \(["now", "all"].contains(answers.start) ? "start: \(answers.start)" : "since: \(YAMLText.scalar(answers.start))")

        # How often the mailbox is looked at.
        #poll: 30s

        # How often a message is tried before it is set aside; 'mailscope quarantine list' shows it then.
        #tries: 5

        # What mailscope allows itself of what the service allows this app in this mailbox.
        #limits: {in-flight: 4, requests-per-10-minutes: 9990}

        # Where messages go. One is delivered when every sink has it.
        sinks:
        \(sink)

        # How much is said while it runs: trace, debug, info, notice, warning or error.
        #log: {level: notice}

        """
    }

    private var isRegistered: Bool { answers.clientID != InitAnswers.unregistered }

    private var cloud: String {
        let roots = [("authority", answers.authority), ("graph", answers.graph)].compactMap { name, root in
            root.map { "\n\(name): \(YAMLText.scalar($0))" }
        }
        return """
            # global, usgov, dod or china; or custom, with the addresses of token service and Graph.
            \(answers.cloud == .global ? "#" : "")cloud: \(answers.cloud.rawValue)
            """ + roots.joined()
    }

    private var sink: String {
        switch answers.sink {
        case .maildir(let folder):
            """
              # One file a message, in new/ when it is whole and on disk.
              maildir:
                path: \(path(folder))
            """
        case .jsonLines(let file):
            """
              # One line a message, as Graph sent it.
              json-lines:
                path: \(path(file))
                #rotate-at: 64MiB
            """
        case .command(let words):
            """
              # A program that takes each message on standard input; no shell reads these words.
              command:
                run: [\(words.map(YAMLText.scalar).joined(separator: ", "))]
                #timeout: 60s
            """
        }
    }

    /// Systemd hands the files of its own units over; others name them.
    private func credential(_ name: String, _ file: String) -> String {
        answers.instance != nil && answers.givenKey == nil ? "credential:" + name : path(file)
    }

    /// Relative to the configuration where it is beside or below it, so that the folder can be moved.
    private func path(_ path: String) -> String {
        let folder = FileSystem.parent(of: answers.file) + "/"
        guard path.hasPrefix(folder), path.utf8.count > folder.utf8.count, answers.instance == nil else {
            return YAMLText.scalar(path)
        }
        let rest = String(path.dropFirst(folder.count))
        // It must not be taken for something else then.
        return rest.hasPrefix("/") || rest.hasPrefix("credential:")
            ? YAMLText.scalar(path) : YAMLText.scalar(rest)
    }
}
