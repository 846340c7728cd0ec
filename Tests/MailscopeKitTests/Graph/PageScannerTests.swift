import FoundationEssentials
import Testing

@testable import MailscopeKit

@Suite struct PageScannerTests {
    private func scan(_ text: String) throws -> PageScanner { try PageScanner(Array(text.utf8)) }

    @Test func findsEachMessageAsItCame() throws {
        let first =
            #"{ "@odata.etag":"W/\"CQ==\"","id":"AAMk1","receivedDateTime":"2025-01-10T13:31:37Z","subject":"ä] }\"" }"#
        let second =
            #"{"id":"AAMk2","receivedDateTime":null,"body":{"content":"{\"id\":\"x\"}","id":"not mine"}}"#
        let third =
            ##"{"@odata.type":"#microsoft.graph.message","id":"AAMk3","@removed":{"reason":"deleted"}}"##
        let text = """
            {"@odata.context":"https://graph.test/v1.0/$metadata#users('x')/messages","value": [\(first)
            , \(second),\(third)] , "@odata.nextLink" : "https:\\/\\/graph.test\\u002fv1.0?$skip=10"}
            """
        let bytes = Array(text.utf8)
        let page = try PageScanner(bytes)
        #expect(
            page.elements.map { String(decoding: bytes[$0.range], as: UTF8.self) } == [first, second, third])
        #expect(page.elements.map(\.id.text) == ["AAMk1", "AAMk2", "AAMk3"])
        #expect(page.elements.map(\.receivedDateTime) == ["2025-01-10T13:31:37Z", nil, nil])
        #expect(page.elements.map(\.isRemoved) == [false, false, true])
        #expect(page.nextLink == "https://graph.test/v1.0?$skip=10")
        #expect(page.deltaLink == nil)
    }

    @Test func takesAnEmptyPageThatGoesOn() throws {
        let page = try scan(#"{"value":[],"@odata.nextLink":null,"@odata.deltaLink":"https://x"}"#)
        #expect(page.elements.isEmpty && page.nextLink == nil && page.deltaLink == "https://x")
    }

    @Test func readsKeysThatAreEscaped() throws {
        let page = try scan(#"{"v\u0061lue":[{"\u0069\u0064":"A\u002f\uD83D\ude00\n"}]}"#)
        #expect(page.elements.map(\.id.text) == ["A/😀\n"])
    }

    @Test func leavesHalfASurrogatePairAloneWhereItIsNotRead() throws {
        #expect(try scan(#"{"value":[{"id":"A","subject":"\ud83d"}]}"#).elements.count == 1)
        #expect(throws: JSONReader.Fault.self) { try scan(#"{"value":[{"id":"\ud83d"}]}"#) }
    }

    @Test(arguments: [
        "", " ", "null", "[]", "{}", #"{"value":null}"#, #"{"value":{}}"#, #"{"value":[1]}"#,
        #"{"value":[{}]}"#,
        #"{"value":[{"id":""}]}"#, #"{"value":[{"id":null}]}"#, #"{"value":[{"id":7}]}"#,
        #"{"value":[{"id":"A","id":"A"}]}"#, #"{"value":[{"id":null,"id":"A"}]}"#,
        #"{"value":[],"value":[]}"#,
        #"{"value":[{"id":"A","receivedDateTime":1}]}"#, #"{"value":[],"@odata.nextLink":[]}"#,
        #"{"value":[],"@odata.nextLink":"a","@odata.nextLink":"b"}"#, #"{"value":[]}x"#, #"{"value":[]}{}"#,
        #"{"value":[{"id":"A"},]}"#, #"{"value":[,{"id":"A"}]}"#, #"{"value":[{"id":"A"} {"id":"B"}]}"#,
        #"{"value":[{"id":"A",}]}"#, #"{"value":[{"id":"A""b":1}]}"#, #"{"value":[{"id" "A"}]}"#,
        #"{"value":[{"id":"A"}"#, #"{"value":[{"id":"A"}]"#, #"{"value":[{"id":"A"#, #"{"value":[],}"#,
        #"{"value":[{id:"A"}]}"#, #"{'value':[]}"#, #"{"value":[{"id":"A","x":tru}]}"#,
        #"{"value":[{"id":"A","x":01}]}"#, #"{"value":[{"id":"A","x":1.}]}"#,
        #"{"value":[{"id":"A","x":.5}]}"#,
        #"{"value":[{"id":"A","x":-}]}"#, #"{"value":[{"id":"A","x":1e}]}"#,
        #"{"value":[{"id":"A","x":+1}]}"#,
        #"{"value":[{"id":"A","x":NaN}]}"#, #"{"value":[{"id":"A","x":"\x"}]}"#,
        #"{"value":[{"id":"A","x":"\u12g4"}]}"#,
        #"{"value":[{"id":"A","x":"\"#, "{\"value\":[{\"id\":\"A\",\"x\":\"a\tb\"}]}",
        "{\"value\":[{\"id\":\"A\",\"x\":\"\u{0}\"}]}", "\u{FEFF}{\"value\":[]}",
        #"{"value":[{"id":"A","x":[1}]]}"#,
        #"{"value":[{"id":"A"}]/**/}"#, #"{"error":{"code":"x"}}"#, "<html><body>Sign in</body></html>",
    ])
    func refusesWhatIsNoPage(text: String) {
        #expect(throws: JSONReader.Fault.self) { try scan(text) }
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0xAF], [0xC3], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xE2, 0x82],
            [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x28, 0xA1],
            [0xF0, 0x90, 0x28, 0xBC],
        ] as [[UInt8]])
    func refusesWhatIsNoUTF8(bytes: [UInt8]) {
        let page = Array(#"{"value":[{"id":"A","x":""#.utf8) + bytes + Array(#""}]}"#.utf8)
        #expect(throws: JSONReader.Fault.self) { try PageScanner(page) }
        #expect(throws: JSONReader.Fault.self) { try PageScanner(Array(page.prefix(25 + bytes.count))) }
    }

    @Test func refusesABottomlessPit() throws {
        let pit = { (depth: Int) in
            #"{"value":[{"id":"A","x":"# + String(repeating: "[", count: depth)
                + String(repeating: "]", count: depth) + "}]}"
        }
        #expect(try scan(pit(JSONReader.depthLimit)).elements.count == 1)
        #expect(throws: JSONReader.Fault.self) { try scan(pit(JSONReader.depthLimit + 2)) }
        #expect(throws: JSONReader.Fault.self) { try scan(pit(1_000_000)) }
    }

    @Test func scansOneMessage() throws {
        let text = #" {"id":"A","receivedDateTime":"2025-01-10T13:31:37Z"} "#
        let element = try MessageScanner.scan(Array(text.utf8))
        #expect(element.id.text == "A" && element.receivedDateTime == "2025-01-10T13:31:37Z")
        #expect(element.range == 1..<(text.utf8.count - 1))
        #expect(throws: JSONReader.Fault.self) { try MessageScanner.scan(Array((text + text).utf8)) }
    }

    // MARK: Against JSONDecoder

    private struct Reference: Decodable {
        struct Message: Decodable {
            let id: String
            let receivedDateTime: String?
        }
        let value: [Message]
        let nextLink: String?
        enum CodingKeys: String, CodingKey {
            case value
            case nextLink = "@odata.nextLink"
        }
    }

    @Test func agreesWithTheDecoderOnRandomPages() throws {
        var random = RandomPage(seed: 11)
        for _ in 0..<300 {
            let text = random.page()
            let reference = try JSONDecoder().decode(Reference.self, from: Data(text.utf8))
            let bytes = Array(text.utf8)
            let page = try PageScanner(bytes)
            #expect(page.elements.map(\.id.text) == reference.value.map(\.id))
            #expect(page.elements.map(\.receivedDateTime) == reference.value.map(\.receivedDateTime))
            #expect(page.nextLink == reference.nextLink)
            for (element, message) in zip(page.elements, reference.value) {
                let alone = try JSONDecoder().decode(Reference.Message.self, from: Data(bytes[element.range]))
                #expect(alone.id == message.id)
            }
        }
    }

    @Test func acceptsNoMutationThatTheDecoderRefuses() throws {
        var random = RandomPage(seed: 13, hasSurrogates: false)
        var accepted = 0
        for _ in 0..<40 {
            let original = Array(random.page().utf8)
            for _ in 0..<150 {
                let bytes = random.mutated(original)
                guard let page = try? PageScanner(bytes) else { continue }
                accepted += 1
                for element in page.elements {
                    #expect(bytes[element.range].first == UInt8(ascii: "{"))
                    #expect(bytes[element.range].last == UInt8(ascii: "}"))
                }
                // What we accept is JSON; the decoder refuses lone surrogates besides, and they are left out here.
                #expect(throws: Never.self) { try JSONDecoder().decode(Reference.self, from: Data(bytes)) }
            }
        }
        #expect(accepted > 100)
    }

    @Test func survivesEveryTruncation() throws {
        var random = RandomPage(seed: 17)
        var page = Array(random.page().utf8)
        while !(300...600).contains(page.count) { page = Array(random.page().utf8) }
        let end = try #require(page.lastIndex(of: UInt8(ascii: "}")))
        let accepted = (0...end).filter { (try? PageScanner(Array(page.prefix($0)))) != nil }
        #expect(accepted.isEmpty)
    }
}
