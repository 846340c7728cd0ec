import FoundationEssentials
import Testing

@testable import TenantSimulator

/// Message delta. Sections are those of the sheet on Graph.
@Suite struct GraphDeltaTests {
    let bench = GraphTestBench(messages: 90)
    static let inbox = GraphTestBench.path("mailFolders/inbox/messages/delta")

    private var inInbox: [String] { bench.store.messageIDs(of: GraphTestBench.reader, in: "inbox") }

    /// A whole round; its link for the next one.
    private func round(_ target: String, immutable: Bool = true) throws -> (values: [JSONValue], link: String)
    {
        let pages = bench.walk(target, immutable: immutable, prefer: ["odata.maxpagesize=7"])
        for page in pages { #expect((page.nextLink == nil) != (page.deltaLink == nil)) }
        return (pages.flatMap(\.values), try #require(pages.last?.deltaLink))
    }

    @Test func onlyFoldersHaveDelta_2_1() {
        let answer = bench.get(GraphTestBench.path("messages/delta"))
        #expect(answer.status == 400 && answer.code == "BadRequest")
        #expect(
            answer.message
                == "Unsupported request: Change tracking is not supported against 'microsoft.graph.message'.")
        #expect(bench.get(GraphTestBench.path("messages/delta()")).status == 400)
        bench.api.change { $0.isChina = true }
        #expect(bench.get(Self.inbox).code == "ErrorInvalidIdMalformed")
        #expect(bench.get(GraphTestBench.path("mailFolders/delta")).code == "ErrorInvalidIdMalformed")
    }

    @Test(arguments: [false, true], [false, true])
    func aFirstRoundTellsEverythingOnce_2_2(emptyPages: Bool, shortPages: Bool) throws {
        bench.api.change {
            $0.hasEmptyDeltaPages = emptyPages
            $0.hasShortPages = shortPages
        }
        let first = bench.get(Self.inbox)
        #expect(first.values.count == (emptyPages ? 0 : shortPages ? 7 : 10))
        #expect(first.header("preference-applied") == "odata.track-changes")
        #expect(
            first.json?["@odata.context"]?.text == "https://graph.test/v1.0/$metadata#Collection(message)")
        let (values, _) = try round(Self.inbox)
        let ids = values.compactMap { $0["id"]?.text }
        #expect(ids.count == inInbox.count && Set(ids) == Set(inInbox))
        #expect(values.allSatisfy { $0["@odata.type"]?.text?.hasPrefix("#microsoft.graph.") == true })
    }

