import FoundationEssentials
import MailscopeKit
import Testing

@Suite struct HTTPDateTests {
    let now = Date(timeIntervalSince1970: 1_700_000_000)

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "sun, 06 nov 1994 08:49:37 GMT",
    ])
    func readsTheThreeForms(text: String) {
        #expect(HTTPDate.parse(text, now: now) == Date(timeIntervalSince1970: 784_111_777))
    }

    @Test(arguments: [
        "", " ", "120", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 2023 00:00:00 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT", "Xxx, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun, 06 Nov -994 08:49:37 GMT", "2026-11-22T09:30:00Z",
        "Sun, ０６ Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
    ])
    func refusesEverythingElse(text: String) {
        #expect(HTTPDate.parse(text, now: now) == nil)
    }

    @Test func choosesTheCenturyOfATwoDigitYear() {
        let future = HTTPDate.parse("Wednesday, 01-Jan-70 00:00:00 GMT", now: now)
        #expect(future == HTTPDate.parse("Wed, 01 Jan 2070 00:00:00 GMT", now: now))
        let past = HTTPDate.parse("Thursday, 01-Jan-75 00:00:00 GMT", now: now)
        #expect(past == HTTPDate.parse("Wed, 01 Jan 1975 00:00:00 GMT", now: now))
    }

    @Test func countsDaysBothWays() {
        for days in stride(from: -200_000, through: 200_000, by: 97) {
            #expect(CivilDay(daysSince1970: days).daysSince1970 == days)
        }
        #expect(CivilDay(daysSince1970: 11_016) == CivilDay(year: 2000, month: 2, day: 29))
    }
}
