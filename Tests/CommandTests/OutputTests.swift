import Testing

@testable import MailscopeKit
@testable import mailscope

@Suite struct OutputTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-12_345, "-12,345"),
    ])
    func groupsDigits(number: Int, text: String) { #expect(Quantity.number(number) == text) }

    @Test(arguments: [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1_500, "1.5 kB"), (56_000_000, "56 MB"),
        (150_200_000, "150 MB"), (2_000_000_000_000, "2 TB"),
    ])
    func namesSizes(bytes: Int, text: String) { #expect(Quantity.bytes(bytes) == text) }

    @Test(arguments: [
        (Duration.milliseconds(250), "0.3 s"), (.seconds(42), "42 s"), (.seconds(300), "5 min"),
        (.seconds(12_000), "3 h 20 min"), (.seconds(1_036_800), "12 days"),
    ])
    func namesTimes(duration: Duration, text: String) { #expect(Quantity.time(duration) == text) }

    @Test func drawsAWalkWithRateAndTimeLeft() {
        var summary = PassSummary()
        summary.delivered = 1_200
        let progress = CollectionProgress(stage: .walking, summary: summary, fraction: 0.25)
        #expect(
            ProgressBar.line(progress, after: .seconds(20), ofStage: .seconds(20), width: 80)
                == "fetching [#####...............] 25 %, 1,200 messages, 60/s, 60 s left")
        let narrow = [60, 43, 30, 20, 10].map {
            ProgressBar.line(progress, after: .seconds(20), ofStage: .seconds(20), width: $0)
        }
        #expect(
            narrow == [
                "fetching 25 %, 1,200 messages, 60/s, 60 s left", "fetching 25 %, 1,200 messages, 60/s",
                "fetching 25 %, 1,200 messages", "fetching 25 %", "fetching ",
            ])
        let unknown = CollectionProgress(stage: .retrying, summary: summary, fraction: nil)
        #expect(
            ProgressBar.line(unknown, after: .seconds(20), ofStage: .seconds(20), width: 80)
                == "trying again 1,200 messages, 60/s")
    }

    @Test func tellsOfAPassInOneLine() {
        var summary = PassSummary()
        #expect(PassReport(summary).isQuiet)
        summary.delivered = 1
        summary.bytes = 2_048
        summary.duration = .milliseconds(1_250)
        #expect(PassReport(summary).text == "1 message delivered (2 kB), in 1.3 s")
        summary.deferred = 2
        summary.quarantined = 3
        summary.gone = 4
        summary.skipped = 5_000
        #expect(
            PassReport(summary).text
                == "1 message delivered (2 kB), 2 to be tried again, 3 set aside, see 'mailscope quarantine list', "
                + "4 deleted before they could be fetched, 5,000 older than the start, in 1.3 s")
    }

    @Test func alignsColumns() {
        #expect(Table.facts([("a", "1"), ("none", nil), ("long", "2")]) == "a     1\nlong  2")
        #expect(Table.list(["ID", "WHY"], [["abc", "x"]]) == "ID   WHY\nabc  x")
    }
}
