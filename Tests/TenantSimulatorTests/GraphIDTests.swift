import FoundationEssentials
import Testing

@testable import TenantSimulator

/// Ids and what they open. Sections are those of the sheet on Graph.
@Suite struct GraphIDTests {
    let bench = GraphTestBench(messages: 40)

    @Test func idsHaveTheLayoutsOfExchange_11_2() throws {
        let usual = try #require(bench.get(GraphTestBench.path("messages?$top=1")).values.first)
        let id = try #require(usual["id"]?.text)
        #expect(id.hasPrefix("AAMkAD") && id.utf8.count == 152)
        let bytes = try #require(ExchangeAlphabet.decode(id))
        #expect(bytes.count == 113)
        #expect(Array(bytes[..<4]) == [0, 3, 0x24, 0])
        #expect(Array(bytes[4..<40]) == Array(GraphTestBench.reader.utf8))
        #expect(Array(bytes[40..<43]) == [0, 0x46, 0])
        let folder = try #require(usual["parentFolderId"]?.text)
        #expect(folder.utf8.count == 120 && ExchangeAlphabet.decode(folder)?.count == 89)
        let conversation = try #require(usual["conversationId"]?.text)
        #expect(conversation.hasPrefix("AAQkAD") && conversation.utf8.count == 80)
        let stable = try #require(
            bench.get(GraphTestBench.path("messages?$top=1"), immutable: true).ids.first)
        #expect(stable.hasPrefix("AAkALgAAAAAA") && stable.utf8.count == 68)
        #expect(ExchangeAlphabet.decode(stable)?.count == 51)
        let key = try #require(usual["changeKey"]?.text)
        #expect(Data(base64Encoded: key)?.count == 30)
        #expect(Data(base64Encoded: try #require(usual["conversationIndex"]?.text))?.count == 22)
    }

    @Test func theAlphabetIsTheReverseOfTheUsualOne_11_3() {
        // The usual base64 of these bytes is "+/+/".
        #expect(ExchangeAlphabet.encode([0xfb, 0xff, 0xbf]) == "_-_-")
        #expect(ExchangeAlphabet.decode("__--")?.count == 3)
        #expect(ExchangeAlphabet.decode("++//") == nil)
        #expect(ExchangeAlphabet.decode("AAA") == nil)
        #expect(ExchangeAlphabet.decode("AAB=") == nil)
    }

    @Test func aMoveChangesTheUsualIDAndNotTheOther_11_1() throws {
        let stable = bench.store.messageIDs(of: GraphTestBench.reader, in: "inbox")[0]
        let before = try #require(bench.get(GraphTestBench.path("messages/\(stable)")).json?["id"]?.text)
        #expect(
            bench.get(GraphTestBench.path("messages/\(before)"), immutable: true).json?["id"]?.text == stable)
        #expect(bench.store.move(stable, to: "archive", in: GraphTestBench.reader))
        let gone = bench.get(GraphTestBench.path("messages/\(before)"))
        #expect(gone.status == 404 && gone.code == "ErrorItemNotFound")
        #expect(gone.message == "The specified object was not found in the store.")
        #expect(gone.json?["error"]?["innerError"] == nil)
        let after = bench.get(GraphTestBench.path("messages/\(stable)"))
        #expect(after.json?["id"]?.text != before)
        #expect(
            after.json?["parentFolderId"]?.text == bench.store.folderID("archive", in: GraphTestBench.reader))
    }

    @Test func malformedAndForeignIDsAreRefused_7_4() throws {
        let id = try #require(bench.get(GraphTestBench.path("messages?$top=1")).ids.first)
        for wrong in [
            "x", "sent", String(id.dropLast(4)), id.replacing("_", with: "+"), id.lowercased(), id + "AAAA",
        ]
        where wrong != id {
            let answer = bench.get(GraphTestBench.path("messages/\(PercentText.encode(wrong))"))
            #expect([400, 404].contains(answer.status))
        }
        #expect(bench.get(GraphTestBench.path("messages/x")).code == "ErrorInvalidIdMalformed")
        #expect(bench.get(GraphTestBench.path("messages/x")).message == "Id is malformed.")
        for form in [id, bench.store.messageIDs(of: GraphTestBench.reader)[0]] {
            #expect(
                bench.get("/v1.0/users/other@contoso.test/messages/\(form)").code
                    == "ErrorInvalidMailboxItemId")
        }
        #expect(bench.get(GraphTestBench.path("messages/\(id)/z")).code == "RequestBroker--ParseUri")
    }

    @Test func everyFlippedLetterMakesAnotherID() throws {
        let id = try #require(bench.get(GraphTestBench.path("messages?$top=1")).ids.first)
        let own = try #require(bench.get(GraphTestBench.path("messages/\(id)")).json?["id"]?.text)
        #expect(own == id)
        var letters = Array(id)
        for place in letters.indices where letters[place].isLetter {
            let old = letters[place]
            letters[place] = old.isLowercase ? Character(old.uppercased()) : Character(old.lowercased())
            #expect(bench.get(GraphTestBench.path("messages/\(String(letters))?$select=id")).status >= 400)
            letters[place] = old
        }
    }

    @Test func mimeIsGivenAsItIsAndNotBelowFolders() throws {
        let id = bench.store.messageIDs(of: GraphTestBench.reader, in: "inbox")[0]
        let answer = bench.get(GraphTestBench.path("messages/\(id)/$value"))
        #expect(answer.status == 200)
        #expect(answer.body == bench.store.mime(of: id, in: GraphTestBench.reader))
        #expect(bench.get(GraphTestBench.path("mailFolders/inbox/messages/\(id)")).status == 200)
        #expect(bench.get(GraphTestBench.path("mailFolders/inbox/messages/\(id)/$value")).status == 405)
    }
}
