/// What a message says, kept so that a page of JSON is put together without escaping it again.
struct MessageBody: Sendable {
    enum Content: Sendable {
        /// Indices into ``Paragraph/all``.
        case paragraphs([Int])
        case literal(String)
    }

    /// The form in which the message was written; the service gives either form of it.
    let isHTML: Bool
    let content: Content

    static let pageHead =
        "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">"
        + "</head><body lang=\"EN-GB\" style=\"word-wrap:break-word\">\r\n<div class=\"WordSection1\">\r\n"
    static let pageFoot = "</div>\r\n</body></html>\r\n"
    private static let escapedHead = JSONWriter.escape(Array(pageHead.utf8))
    private static let escapedFoot = JSONWriter.escape(Array(pageFoot.utf8))

    /// The pieces of a JSON string.
    func json(asText: Bool) -> [[UInt8]] {
        switch content {
        case .paragraphs(let indices):
            if asText { return indices.map { Paragraph.all[$0].textJSON } }
            return [Self.escapedHead] + indices.map { Paragraph.all[$0].htmlJSON } + [Self.escapedFoot]
        case .literal(let text):
            let shown: String
            switch (isHTML, asText) {
            case (true, true): shown = Self.strippingTags(text)
            case (false, false): shown = Self.marked(text)
            default: shown = text
            }
            return [JSONWriter.escape(Array(shown.utf8))]
        }
    }

    /// The first 255 characters of the text, in one line.
    var preview: String {
        let text: String
        switch content {
        case .paragraphs(let indices):
            text = indices.prefix(4).map { String(decoding: Paragraph.all[$0].text, as: UTF8.self) }.joined()
        case .literal(let literal):
            text = isHTML ? Self.strippingTags(literal) : literal
        }
        let words = text.prefix(600).split { $0.isWhitespace }
        return String(words.joined(separator: " ").prefix(255))
    }

    private static func strippingTags(_ html: String) -> String {
        var output = ""
        var isTag = false
        for character in html {
            switch character {
            case "<": isTag = true
            case ">" where isTag: isTag = false
            default: if !isTag { output.append(character) }
            }
        }
        return output
    }

    private static func marked(_ text: String) -> String {
        pageHead + "<pre>"
            + text.replacing("&", with: "&amp;").replacing("<", with: "&lt;") + "</pre>" + pageFoot
    }
}
