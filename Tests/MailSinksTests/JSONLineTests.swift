import MailscopeKit
import Testing

@testable import MailSinks

@Suite struct JSONLineTests {
    @Test(
        arguments: [
            (#"{"id":"a"}"#, "a"), (#"{"@odata.etag":"W/\"x\"","id":"AAk-_=="}"#, "AAk-_=="),
            (#"{ "x" : {"id":"inner"} , "id" : "outer" }"#, "outer"), (#"{"x":["id","y"],"id":"z"}"#, "z"),
            (#"{"x":"id","y":"\"id\":\"no\"","id":"yes"}"#, "yes"), (#"{"id":"a\/bé\u0041"}"#, "a/béA"),
            (#"{"body":{"content":"{}}"},"id":"k"}"#, "k"), (#"{"id":7}"#, nil), (#"{"x":"id"}"#, nil),
            (#"{"id":"torn"#, nil), ("", nil), ("[\"id\"]", nil), (#"{"id":"\"#, nil),
        ] as [(String, String?)])
    func findsTheID(line: String, id: String?) {
        #expect(JSONLine.id(in: Array(line.utf8)[...]) == id)
    }

    @Test(arguments: [
        (#"{"a":1}"#, true), (#"{"a":"}"}"#, true), (#"{"a":{}} "#, true), (#"{"a":1"#, false),
        (#"{"a":"}"#, false),
        ("", false), ("x", false), (#"{"a":1}x"#, false), (#"{"a":"\"#, false),
    ])
    func knowsAWholeObject(line: String, isWhole: Bool) {
        #expect(JSONLine.isWhole(Array(line.utf8)[...]) == isWhole)
    }

    @Test func onlyLineBreaksChange() {
        let element = "{\r\n  \"id\" : \"a\",\n\t\"b\":\"\\r\\n\u{e9}\"\r}"
        let line = String(decoding: JSONLine.bytes(of: message("a", element, content: .json)), as: UTF8.self)
        #expect(line == "{    \"id\" : \"a\", \t\"b\":\"\\r\\n\u{e9}\" }\n")
    }
}
