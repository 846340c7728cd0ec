import FoundationEssentials
import Testing

@testable import TenantSimulator

/// Lists of messages. Sections are those of the sheet on Graph.
@Suite struct GraphListTests {
    let bench = GraphTestBench(messages: 237)

    @Test func aPageHoldsTenMessagesUnlessAskedOtherwise_1_2() {
        let answer = bench.get(GraphTestBench.path("messages"))
        #expect(answer.status == 200)
        #expect(answer.values.count == 10)
        #expect(answer.nextLink == "https://graph.test/v1.0/users/reader%40contoso.test/messages?$skip=10")
        #expect(bench.get(GraphTestBench.path("messages?$top=1000")).values.count == 237)
        #expect(bench.get(GraphTestBench.path("messages?$top=1001")).status == 400)
    }

    @Test(arguments: [false, true], [false, true])
    func pagingVisitsEachMessageExactlyOnce(shortPages: Bool, otherItems: Bool) {
        bench.api.change {
            $0.hasShortPages = shortPages
            $0.countsOtherItems = otherItems
        }
        let pages = bench.walk(GraphTestBench.path("messages?$top=17&$select=id"), immutable: true)
        let ids = pages.flatMap(\.ids)
        #expect(ids.count == 237)
        #expect(Set(ids) == Set(bench.store.messageIDs(of: GraphTestBench.reader)))
    }

    @Test func skipCountsOtherItemsWhereSwitchedOn_1_4() {
        bench.api.change { $0.countsOtherItems = true }
        #expect(bench.get(GraphTestBench.path("messages")).nextLink?.hasSuffix("$skip=12") == true)
    }

    @Test func everyPropertyIsThereInItsForm_1_5() throws {
        for message in bench.get(GraphTestBench.path("messages?$top=237")).values {
            #expect(message["@odata.etag"]?.text == "W/\"\(try #require(message["changeKey"]?.text))\"")
            #expect(message["internetMessageHeaders"] == nil && message["uniqueBody"] == nil)
            for property in MessageProperty.usual { #expect(message[property.rawValue] != nil) }
            let type = message["@odata.type"]?.text
            #expect(
                type == nil || type?.hasPrefix("#microsoft.graph.eventMessage") == true
                    || type == "#microsoft.graph.calendarSharingMessage")
            #expect(message["body"]?["contentType"]?.text == "html")
            #expect(message["receivedDateTime"]?.text?.count == 20)
        }
    }

    @Test func someBooleansAreNull_1_5() {
        let values = bench.get(GraphTestBench.path("messages?$top=237")).values
        #expect(values.contains { $0["isDeliveryReceiptRequested"] == .null })
        #expect(values.contains { $0["isDeliveryReceiptRequested"] == .bool(false) })
    }

    @Test func manyMessagesShareTheirSecond() {
        let times = bench.get(GraphTestBench.path("messages?$top=237")).values.compactMap {
            $0["receivedDateTime"]?.text
        }
        #expect(Set(times).count < times.count - 30)
    }

