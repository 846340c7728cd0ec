import FoundationEssentials
import Testing

@testable import TenantSimulator

/// Folders and attachments. Sections are those of the sheet on Graph.
@Suite struct GraphFolderTests {
    let bench = GraphTestBench(messages: 80)

    @Test func foldersUnderTheRootComeTenToAPage_4() throws {
        for name in ["Yak", "Zebra", "Zebu"] { bench.store.addFolder(name, in: GraphTestBench.reader) }
        let first = bench.get(GraphTestBench.path("mailFolders"))
        #expect(first.values.count == 10)
        #expect(first.nextLink == "https://graph.test/v1.0/users/reader%40contoso.test/mailFolders?$skip=10")
        let names = bench.walk(GraphTestBench.path("mailFolders")).flatMap(\.values).compactMap {
            $0["displayName"]?.text
        }
        #expect(names.contains("Newsletters") && names.contains("Zebra"))
        #expect(!names.contains("Projects") && !names.contains("Sync Issues"))
        let hidden = bench.get(GraphTestBench.path("mailFolders?includeHiddenFolders=true&$top=100")).values
        #expect(hidden.contains { $0["displayName"]?.text == "Sync Issues" && $0["isHidden"] == .bool(true) })
    }

    @Test func foldersAreFoundByNameAndChild_4() throws {
        let found = bench.get(GraphTestBench.path("mailFolders?$filter=displayName eq 'Inbox'")).values
        #expect(found.count == 1)
        let inbox = try #require(found.first?["id"]?.text)
        #expect(found[0]["childFolderCount"]?.whole == 1)
        #expect(
            found[0]["totalItemCount"]?.whole
                == bench.store.messageIDs(of: GraphTestBench.reader, in: "inbox").count)
        let unread = bench.get(
            GraphTestBench.path("mailFolders/inbox/messages?$filter=isRead eq false&$count=true&$top=1"))
        #expect(found[0]["unreadItemCount"]?.whole == unread.json?["@odata.count"]?.whole)
        #expect(bench.get(GraphTestBench.path("mailFolders/INBOX")).json?["id"]?.text == inbox)
        let child = try #require(
            bench.get(GraphTestBench.path("mailFolders/\(inbox)/childFolders")).values.first?["id"]?.text)
        #expect(
            bench.get(GraphTestBench.path("mailFolders/inbox/childFolders/\(child)/childFolders")).values
                .count == 1)
        #expect(
            bench.get(GraphTestBench.path("mailFolders/inbox/childFolders/\(child)/messages")).status == 200)
        #expect(bench.get(GraphTestBench.path("mailFolders/sent/messages")).code == "ErrorInvalidIdMalformed")
        #expect(
            bench.get(GraphTestBench.path("mailFolders?$select=displayName")).values[0].members?.count == 2)
    }

    @Test func allFoldersComeInOneStreamWithDelta_4() throws {
        let pages = bench.walk(GraphTestBench.path("mailFolders/delta"), prefer: ["odata.maxpagesize=4"])
        #expect(pages.flatMap(\.ids).count == 13)
        let link = try #require(pages.last?.deltaLink)
        #expect(bench.get(link).values.isEmpty)
        let made = bench.store.addFolder("Newsletters/2025", in: GraphTestBench.reader)
        bench.store.renameFolder("Inbox/Projects", to: "Work", in: GraphTestBench.reader)
        let changed = bench.get(link)
        #expect(Set(changed.values.compactMap { $0["displayName"]?.text }) == ["2025", "Work"])
        bench.store.deleteFolder("Newsletters/2025", in: GraphTestBench.reader)
        let removed = bench.get(try #require(changed.deltaLink)).values
        #expect(removed.count == 1 && removed[0]["id"]?.text == made)
        #expect(removed[0]["@removed"]?["reason"]?.text == "deleted")
    }

    @Test func attachmentsOfEveryKindAreGiven_3_2() throws {
        let store = GraphTestBench(messages: 0)
        var kinds: Set<String> = []
        for seed in UInt64(0)..<400 where kinds.count < 4 {
            let message = GeneratedMessage(seed: seed, received: UTCTime(seconds: 1_700_000_000))
            guard [.attachedFiles, .inlineImage, .nestedMessage, .reference].contains(message.form),
                kinds.insert("\(message.form)").inserted
            else { continue }
            let id = store.store.addGenerated(
                seed: seed, of: GraphTestBench.reader, received: UTCTime(seconds: 1_700_000_000))
            let path = GraphTestBench.path("messages/\(id)")
            #expect(store.get(path).json?["hasAttachments"] == .bool(message.form != .inlineImage))
            let list = store.get(path + "/attachments").values
            #expect(list.count == message.content.attachments.count)
            let one = try #require(list[0]["id"]?.text)
            #expect(store.get("\(path)/attachments/\(one)").json?["name"] == list[0]["name"])
            let value = store.get("\(path)/attachments/\(one)/$value")
            switch message.form {
            case .reference:
                #expect(list[0]["@odata.type"]?.text == "#microsoft.graph.referenceAttachment")
                #expect(value.status == 405)
            case .nestedMessage:
                #expect(list[0]["@odata.type"]?.text == "#microsoft.graph.itemAttachment")
                #expect(value.body == message.content.attachments[0].bytes)
                let item = store.get("\(path)/attachments/\(one)?$expand=microsoft.graph.itemattachment/item")
                #expect(item.json?["item"]?["id"]?.text == "")
            default:
                #expect(Data(base64Encoded: try #require(list[0]["contentBytes"]?.text)) == Data(value.body))
                #expect(list[0]["size"]?.whole == value.body.count)
                #expect(list[0]["isInline"] == .bool(message.form == .inlineImage))
                #expect(value.header("content-type") == list[0]["contentType"]?.text)
            }
            #expect(
                store.get(path + "?$expand=attachments").json?["attachments"]?.elements?.count == list.count)
            #expect(store.get(path + "/attachments?$select=id,name").values[0]["contentBytes"] == nil)
            #expect(store.get("\(path)/attachments/AAAA").code == "ErrorInvalidIdMalformed")
        }
        #expect(kinds.count == 4)
    }

    @Test func aLargeMessageIsMadeWhileItIsSentAndItsAttachmentTimesOut_3_2() throws {
        let id = bench.store.addGenerated(
            size: 150_000_000, of: GraphTestBench.reader, received: UTCTime(seconds: 1_760_000_000))
        let response = bench.api.answer(
            ServerRequest(method: "GET", target: GraphTestBench.path("messages/\(id)/$value")),
            caller: bench.caller)
        #expect(response.body.count == 150_000_000)
        let whole = response.body.piece(0..<200_000)
        #expect(response.body.piece(70_000..<140_001) == Array(whole[70_000..<140_001]))
        #expect(response.body.piece(149_999_990..<150_000_000).count == 10)
        let answer = bench.get(GraphTestBench.path("messages/\(id)/attachments"))
        #expect(answer.status == 504 && answer.code == "UnknownError" && answer.message == "")
        #expect(bench.get(GraphTestBench.path("messages/\(id)/attachments?$select=id,size")).status == 200)
        let page = bench.get(GraphTestBench.path("messages?$top=1"))
        #expect(page.body.count < 10_000)
    }
}
