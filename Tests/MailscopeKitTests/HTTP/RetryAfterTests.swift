import FoundationEssentials
import MailscopeKit
import Testing

@Suite struct RetryAfterTests {
    let now = Date(timeIntervalSince1970: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT

    @Test(arguments: [
        ("0", Duration.zero), ("60", .seconds(60)), (" 7 ", .seconds(7)),
        ("Sun, 06 Nov 1994 08:50:37 GMT", .seconds(60)), ("Sun Nov  6 08:50:37 1994", .seconds(60)),
        ("Sun, 06 Nov 1994 08:00:00 GMT", .zero), ("999999", .seconds(86_400)),
        ("99999999999999999999999999", .seconds(86_400)), ("Sun, 06 Nov 2094 08:00:00 GMT", .seconds(86_400)),
    ])
    func readsSecondsAndDates(text: String, wait: Duration) {
        #expect(RetryAfter.parse(text, now: now) == wait)
    }

    @Test(arguments: ["", "soon", "-1", "+5", "1.5", "5s", "1 2", "٣", "Sun, 06 Nov 1994"])
    func refusesEverythingElse(text: String) {
        #expect(RetryAfter.parse(text, now: now) == nil)
    }

    @Test func neverGoesEarlyByAFractionOfASecond() {
        let wait = RetryAfter.parse("Sun, 06 Nov 1994 08:49:39 GMT", now: now.addingTimeInterval(0.4))
        #expect(wait == .seconds(2))
    }
}