    @Test func selectGivesWhatWasAskedAndTheID_1_2() {
        let answer = bench.get(GraphTestBench.path("messages?$select=Subject,receiveddatetime&$top=1"))
        #expect(
            answer.values[0].members?.map(\.name).sorted()
                == ["@odata.etag", "id", "receivedDateTime", "subject"])
        #expect(
            answer.json?["@odata.context"]?.text
                == "https://graph.test/v1.0/$metadata#users('reader%40contoso.test')/messages(Subject,receiveddatetime)"
        )
    }

    @Test func anUnknownPropertyIsNamed_1_2() {
        let answer = bench.get(GraphTestBench.path("messages?$select=id,colour"))
        #expect(answer.status == 400)
        #expect(answer.code == "RequestBroker--ParseUri")
        #expect(
            answer.message == "Could not find a property named 'colour' on type 'microsoft.graph.message'.")
        #expect(answer.json?["error"]?["innerError"]?["request-id"] != nil)
    }

    @Test(arguments: [
        "$skip=-1", "$skip=9223372036854775807", "$top=x", "$top=0", "$filter=%ff", "$expand=extensionz",
    ])
    func nonsenseIsRefused(query: String) {
        #expect(bench.get(GraphTestBench.path("messages?" + query)).status == 400)
    }

    @Test func aLongMailboxIsWalkedByItsIndex() {
        let long = GraphTestBench()
        long.store.with(GraphTestBench.reader) { contents in
            for number in 0..<30_000 {
                _ = contents.add(
                    .generated(seed: UInt64(number)), received: UTCTime(seconds: 1_700_000_000 + number / 3),
                    isRead: true, folder: 1)
            }
        }
        let from = UTCTime(seconds: 1_700_009_990).text
        let query =
            "messages?$filter=receivedDateTime ge \(from)&$orderby=receivedDateTime&$select=id&$count=true"
        let pages = long.walk(GraphTestBench.path(query), immutable: true)
        #expect(pages[0].json?["@odata.count"]?.whole == 30)
        #expect(pages.flatMap(\.ids) == Array(long.store.messageIDs(of: GraphTestBench.reader).suffix(30)))
        #expect(long.get(GraphTestBench.path("messages?$skip=29995")).values.count == 5)
    }

    @Test func countTellsHowManyThereAre_1_2() {
        #expect(
            bench.get(GraphTestBench.path("messages?$count=true&$top=1")).json?["@odata.count"]?.whole == 237)
        #expect(bench.get(GraphTestBench.path("messages/$count")).body == Array("237".utf8))
    }

    @Test func keysetPagingBySecondsFindsAll() throws {
        var (seen, from) = (Set<String>(), "1970-01-01T00:00:00Z")
        for _ in 0..<400 {
            let answer = bench.get(
                GraphTestBench.path(
                    "messages?$filter=receivedDateTime ge \(from)&$orderby=receivedDateTime asc&$top=9&$select=id,receivedDateTime"
                ),
                immutable: true)
            let new = answer.ids.filter { !seen.contains($0) }
            if new.isEmpty { break }
            seen.formUnion(new)
            from = try #require(answer.values.last?["receivedDateTime"]?.text)
        }
        #expect(seen.count == 237)
    }

    @Test func orderIsKeptInBothDirections() {
        for direction in ["asc", "desc"] {
            let pages = bench.walk(
                GraphTestBench.path("messages?$orderby=receivedDateTime \(direction)&$top=50"))
            let times = pages.flatMap(\.values).compactMap { $0["receivedDateTime"]?.text }
            #expect(times == (direction == "asc" ? times.sorted() : times.sorted(by: >)))
            #expect(times.count == 237)
        }
        let subjects = bench.get(GraphTestBench.path("messages?$orderby=subject&$top=237")).values
            .map { ($0["subject"]?.text ?? "").lowercased() }
        #expect(subjects.filter { !$0.isEmpty } == subjects.filter { !$0.isEmpty }.sorted())
    }

    @Test(arguments: [
        "subject eq 'x'&$orderby=receivedDateTime", "isRead eq false&$orderby=receivedDateTime",
        "isRead eq false and receivedDateTime ge 1900-01-01T00:00:00Z&$orderby=receivedDateTime",
        "conversationId eq 'x'&$orderby=receivedDateTime desc",
        "hasAttachments eq true&$orderby=receivedDateTime",
    ])
    func orderingByWhatIsNotFilteredFirstIsTooComplex_1_2(query: String) {
        let answer = bench.get(GraphTestBench.path("messages?$filter=\(query)"))
        #expect(answer.status == 400)
        #expect(answer.code == "InefficientFilter")
        #expect(answer.message == "The restriction or sort order is too complex for this operation.")
    }

    @Test func theWorkingFormOfUnreadByDateWorks_1_2() {
        let answer = bench.get(
            GraphTestBench.path(
                "messages?$filter=receivedDateTime ge 1900-01-01T00:00:00Z and isRead eq false&$orderby=receivedDateTime&$top=1000"
            ))
        #expect(answer.status == 200)
        #expect(answer.values.allSatisfy { $0["isRead"] == .bool(false) })
        #expect(!answer.values.isEmpty && answer.values.count < 237)
    }

    @Test func bodiesComeAsTextWhereThatIsPreferred_1_6() {
        let answer = bench.get(
            GraphTestBench.path("messages?$top=5"), immutable: true,
            prefer: ["outlook.body-content-type=\"text\""])
        #expect(answer.values.allSatisfy { $0["body"]?["contentType"]?.text == "text" })
        #expect(answer.values.allSatisfy { $0["body"]?["content"]?.text?.contains("<p ") == false })
        #expect(
            answer.header("preference-applied")
                == "IdType=ImmutableId, outlook.body-content-type=\"text\"")
    }

    @Test func theAnswersHeadersAreTheService_s_8_1() {
        let answer = bench.send(
            "GET", GraphTestBench.path("messages"), headers: [("client-request-id", "abc")])
        #expect(answer.header("client-request-id") == "abc")
        #expect(answer.header("request-id")?.count == 36)
        #expect(answer.header("x-ms-ags-diagnostic")?.hasPrefix("{\"ServerInfo\"") == true)
        #expect(
            answer.header("content-type")
                == "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8"
        )
        let silent = bench.get(GraphTestBench.path("messages"))
        #expect(silent.header("client-request-id") == silent.header("request-id"))
    }

    @Test func aFolderHasItsOwnMessagesAndLinks_1_1() {
        let answer = bench.get("/v1.0//Users('READER@contoso.test')/mailfolders/Inbox/messages?$top=3")
        #expect(answer.status == 200)
        #expect(
            answer.nextLink
                == "https://graph.test/v1.0/users/READER%40contoso.test/mailFolders('Inbox')/messages?$top=3&$skip=3"
        )
        let all = bench.walk(GraphTestBench.path("mailFolders('inbox')/messages?$top=100"), immutable: true)
            .flatMap(\.ids)
        #expect(Set(all) == Set(bench.store.messageIDs(of: GraphTestBench.reader, in: "inbox")))
    }

    @Test func aCorruptMessageFailsAllButItsIDsAndTimes() {
        let id = bench.store.messageIDs(of: GraphTestBench.reader)[200]
        bench.store.corrupt(id, in: GraphTestBench.reader)
        #expect(bench.get(GraphTestBench.path("messages?$top=1000")).status == 500)
        #expect(bench.get(GraphTestBench.path("messages?$top=1000&$select=id,subject")).status == 500)
        #expect(
            bench.get(GraphTestBench.path("messages?$top=1000&$select=id,receivedDateTime")).values.count
                == 237)
        #expect(bench.get(GraphTestBench.path("messages/\(id)/$value")).status == 500)
        #expect(bench.get(GraphTestBench.path("messages?$top=10")).status == 200)
    }
}
