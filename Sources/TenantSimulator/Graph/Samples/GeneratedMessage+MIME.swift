internal import FoundationEssentials

extension GeneratedMessage {
    /// The message as `$value` gives it.
    ///
    /// Some forms are deliberately not what the RFCs ask for: raw 8-bit bytes in headers, lone CR and LF, lines of many
    /// thousand bytes, missing headers. There is no NUL.
    func mime() -> [UInt8] {
        var writer = MIMEWriter(seed: seed ^ 0x6d69_6d65)
        writeHeaders(&writer)
        switch form {
        case .plain, .missingHeaders:
            writer.part(type: "text/plain; charset=utf-8", encoding: "8bit", text)
        case .latin1:
            let latin = String(decoding: text, as: UTF8.self).unicodeScalars.map { scalar in
                UInt8(exactly: scalar.value) ?? UInt8(ascii: "?")
            }
            writer.part(type: "text/plain; charset=iso-8859-1", encoding: "8bit", latin)
        case .quotedHTML, .reference:
            writer.part(type: "text/html; charset=\"utf-8\"", encoding: "quoted-printable", quotedHTML)
        case .alternative:
            writer.multipart("alternative") { alternatives(&$0) }
        case .attachedFiles, .inlineImage, .nestedMessage:
            writer.multipart(form == .inlineImage ? "related" : "mixed") { writer in
                if form == .attachedFiles {
                    writer.multipart("alternative") { alternatives(&$0) }
                } else {
                    writer.part(type: "text/html; charset=utf-8", encoding: "quoted-printable", quotedHTML)
                }
                for attachment in content.attachments { writer.attachment(attachment) }
            }
        case .longLines:
            let line: [UInt8] = text.filter { (byte: UInt8) in byte != 13 && byte != 10 }
            writer.part(type: "text/plain; charset=utf-8", encoding: "8bit", line + [13, 10])
        case .oddLineEnds:
            // Lone LF, lone CR, a line of one dot, "From " at the line's start, no line break at the end.
            let odd: [UInt8] = Array(
                "one\ntwo\rthree\r\r\nfour\n\r\n.\r\n..\r\nFrom here\r\n>From there\r\n \t\r\nlast".utf8)
            writer.part(type: "text/plain", encoding: "8bit", text + odd)
        case .deepMultipart:
            nested(&writer, depth: 12)
        case .rawBytes:
            let raw: [UInt8] = (0..<2_048).map { (index: Int) in UInt8(1 + (index * 37 + index / 255) % 255) }
            writer.part(type: "application/octet-stream", encoding: "binary", raw + text)
        case .meeting:
            writer.multipart("alternative") { writer in
                alternatives(&writer)
                let calendar =
                    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:\(seed)\r\n"
                    + "SUMMARY:Meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
                writer.part(
                    type: "text/calendar; charset=utf-8; method=REQUEST", encoding: "base64",
                    MIMEWriter.base64(Array(calendar.utf8)))
            }
        }
        return writer.bytes
    }

    /// A short message, for the inside of another one.
    static func plain(
        _ subject: String, _ author: MailAddress, _ sent: UTCTime, _ random: inout SeededGenerator
    ) -> [UInt8] {
        var writer = MIMEWriter(seed: random.next())
        writer.header("From", MIMEWriter.address(author))
        writer.header("Date", sent.mailDate)
        writer.header("Subject", MIMEWriter.encodedWord(subject))
        writer.header("MIME-Version", "1.0")
        writer.part(type: "text/plain; charset=utf-8", encoding: "8bit", random.pick(Paragraph.all).text)
        return writer.bytes
    }

    private func writeHeaders(_ writer: inout MIMEWriter) {
        writer.header(
            "Received", "from mail.contoso.test (192.0.2.25)\r\n\tby simulated.test with HTTPS; \(date)")
        writer.header("X-MS-Exchange-Organization-AuthAs", "Internal")
        guard form != .missingHeaders else { return }
        if let from = content.from { writer.header("From", MIMEWriter.address(from)) }
        writer.header("To", content.to.map(MIMEWriter.address).joined(separator: ",\r\n\t"))
        if !content.cc.isEmpty {
            writer.header("Cc", content.cc.map(MIMEWriter.address).joined(separator: ",\r\n\t"))
        }
        if form == .latin1 {
            // Raw 8-bit bytes where only ASCII is allowed.
            writer.header("Subject", latin1: content.subject ?? "")
        } else if let subject = content.subject {
            writer.header("Subject", MIMEWriter.encodedWord(subject))
        }
        writer.header("Date", date)
        if let id = content.internetMessageID { writer.header("Message-ID", id) }
        writer.header("MIME-Version", "1.0")
    }

    private var date: String { content.sent?.mailDate ?? "" }

    private func alternatives(_ writer: inout MIMEWriter) {
        writer.part(type: "text/plain; charset=utf-8", encoding: "quoted-printable", pieces { $0.textQuoted })
        writer.part(type: "text/html; charset=utf-8", encoding: "quoted-printable", quotedHTML)
    }

    private func nested(_ writer: inout MIMEWriter, depth: Int) {
        writer.multipart(depth % 2 == 0 ? "mixed" : "related") { writer in
            if depth == 0 { alternatives(&writer) } else { nested(&writer, depth: depth - 1) }
        }
    }

    private var text: [UInt8] { pieces { $0.text } }

    private var quotedHTML: [UInt8] {
        QuotedPrintable.encode(Array(MessageBody.pageHead.utf8)) + pieces { $0.htmlQuoted }
            + QuotedPrintable.encode(Array(MessageBody.pageFoot.utf8))
    }

    private func pieces(_ piece: (Paragraph) -> [UInt8]) -> [UInt8] {
        guard case .paragraphs(let indices) = content.body.content else { return [] }
        return indices.reduce(into: []) { $0 += piece(Paragraph.all[$1]) }
    }
}
