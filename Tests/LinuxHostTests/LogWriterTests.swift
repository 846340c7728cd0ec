import LinuxHost
import MailscopeKit
import Synchronization
import TestSupport
import Testing

@Suite struct LogWriterTests {
    /// Records are made by a log only.
    private func record(_ level: LogLevel, _ message: StaticString, _ fields: [LogField] = []) -> LogRecord {
        final class Box: Sendable { let records = Mutex<[LogRecord]>([]) }
        let box = Box()
        Log(level: .trace) { record in box.records.withLock { $0.append(record) } }.record(
            level, message, fields)
        return box.records.withLock { $0[0] }
    }

    @Test(arguments: [
        ("plain", "plain"), ("two words", #""two words""#), ("", #""""#), ("a=b", #""a=b""#),
        (#"say "hi" \"#, #""say \"hi\" \\""#), ("line\nerror forged", #""line\nerror forged""#),
        ("\u{1b}[31mred\u{7f}\u{9b}", #""\u{1b}[31mred\u{7f}\u{9b}""#), ("\u{202e}txt", #""\u{202e}txt""#),
        ("\u{2028}x\r\t", #""\u{2028}x\r\t""#), ("Zoë", #""Zoë""#), ("a\0b", #""a\u{0}b""#),
    ])
    func noValueCanForgeALine(value: String, written: String) {
        let line = LogWriter.line(record(.warning, "no answer", [LogField("request-id", value)]))
        #expect(line == "warning no answer request-id=" + written)
    }

    @Test func journalFieldsKeepTheirValues() {
        let bytes = Journal.encode(
            record(.error, "refused", [LogField("request-id", "a"), LogField("detail", "one\ntwo")]))
        var expected = Array(
            ("MESSAGE=refused request-id=a detail=one\\ntwo\nPRIORITY=3\nSYSLOG_IDENTIFIER=mailscope\n"
                + "MAILSCOPE_EVENT=refused\nMAILSCOPE_REQUEST_ID=a\nMAILSCOPE_DETAIL\n").utf8)
        expected += [7, 0, 0, 0, 0, 0, 0, 0]
        expected += Array("one\ntwo\n".utf8)
        #expect(bytes == expected)
    }

    @Test func journalRecordsAllSayWhoseTheyAre() {
        let always = [LogField("mailbox", "a@contoso.test"), LogField("configuration", "/etc/x\nPRIORITY=0")]
        let text = String(
            decoding: Journal.encode(record(.notice, "ready", [LogField("count", 1)]), always: always),
            as: UTF8.self)
        #expect(text.hasPrefix("MESSAGE=ready count=1\nPRIORITY=5\n"), "for people no longer than before")
        #expect(text.contains("\nMAILSCOPE_MAILBOX=a@contoso.test\n"))
        #expect(text.contains("\nMAILSCOPE_CONFIGURATION\n"), "a line break cannot make a field of its own")
        let own = Journal.encode(
            record(.notice, "started", [LogField("mailbox", "a@contoso.test")]), always: always)
        #expect(
            String(decoding: own, as: UTF8.self).ranges(of: "MAILSCOPE_MAILBOX=").count == 1, "once is enough"
        )
    }

    @Test func journalRecordsFitADatagram() {
        let fields = (0..<100).map { LogField("n\($0)", String(repeating: "é", count: 100_000)) }
        #expect(Journal.encode(record(.info, "large", fields)).count < 200_000)
    }

    @Test func theJournalIsUsedOnlyWhereStandardErrorIsIt() {
        #expect(Journal.isStandardError("1:1") == false)
        #expect(Journal.isStandardError("") == false)
    }

    @Test func missingJournalIsToldToTheCaller() async throws {
        try await withTemporaryPath { folder in
            let journal = try #require(Journal(path: folder + "/none"))
            #expect(journal.write(record(.info, "x")) == false)
        }
    }
}
