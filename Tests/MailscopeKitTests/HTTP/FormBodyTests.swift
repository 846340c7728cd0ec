import MailscopeKit
import Testing

@Suite struct FormBodyTests {
    @Test func encodesEverythingButUnreservedCharacters() {
        let body = FormBody.encode([("a b", "x&y=z+~-._"), ("é", "\r\n%")])
        #expect(String(decoding: body, as: UTF8.self) == "a%20b=x%26y%3Dz%2B~-._&%C3%A9=%0D%0A%25")
        #expect(FormBody.encode([]).isEmpty)
    }
}
