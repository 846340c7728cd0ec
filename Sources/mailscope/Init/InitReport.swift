import FoundationEssentials

/// The answer of `init`: what was written, and how it goes on.
struct InitReport: Encodable {
    let written: [String]
    /// What was there already, and is used.
    let kept: [String]
    let configuration: String
    let policy: String
    let key: String
    /// Nil where it is in the key's file.
    let certificateFile: String?
    let certificate: CertificateRecord
    /// Steps for a person, in order.
    let next: [String]

    init(_ made: FirstFiles.Made, _ answers: InitAnswers) {
        written = made.written
        kept = made.kept
        configuration = answers.file
        policy = answers.policy
        key = answers.key
        certificateFile = answers.certificate
        certificate = CertificateRecord(made.certificate)
        next = Self.steps(answers)
    }

    var text: String {
        let notes = [key: ", the private key: it stays on this machine", certificateFile ?? "": ", for IT"]
        let files =
            written.map { ("wrote", $0 + (notes[$0] ?? "")) }
            + kept.map { ("uses", $0 + ", which was there already") }
        let facts = Table.facts(
            files.map { ($0.0, Optional($0.1)) } + [
                ("thumbprint", "\(certificate.sha1), as the portal shows it (SHA-1)"),
                ("valid until", UTCMoment.text(certificate.notAfter)),
            ])
        let steps = next.enumerated().map { "\($0 + 1). \($1)" }
        return facts + "\n\nHow it goes on:\n\n" + steps.joined(separator: "\n")
    }

    private static func steps(_ answers: InitAnswers) -> [String] {
        let file = ShellText.word(answers.file)
        let policy = ShellText.word(answers.policy)
        let scripts = ShellText.word(answers.directory + "/policy")
        let config = answers.file == "/etc/mailscope/mailscope.yaml" ? "" : " --config \(file)"
        var steps = [
            "Fill in \(answers.policy), then see what it means: mailscope policy explain \(policy)",
            "Write the scripts for IT: mailscope policy generate \(policy) --output \(scripts)",
            "Give IT that folder and \(answers.certificate ?? "the certificate"), never the key: it registers the app, confines it to the mailbox, then grants Mail.Read",
        ]
        if answers.clientID == InitAnswers.unregistered {
            steps.append(
                "Take back app.json: mailscope policy adopt \(policy) app.json; put its client id into 'client-id' of \(answers.file)"
            )
        }
        steps += [
            "See whether all is well: mailscope doctor\(config)",
            "Have the confinement proven: mailscope verify-scope\(config) --policy \(policy)",
            "Fetch once: mailscope fetch\(config)",
        ]
        switch answers.instance {
        case ""?: steps.append("Keep it running: systemctl enable --now mailscope.service")
        case let name?: steps.append("Keep it running: systemctl enable --now mailscope@\(name).service")
        case nil:
            steps.append("Keep it running: mailscope run\(config), by a unit of your own or from a terminal")
        }
        return steps
    }
}

/// Texts as a shell takes them.
enum ShellText {
    /// One word, in quotes where it needs them.
    static func word(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || "/._-+:,@".utf8.contains(byte)
            }
        return isPlain ? text : quoted(text)
    }

    /// By scalars: a quote with an accent on it is another character, and ends the word all the same.
    private static func quoted(_ text: String) -> String {
        "'" + text.unicodeScalars.map { $0 == "'" ? #"'\''"# : String($0) }.joined() + "'"
    }
}
