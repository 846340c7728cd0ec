import FoundationEssentials
import Testing

@testable import TenantSimulator

/// `$filter`. Sections are those of the sheet on Graph.
@Suite struct GraphFilterTests {
    let bench = GraphTestBench(messages: 60)

    private func ids(_ filter: String) -> Set<String> {
        Set(
            bench.get(GraphTestBench.path("messages?$top=1000&$select=id&$filter=\(filter)"), immutable: true)
                .ids)
    }

    @Test func boundsOfTimeChooseWhatLiesBetweenThem_1_2() throws {
        let all = bench.get(
            GraphTestBench.path("messages?$top=1000&$select=id,receivedDateTime&$orderby=receivedDateTime"),
            immutable: true
        ).values
        let middle = try #require(all[30]["receivedDateTime"]?.text)
        func expected(_ isChosen: (String) -> Bool) -> Set<String> {
            Set(all.filter { isChosen($0["receivedDateTime"]?.text ?? "") }.compactMap { $0["id"]?.text })
        }
        #expect(ids("receivedDateTime ge \(middle)") == expected { $0 >= middle })
        #expect(ids("receivedDateTime gt \(middle)") == expected { $0 > middle })
        #expect(ids("receivedDateTime le \(middle)") == expected { $0 <= middle })
        #expect(ids("receivedDateTime lt \(middle)") == expected { $0 < middle })
        #expect(ids("receivedDateTime eq \(middle)") == expected { $0 == middle })
        #expect(ids("receivedDateTime ne \(middle)") == expected { $0 != middle })
        #expect(ids("not (receivedDateTime ge \(middle))") == expected { $0 < middle })
        #expect(
            ids("ReceivedDateTime lt \(middle) or receivedDateTime gt \(middle)") == expected { $0 != middle }
        )
        let fraction = middle.replacing("Z", with: ".5Z")
        #expect(ids("receivedDateTime ge \(fraction)") == expected { $0 > middle })
        #expect(ids("receivedDateTime le \(fraction)") == expected { $0 <= middle })
    }

    @Test func theOtherPropertiesAreLookedAtOneByOne_1_2() throws {
        let values = bench.get(GraphTestBench.path("messages?$top=1000"), immutable: true).values
        func expected(_ isChosen: (JSONValue) -> Bool) -> Set<String> {
            Set(values.filter(isChosen).compactMap { $0["id"]?.text })
        }
        #expect(ids("isRead eq true") == expected { $0["isRead"] == .bool(true) })
        #expect(
            ids("hasAttachments eq true and isRead eq false")
                == expected { $0["hasAttachments"] == .bool(true) && $0["isRead"] == .bool(false) })
        #expect(
            ids("contains(subject,'re')")
                == expected { $0["subject"]?.text?.lowercased().contains("re") ?? false })
        #expect(
            ids("from/emailAddress/address eq 'pat.o''brien@fabrikam.test'")
                == expected { $0["from"]?["emailAddress"]?["address"]?.text == "pat.o'brien@fabrikam.test" })
        let subject = try #require(values.compactMap { $0["subject"]?.text }.first { $0.hasPrefix("Re: ") })
        #expect(
            ids("startswith(subject,'\(PercentText.encode(subject).replacing("%27", with: "%27%27"))')")
                == expected { $0["subject"]?.text?.lowercased().hasPrefix(subject.lowercased()) ?? false })
    }

    @Test func pagingAFilteredListVisitsEachOnce() {
        let pages = bench.walk(
            GraphTestBench.path("messages?$filter=isRead eq true&$top=4&$count=true"), immutable: true)
        #expect(pages.flatMap(\.ids).count == pages[0].json?["@odata.count"]?.whole)
        #expect(Set(pages.flatMap(\.ids)) == ids("isRead eq true"))
    }

    @Test(arguments: [
        ("isRead eq", 9), ("isRead eq true and", 18), ("(isRead eq true", 15), ("isRead eq 'true'", 10),
        ("receivedDateTime ge 2024-13-01T00:00:00Z", 20), ("subject eq 'open", 11), ("isRead is true", 7),
        ("", 0), ("frobnicate(subject,'x')", 0),
    ])
    func aSyntaxErrorNamesItsPosition_1_2(filter: String, position: Int) {
        let answer = bench.get(GraphTestBench.path("messages?$filter=\(filter)"))
        #expect(answer.status == 400)
        #expect(answer.code == "BadRequest")
        #expect(
            answer.message == "Invalid filter clause: Syntax error at position \(position) in '\(filter)'.")
    }

    @Test func aBareDateAndAnOffsetAreDates() {
        #expect(UTCTime.parse(literal: "2024-01-01")?.time.text == "2024-01-01T00:00:00Z")
        #expect(UTCTime.parse(literal: "2024-02-29T23:30:00.25-01:00")?.time.text == "2024-03-01T00:30:00Z")
        #expect(UTCTime.parse(literal: "2024-02-29T23:30:00.25-01:00")?.nanoseconds == 250_000_000)
        #expect(UTCTime.parse(literal: "2024-01-01T00:00:00") == nil)
    }
}
