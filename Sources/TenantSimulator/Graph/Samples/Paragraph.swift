/// The sentences that bodies of generated messages are put together from, prepared once in every form a body takes.
struct Paragraph: Sendable {
    /// As plain text, UTF-8, ending with a line break.
    let text: [UInt8]
    /// As a paragraph of HTML.
    let html: [UInt8]
    /// `text` inside a JSON string.
    let textJSON: [UInt8]
    /// `html` inside a JSON string.
    let htmlJSON: [UInt8]
    /// `text`, quoted-printable.
    let textQuoted: [UInt8]
    /// `html`, quoted-printable.
    let htmlQuoted: [UInt8]

    private init(_ sentence: String) {
        text = Array((sentence + "\r\n").utf8)
        let markup =
            "<p class=\"MsoNormal\" style=\"margin:0cm 0cm 8pt\"><span lang=\"EN-GB\">"
            + sentence.replacing("&", with: "&amp;").replacing("<", with: "&lt;") + "</span></p>\r\n"
        html = Array(markup.utf8)
        textJSON = JSONWriter.escape(text)
        htmlJSON = JSONWriter.escape(html)
        textQuoted = QuotedPrintable.encode(text)
        htmlQuoted = QuotedPrintable.encode(html)
    }

    /// The pool. Paragraphs of 60 to about 700 bytes, a few of them in other scripts.
    static let all: [Paragraph] = {
        var random = SeededGenerator(seed: 0x6d61_696c)
        let words = """
            the report invoice meeting of and to for budget please attached see review next quarter customer order \
            delivery in is we you project plan schedule team server update agreed price contract draft comments \
            tomorrow morning thanks regards question answer number with without office travel request approved \
            pending change café Zürich naïve résumé façade coöperate smörgåsbord £120 €99.50 50% R&D "quoted" \
            C:\\share\\file.txt https://example.test/path?x=1&y=2 <tag> it's re-check —dash …
            """.split(separator: " ").map(String.init)
        let foreign = [
            "本日はご多忙のところ、お時間をいただき誠にありがとうございました。資料を添付いたします。",
            "Уважаемые коллеги, направляю вам отчёт за прошлый квартал. Прошу рассмотреть до пятницы.",
            "שלום רב, מצורף המסמך שביקשת. נא לאשר קבלה בהקדם האפשרי.",
            "يرجى الاطلاع على المرفقات وإبداء الرأي قبل نهاية الأسبوع.",
            "您好，附件是本季度的报价单，请查收。如有问题请随时联系。",
            "Αγαπητοί συνεργάτες, επισυνάπτεται το πρόγραμμα της συνάντησης.",
            "감사합니다. 첨부된 계약서를 검토해 주시기 바랍니다. 🙂👍🏽 👨‍👩‍👧",
        ]
        let native = (0..<89).map { _ in
            (0..<(10 + random.below(90))).map { _ in random.pick(words) }.joined(separator: " ") + "."
        }
        return (native + foreign).map(Paragraph.init)
    }()
}
