import MailscopeKit
import Testing

@Suite struct Base64URLTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func reproducesTheVectorsOfRFC4648(plain: String, encoded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test func survivesEveryByte() {
        let bytes = (0...255).map { UInt8($0) } + [0xfb, 0xff, 0xfe]
        let text = Base64URL.encode(bytes)
        #expect(text.contains("-") && text.contains("_") && !text.contains("="))
        #expect(Base64URL.decode(text) == bytes)
    }

    @Test(arguments: ["Z", "Zg==", "Zm+v", "Zm/v", "Zm 9v", "Zm9v\n", "Zm9é"])
    func refusesOtherAlphabets(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}
