/// A message made from a seed: the same seed and time give the same message, byte for byte.
struct GeneratedMessage: Sendable {
    /// How the message is built.
    enum Form: CaseIterable, Sendable {
        case plain, latin1, quotedHTML, alternative, attachedFiles, inlineImage, nestedMessage, reference
        case longLines, oddLineEnds, missingHeaders, deepMultipart, rawBytes, meeting
    }

    let content: MessageContent
    let form: Form
    let seed: UInt64

    init(seed: UInt64, received: UTCTime) {
        var random = SeededGenerator(seed: seed)
        self.seed = seed
        form = Self.form(&random)
        let median = 7_000.0
        let length = random.logNormal(median: median, sigma: 0.9, limit: 200_000)
        let body = Self.body(form, length: length, &random)
        var content = MessageContent(body: body)
        let number = random.next()
        content.subject = Self.subject(form, &random)
        content.conversation = random.chance(40) ? number % 97 : number
        let author = random.pick(Self.people)
        content.from = form == .missingHeaders ? nil : author
        content.sender = content.from
        content.to = (0...random.below(3)).map { _ in random.pick(Self.people) }
        if random.chance(30) { content.cc = (0...random.below(4)).map { _ in random.pick(Self.people) } }
        if random.chance(5) { content.replyTo = [random.pick(Self.people)] }
        content.sent = received.advanced(by: -random.below(40))
        if form != .missingHeaders {
            content.internetMessageID =
                "<\(String(number, radix: 16)).\(String(seed, radix: 36))@mail.contoso.test>"
        }
        content.importance = random.chance(6) ? "high" : random.chance(3) ? "low" : "normal"
        content.wantsDeliveryReceipt = random.chance(50) ? nil : false
        content.wantsReadReceipt = random.chance(4)
        if random.chance(8) { content.categories = ["Red category"] }
        if form == .meeting {
            content.type = random.pick([
                "microsoft.graph.eventMessageRequest", "microsoft.graph.eventMessageResponse",
                "microsoft.graph.eventMessage", "microsoft.graph.calendarSharingMessage",
            ])
        }
        content.attachments = Self.attachments(form, sent: received, author: author, &random)
        content.headers = Self.headers(of: content, received: received)
        self.content = content
    }

    private static func headers(of content: MessageContent, received: UTCTime) -> [(
        name: String, value: String
    )] {
        var headers = [
            ("Received", "from mail.contoso.test (192.0.2.25) by simulated.test; \(received.mailDate)")
        ]
        if let id = content.internetMessageID { headers.append(("Message-ID", id)) }
        if let sent = content.sent { headers.append(("Date", sent.mailDate)) }
        if let subject = content.subject { headers.append(("Subject", subject)) }
        return headers + [
            ("X-MS-Exchange-Organization-SCL", "1"), ("X-MS-Exchange-Organization-AuthAs", "Internal"),
        ]
    }

    /// The form that this seed gives.
    static func form(seed: UInt64) -> Form {
        var random = SeededGenerator(seed: seed)
        return form(&random)
    }

    private static func form(_ random: inout SeededGenerator) -> Form {
        switch random.below(100) {
        case 0..<30: .quotedHTML
        case 30..<55: .alternative
        case 55..<66: .plain
        case 66..<76: .attachedFiles
        case 76..<82: .inlineImage
        case 82..<85: .meeting
        default: random.pick(Form.allCases)
        }
    }

    private static func body(_ form: Form, length: Int, _ random: inout SeededGenerator) -> MessageBody {
        let isHTML: Bool
        switch form {
        case .plain, .latin1, .longLines, .oddLineEnds, .missingHeaders, .rawBytes: isHTML = false
        default: isHTML = true
        }
        var (indices, total) = ([Int](), 0)
        repeat {
            let index = random.below(Paragraph.all.count)
            indices.append(index)
            total += isHTML ? Paragraph.all[index].htmlJSON.count : Paragraph.all[index].textJSON.count
        } while total < length
        return MessageBody(isHTML: isHTML, content: .paragraphs(indices))
    }

    private static func subject(_ form: Form, _ random: inout SeededGenerator) -> String? {
        if form == .missingHeaders && random.chance(50) { return nil }
        if form == .latin1 { return "Réunion à Zürich n° \(random.below(1_000))" }
        let prefix = random.pick(["", "", "", "Re: ", "Fwd: ", "AW: "])
        return prefix + random.pick(subjects) + (random.chance(60) ? " \(random.below(10_000))" : "")
    }

    private static func attachments(
        _ form: Form, sent: UTCTime, author: MailAddress, _ random: inout SeededGenerator
    ) -> [MailAttachment] {
        func file(_ name: String, _ type: String, median: Double, _ random: inout SeededGenerator)
            -> MailAttachment
        {
            let size = random.logNormal(median: median, sigma: 1, limit: 2_000_000)
            return MailAttachment(
                kind: .file, name: name, contentType: type,
                content: .random(offset: random.below(65_536), count: Swift.max(1, size)))
        }
        switch form {
        case .attachedFiles:
            let names = [
                ("report.pdf", "application/pdf"), ("Übersicht 2025.xlsx", "application/vnd.ms-excel"),
                ("写真.jpg", "image/jpeg"), ("a;b\"c.txt", "text/plain"), ("archive.zip", "application/zip"),
            ]
            return (0...random.below(3)).map { _ in
                let (name, type) = random.pick(names)
                return file(name, type, median: 20_000, &random)
            }
        case .inlineImage:
            var image = file("image001.png", "image/png", median: 6_000, &random)
            image.isInline = true
            image.contentID = "image001.png@\(String(random.next(), radix: 16))"
            return [image]
        case .nestedMessage:
            let subject = random.pick(subjects)
            return [
                MailAttachment(
                    kind: .item(subject: subject, sent: sent.advanced(by: -86_400)), name: subject,
                    contentType: "message/rfc822",
                    content: .bytes(
                        GeneratedMessage.plain(subject, author, sent.advanced(by: -86_400), &random)))
            ]
        case .reference:
            return [
                MailAttachment(
                    kind: .reference, name: "Shared document.docx", contentType: "text/html",
                    content: .bytes(Array("https://contoso.test/shared/\(random.below(10_000))".utf8)))
            ]
        default:
            return []
        }
    }

    private static let people = [
        MailAddress(name: "Ada Lovelace", address: "ada@contoso.test"),
        MailAddress(name: "Müller, Jürgen", address: "juergen.mueller@contoso.test"),
        MailAddress(name: "O'Brien \"Red\" Pat", address: "pat.o'brien@fabrikam.test"),
        MailAddress(name: "山田 太郎", address: "yamada@example.test"),
        MailAddress(name: "Ольга Иванова", address: "olga@example.test"),
        MailAddress(name: "", address: "noreply+tag@shop.example.test"),
        MailAddress(name: "billing@contoso.test", address: "billing@contoso.test"),
        MailAddress(name: "דנה כהן", address: "dana@example.test"),
    ]

    private static let subjects = [
        "Quarterly report", "Invoice", "Meeting notes", "Lunch?", "Your order has shipped",
        "[JIRA] (OPS-1234) Disk full",
        "Ihre Rechnung über 1.234,56 €", "会議の議事録について", "Отчёт за квартал", "חשבונית מס", "فاتورة",
        "Πρόγραμμα", "견적서", "🎉 Party 🎉", "Re: Re: Re: what about \"quotes\" and \\backslashes\\?", "A\ttab",
        "",
        "Very long subject that does not fit on one line of a header and so has to be folded by whoever writes it out",
    ]
}
