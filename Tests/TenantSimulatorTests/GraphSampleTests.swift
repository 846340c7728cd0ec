import FoundationEssentials
import Testing

@testable import TenantSimulator

/// Generated messages, and messages from files.
@Suite struct GraphSampleTests {
    static let time = UTCTime(seconds: 1_700_000_000)

    @Test func aSeedAlwaysMakesTheSameMailbox() {
        let (one, two, other) = (MailStore(), MailStore(), MailStore())
        one.fill(GraphTestBench.reader, count: 60, seed: 3, last: Self.time)
        two.fill(GraphTestBench.reader, count: 60, seed: 3, last: Self.time)
        other.fill(GraphTestBench.reader, count: 60, seed: 4, last: Self.time)
        let ids = one.messageIDs(of: GraphTestBench.reader)
        #expect(ids == two.messageIDs(of: GraphTestBench.reader))
        func mail(_ store: MailStore) -> [[UInt8]?] {
            ids.map { store.mime(of: $0, in: GraphTestBench.reader) }
        }
        #expect(mail(one) == mail(two))
        #expect(mail(one) != mail(other))
    }

    @Test func sizesAreThoseOfRealMail() {
        let bench = GraphTestBench(messages: 150)
        let page = bench.api.answer(
            ServerRequest(method: "GET", target: GraphTestBench.path("messages?$top=150")),
            caller: bench.caller)
        let mean = page.body.count / 150
        #expect((6_000...25_000).contains(mean))
    }

    @Test func theFormsAreAllThereAndOddWhereTheyShouldBe() throws {
        var forms: [GeneratedMessage.Form: [UInt8]] = [:]
        for seed in UInt64(0)..<600 where forms.count < GeneratedMessage.Form.allCases.count {
            let message = GeneratedMessage(seed: seed, received: Self.time)
            if forms[message.form] == nil { forms[message.form] = message.mime() }
        }
        #expect(forms.count == GeneratedMessage.Form.allCases.count)
        for mime in forms.values { #expect(!mime.contains(0)) }
        let latin = try #require(forms[.latin1])
        #expect(String(validating: latin, as: UTF8.self) == nil)
        #expect(latin.prefix(400).contains(0xe9))
        let odd = try #require(forms[.oddLineEnds])
        #expect(zip(odd, odd.dropFirst()).contains { $0 != 13 && $1 == 10 })
        #expect(zip(odd, odd.dropFirst()).contains { $0 == 13 && $1 != 10 })
        #expect(odd.last != 10)
        let long = try #require(forms[.longLines])
        #expect(long.split(separator: 10).contains { $0.count > 998 })
        #expect(MailHeaders(try #require(forms[.missingHeaders]))["from"] == nil)
        #expect(
            String(decoding: try #require(forms[.deepMultipart]), as: UTF8.self).split(separator: "boundary=")
                .count > 12)
    }

    @Test func everyAnswerIsValidJSONAndUTF8() throws {
        let store = GraphTestBench(messages: 150)
        let answer = store.get(GraphTestBench.path("messages?$top=150"))
        #expect(String(validating: answer.body, as: UTF8.self) != nil)
        #expect(answer.values.count == 150)
        let subjects = Set(answer.values.compactMap { $0["subject"]?.text })
        #expect(subjects.contains { $0.unicodeScalars.contains { (0x3040...0x9fff).contains($0.value) } })
        #expect(subjects.contains { $0.contains("\\") || $0.contains("\"") || $0.contains("\t") })
    }

    @Test func aFolderOfFilesIsAMailbox() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let head =
            "From: =?UTF-8?B?SsO8cmdlbg==?= <j@example.test>\r\nTo: \"A, B\" <a@example.test>, c@example.test\r\n"
        let good = Array(
            (head
                + "Subject: =?utf-8?q?caf=C3=A9?=\r\n =?utf-8?q?_au_lait?=\r\nDate: Fri, 10 Jan 2025 14:31:37 +0100\r\n\r\nHello")
                .utf8)
        let odd: [UInt8] = [0xff, 0xfe, 0x0a, 0x3a, 0x0a, 0x0d, 0x80]
        try Data(good).write(to: folder.appending(path: "a.eml"))
        try Data(odd).write(to: folder.appending(path: "b.EML"))
        try Data(odd).write(to: folder.appending(path: "c.txt"))
        try Data("Date: Sat, 30 Jun 3609 09:33:50 +0000\r\n\r\n".utf8).write(
            to: folder.appending(path: "d.eml"))
        let bench = GraphTestBench()
        let ids = try bench.store.addFiles(of: folder.path, of: GraphTestBench.reader)
        #expect(ids.count == 3)
        #expect(bench.get(GraphTestBench.path("messages/\(ids[0])/$value")).body == good)
        #expect(bench.get(GraphTestBench.path("messages/\(ids[1])/$value")).body == odd)
        let message = try #require(bench.get(GraphTestBench.path("messages/\(ids[0])")).json)
        #expect(message["subject"]?.text == "café au lait")
        #expect(message["receivedDateTime"]?.text == "2025-01-10T13:31:37Z")
        #expect(message["from"]?["emailAddress"]?["name"]?.text == "Jürgen")
        #expect(message["toRecipients"]?.elements?.count == 2)
        // A service receives nothing from the future.
        let times = bench.get(GraphTestBench.path("messages")).values.compactMap {
            $0["receivedDateTime"]?.text
        }
        #expect(times.count == 3 && times.allSatisfy { $0 < "3000" })
    }

    @Test(arguments: [0, 1_000_000, 951_782_400, 1_709_208_000, 4_102_444_799])
    func timesAreWrittenAndReadAlike(seconds: Int) {
        let time = UTCTime(seconds: seconds)
        #expect(UTCTime.parse(literal: time.text[...])?.time == time)
        #expect(MailHeaders(Array("Date: \(time.mailDate)\r\n\r\n".utf8)).date == time)
    }
}