    @Test func tokensAreOpaqueAndRememberTheQuery_2_2() throws {
        let first = bench.get(Self.inbox + "?$select=subject")
        let link = try #require(first.nextLink)
        #expect(
            link.hasPrefix(
                "https://graph.test/v1.0/users/reader%40contoso.test/mailFolders('inbox')/messages/delta?$skiptoken="
            ))
        let token = link.split(separator: "=", maxSplits: 1)[1]
        #expect(token.count { $0 == "." } == 1 && (150...260).contains(token.utf8.count))
        let names = bench.get(link).values[0].members?.map(\.name).sorted()
        #expect(names == ["@odata.etag", "@odata.type", "id", "subject"])
        #expect(bench.get(link.replacing("skiptoken=", with: "skiptoken=A")).status == 400)
    }

    @Test func aReadMarkComesAloneAndOnlyWhereSelected_2_4() throws {
        let (_, plain) = try round(Self.inbox)
        let (_, without) = try round(Self.inbox + "?$select=subject")
        let id = inInbox[3]
        let wasRead = bench.get(GraphTestBench.path("messages/\(id)")).json?["isRead"] == .bool(true)
        bench.store.setRead(id, !wasRead, in: GraphTestBench.reader)
        let (values, _) = try round(plain)
        #expect(values.count == 1)
        #expect(values[0]["id"]?.text == id && values[0]["isRead"] == .bool(!wasRead))
        #expect(
            values[0].members?.map(\.name).filter { !$0.hasPrefix("@") }.sorted() == [
                "id", "isRead", "parentFolderId",
            ])
        #expect(try round(without).values.isEmpty)
    }

    @Test func newDeletedMovedAndChangedMessagesAreTold_2_4() throws {
        let (_, link) = try round(Self.inbox)
        let (_, archive) = try round(GraphTestBench.path("mailFolders/archive/messages/delta"))
        let before = inInbox
        let new = bench.store.addGenerated(
            seed: 5, of: GraphTestBench.reader, received: UTCTime(seconds: 1_760_000_000))
        bench.store.delete(before[0], in: GraphTestBench.reader)
        bench.store.move(before[1], to: "archive", in: GraphTestBench.reader)
        bench.store.touch(before[2], in: GraphTestBench.reader, at: UTCTime(seconds: 1_760_000_001))
        let (values, next) = try round(link)
        let removed = values.filter { $0["@removed"] != nil }
        #expect(Set(removed.compactMap { $0["id"]?.text }) == [before[0], before[1]])
        #expect(
            removed.allSatisfy { $0["@removed"]?["reason"]?.text == "deleted" && $0["@odata.etag"] == nil })
        #expect(
            Set(values.filter { $0["subject"] != nil }.compactMap { $0["id"]?.text }) == [new, before[2]])
        #expect(try round(archive).values.compactMap { $0["id"]?.text } == [before[1]])
        #expect(try round(next).values.isEmpty)
    }

    @Test func aRemovalNamesTheUsualIDThatWent_2_4() throws {
        let (_, link) = try round(Self.inbox, immutable: false)
        let usual = try #require(bench.get(GraphTestBench.path("messages/\(inInbox[0])")).json?["id"]?.text)
        bench.store.move(inInbox[0], to: "archive", in: GraphTestBench.reader)
        #expect(try round(link, immutable: false).values.compactMap { $0["id"]?.text } == [usual])
    }

    @Test(arguments: [true, false])
    func aMessageThatLeftAndCameBackIsLostWithImmutableIDs_2_6(isLost: Bool) throws {
        bench.api.change { $0.losesReturningMessages = isLost }
        let (_, link) = try round(Self.inbox)
        let id = inInbox[0]
        bench.store.move(id, to: "archive", in: GraphTestBench.reader)
        bench.store.move(id, to: "inbox", in: GraphTestBench.reader)
        let immutable = try round(link).values
        #expect(immutable.count == 1 && (immutable[0]["@removed"] != nil) == isLost)
        #expect(bench.get(GraphTestBench.path("messages/\(id)")).status == 200)
        #expect(try round(link, immutable: false).values.count == 2)
    }

    @Test func oldTokensAreForgotten_2_7() throws {
        var links = [try round(Self.inbox).link]
        for _ in 0..<5 { links.append(try #require(bench.get(links[links.count - 1]).deltaLink)) }
        let old = bench.get(links[0])
        #expect(old.status == 410 && old.code == "SyncStateNotFound")
        #expect(old.message?.contains("The sync state generation is not found; generation=") == true)
        #expect(bench.get(links[5]).status == 200)
        bench.store.expireDeltaTokens()
        #expect(bench.get(links[5]).status == 410)
    }

    @Test func latestMeansNothingForMail_2_3() {
        #expect(bench.get(Self.inbox + "?$deltatoken=latest").values.count == 10)
    }

    @Test func aFilteredRoundEndsAtFiveThousand_2_3() throws {
        let big = GraphTestBench()
        big.store.with(GraphTestBench.reader) { contents in
            for number in 0..<5_200 {
                _ = contents.add(
                    .generated(seed: 1), received: UTCTime(seconds: 1_700_000_000 + number), isRead: true,
                    folder: 1)
            }
        }
        let filter = "?$select=id&$filter=receivedDateTime ge 2020-01-01T00:00:00Z"
        let pages = big.walk(Self.inbox + filter, prefer: ["odata.maxpagesize=1000"])
        #expect(pages.flatMap(\.ids).count == 5_000)
        #expect(pages.last?.deltaLink != nil)
        let all = big.walk(Self.inbox + "?$select=id", prefer: ["odata.maxpagesize=1000"])
        #expect(all.flatMap(\.ids).count == 5_200)
    }

    @Test(arguments: [
        "$search=x", "$orderby=receivedDateTime", "$orderby=subject desc", "$filter=isRead eq true",
        "$filter=receivedDateTime le 2024-01-01T00:00:00Z",
    ])
    func deltaRefusesMostOptions_2_3(query: String) {
        #expect(bench.get(Self.inbox + "?" + query).status == 400)
    }

    @Test func topHasThreeMeanings_2_3() throws {
        #expect(try round(Self.inbox + "?$top=2").values.count == inInbox.count)
        bench.api.change { $0.deltaTop = .capsRound }
        #expect(try round(Self.inbox + "?$top=2").values.count == 2)
        bench.api.change { $0.deltaTop = .refused }
        #expect(bench.get(Self.inbox + "?$top=2").status == 400)
    }

    @Test func aChangeTypeChoosesWhatIsTold_2_3() throws {
        let (_, link) = try round(Self.inbox + "?changeType=deleted")
        bench.store.delete(inInbox[0], in: GraphTestBench.reader)
        bench.store.addGenerated(
            seed: 9, of: GraphTestBench.reader, received: UTCTime(seconds: 1_760_000_000))
        #expect(try round(link).values.map { $0["@removed"] != nil } == [true])
    }

    @Test func changesMayBeToldTwice_2_5() throws {
        let (_, link) = try round(Self.inbox)
        bench.api.change { $0.repeatsChanges = true }
        bench.store.touch(inInbox[0], in: GraphTestBench.reader, at: UTCTime(seconds: 1_760_000_000))
        #expect(try round(link).values.count == 2)
    }

    @Test func aFullMailboxCannotBeFollowed_2_5() {
        bench.api.change { $0.isDeltaOverQuota = true }
        #expect(bench.get(Self.inbox).code == "ErrorQuotaExceeded")
        #expect(bench.get(GraphTestBench.path("messages")).status == 200)
    }
}
