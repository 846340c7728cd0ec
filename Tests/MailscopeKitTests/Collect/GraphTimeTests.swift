import MailscopeKit
import Testing

@Suite struct GraphTimeTests {
    @Test(arguments: [
        ("2026-11-22T09:30:00Z", "2026-11-22T09:30:00Z"),
        ("2026-11-22T09:30:00.123Z", "2026-11-22T09:30:00Z"),
        ("2026-11-22T09:30:00.Z", "2026-11-22T09:30:00Z"), ("2026-11-22T09:30:00", nil), ("2026-11-22", nil),
        ("2026-11-22T09:30:00+01:00", nil), ("2026-11-22 09:30:00Z", nil), ("2026-11-22T09:30:00,5Z", nil),
        ("2026-1\u{0661}-22T09:30:00Z", nil), ("", nil), ("Z", nil), ("2026-11-22T09:30:00ZZ", nil),
    ])
    func readsTheWholeSecond(text: String, second: String?) {
        #expect(GraphTime.second(text) == second)
    }
}
