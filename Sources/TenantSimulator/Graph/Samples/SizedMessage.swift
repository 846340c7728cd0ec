/// A message of exactly `size` bytes of MIME, each a function of its offset, so that 150 MB need not be stored.
struct SizedMessage: Sendable {
    /// Bytes of MIME, the header's among them.
    let size: Int
    private let head: [UInt8]

    /// `size` is raised to the header's length where it is less.
    init(size: Int, number: UInt64, from: MailAddress, to: MailAddress) {
        let text =
            "From: \(from.name) <\(from.address)>\r\nTo: \(to.address)\r\nSubject: Large message \(number)\r\n"
            + "Message-ID: <large-\(number)@contoso.test>\r\nMIME-Version: 1.0\r\n"
            + "Content-Type: text/plain; charset=us-ascii; name=\"large.txt\"\r\n"
            + "Content-Disposition: attachment; filename=\"large.txt\"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
        head = Array(text.utf8)
        self.size = Swift.max(size, head.count)
        self.number = number
        self.from = from
        self.to = to
    }

    private let number: UInt64
    private let from: MailAddress
    private let to: MailAddress

    func content(received: UTCTime) -> MessageContent {
        var content = MessageContent(
            body: MessageBody(isHTML: false, content: .literal("See the attachment.")))
        content.subject = "Large message \(number)"
        content.from = from
        content.to = [to]
        content.sent = received.advanced(by: -2)
        content.internetMessageID = "<large-\(number)@contoso.test>"
        content.conversation = number
        content.attachments = [
            MailAttachment(
                kind: .file, name: "large.txt", contentType: "text/plain",
                content: .huge(count: size - head.count))
        ]
        return content
    }

    /// The bytes at these offsets, which must lie within `size`.
    func bytes(_ range: Range<Int>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        if range.lowerBound < head.count {
            output += head[range.lowerBound..<Swift.min(head.count, range.upperBound)]
        }
        var offset = Swift.max(0, range.lowerBound - head.count)
        let end = range.upperBound - head.count
        while offset < end {
            let (number, start) = offset.quotientAndRemainder(dividingBy: Self.block.count)
            let stop = Swift.min(Self.block.count, start + end - offset)
            var piece = Array(Self.block[start..<stop])
            // Each block begins with its number, so that a lost or doubled block shows.
            if start < 16 {
                let digits = String(number)
                let label = Array((String(repeating: "0", count: 16 - digits.utf8.count) + digits).utf8)
                for position in start..<Swift.min(16, stop) { piece[position - start] = label[position] }
            }
            output += piece
            offset += stop - start
        }
        return output
    }

    /// 840 lines of 76 characters and a line break.
    private static let block: [UInt8] = {
        var block: [UInt8] = []
        for line in 0..<840 {
            for column in 0..<76 { block.append(UInt8(33 + (line * 7 + column * 3) % 90)) }
            block += [13, 10]
        }
        return block
    }()
}
