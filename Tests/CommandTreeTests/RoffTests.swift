import Testing

@testable import CommandTree

@Suite struct RoffTests {
    @Test(arguments: [
        ("--config", "\\-\\-config"), ("C:\\temp", "C:\\etemp"), ("the app's", "the app\\(aqs"),
        ("`x`", "\\(gax\\(ga"),
        ("~/x ^", "\\(ti/x \\(ha"), ("Zoë", "Zo\\[u00EB]"), ("𝄞", "\\[u1D11E]"), ("FILE…", "FILE..."),
    ])
    func sparesTextWhatRoffWouldRead(text: String, escaped: String) {
        #expect(Roff.escaped(text) == escaped)
    }

    @Test(arguments: [
        ("FILE", "FILE"), ("Ar", "\\&Ar"), ("N", "\\&N"), (".", "\\&."), ("two words", "\"two words\""),
        ("say \"x\"", "\"say \\(dqx\\(dq\""), ("", "\"\""), ("64", "64"),
    ])
    func keepsAnArgumentOneArgument(text: String, argument: String) {
        #expect(Roff.argument(text) == argument)
    }

    @Test func beginsNoLineWithARequest() {
        #expect(Roff.lines(".profile is read. 'x' too") == ["\\&.profile is read.", "\\(aqx\\(aq too"])
    }

    @Test func givesEachSentenceItsLine() {
        #expect(Roff.lines("One (or two.) Three! Four") == ["One (or two.)", "Three!", "Four"])
    }

    @Test func breaksLongLines() {
        let lines = Roff.lines(Array(repeating: "word", count: 60).joined(separator: " "))
        #expect(lines.allSatisfy { $0.count <= 78 })
        #expect(lines.joined(separator: " ").split(separator: " ").count == 60)
    }
}
