import MailscopeKit
import Testing

@testable import MailSinks

@Suite struct MaildirNameTests {
    private func name(_ id: String, _ received: String? = nil) -> String {
        MaildirName(MessageID(id), receivedDateTime: received).text(size: 12)
    }

    @Test(arguments: [
        (
            "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A_b==",
            "0.MAAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A_b=3D=3D.mailscope,S=12"
        ),
        ("../../etc/passwd", "0.M=2E=2E=2F=2E=2E=2Fetc=2Fpasswd.mailscope,S=12"),
        ("/", "0.M=2F.mailscope,S=12"),
        ("a:2,S", "0.Ma=3A2=2CS.mailscope,S=12"), ("a\0b\n", "0.Ma=00b=0A.mailscope,S=12"),
        ("", "0.M.mailscope,S=12"), ("é", "0.M=C3=A9.mailscope,S=12"), (".", "0.M=2E.mailscope,S=12"),
        ("=41", "0.M=3D41.mailscope,S=12"), ("~", "0.M=7E.mailscope,S=12"),
    ])
    func noIDLeavesTheDirectory(id: String, expected: String) {
        #expect(name(id) == expected)
    }

    @Test(arguments: [
        ("2026-11-22T09:30:00Z", 1_795_339_800), ("2026-11-22T09:30:00.1234567Z", 1_795_339_800),
        ("1970-01-01T00:00:00Z", 0), ("1950-01-01T00:00:00Z", 0), ("2026-02-30T09:30:00Z", 0),
        ("yesterday", 0),
        ("", 0), ("../../../2026-11-22T", 0),
    ])
    func beginsWithTheTimeOfReceipt(received: String, seconds: Int) {
        #expect(name("a", received).hasPrefix("\(seconds).M"))
    }

    @Test func longIDsFitAndDiffer() {
        let long = String(repeating: "A", count: 5000)
        let names = ["", "A", "B", "/"].map { name(long + $0, "2026-11-22T09:30:00Z") }
        #expect(Set(names).count == 4)
        for name in names { #expect(name.utf8.count < 220 && !name.contains("/")) }
        // The longest that stands whole, and what its cut form would be.
        let whole = String(repeating: "A", count: MaildirName.keyLimit)
        #expect(name(whole).contains(whole + ".mailscope"))
        #expect(name(whole + "A").contains("A~"))
    }

    @Test func idsThatDifferByCaseOrEscapeDiffer() {
        let ids = ["AB", "Ab", "aB", "A=42", "=41B", "A/B", "A=2FB", "A B", "A\u{0}B", "~AB"]
        #expect(Set(ids.map { name($0) }).count == ids.count)
    }

    @Test(
        arguments: [
            ("5.Mabc.mailscope,S=12", "abc"), ("5.Mabc.mailscope,S=12:2,FS", "abc"),
            ("5.Mabc.mailscope:2,S", "abc"),
            ("5.Mabc.mailscope,S=12,U=7:2,", "abc"), ("5.Mabc.mailscope", "abc"), ("5.Mabc.mailscopes", nil),
            ("5.Mabc.other,S=1", nil), ("x.Mabc.mailscope", nil), (".Mabc.mailscope", nil), ("5.abc", nil),
            ("1795339800.M123P456.host", nil), ("5", nil), ("5.", nil), ("", nil),
        ] as [(String, String?)])
    func findsTheKeyAgain(name: String, key: String?) {
        #expect(MaildirName.key(in: name).map(String.init) == key)
    }
}
