import Testing
import YAMLDocument

@Suite struct YAMLValueTests {
    @Test func keepsOrderPlacesAndText() throws {
        let root = try #require(
            try YAMLValue.parse(
                """
                # a comment
                zulu: no
                mailbox:
                  address: reports@contoso.com
                  since: 2026-11-22
                closed: ["é\\u0000", 'it''s', 08]
                empty:
                """
            )
        )
        guard case .mapping(let members) = root.content else { throw NotAMapping() }
        #expect(members.map(\.key) == ["zulu", "mailbox", "closed", "empty"])
        #expect(members[0].value.content == .scalar("no", isQuoted: false))
        #expect(members[0].keyPosition.description == "2:1")
        guard case .mapping(let mailbox) = members[1].value.content else { throw NotAMapping() }
        #expect(mailbox[0].value.content == .scalar("reports@contoso.com", isQuoted: false))
        #expect(mailbox[1].value.position.description == "5:10")
        guard case .sequence(let closed) = members[2].value.content else { throw NotAMapping() }
        #expect(closed.map(\.position.column) == [10, 21, 30])
        #expect(closed[0].content == .scalar("é\0", isQuoted: true))
        #expect(members[3].value.content == .scalar("", isQuoted: false))
    }

    @Test(arguments: [
        ("a: 1\n b: 2\n", "2:3", "mapping values are not allowed"),
        ("a: 1\n\tb: 2\n", "2:1", "found a tab character that violates indentation"),
        ("a: [1, 2\n", "2:1", "expected ',' or ']'"),
        ("a: 1\nb: 2\na: 3\n", "3:1", "'a' stands twice, first at 1:1"),
        ("a: &x 1\n", "1:4", "an anchor"),
        ("a: *x\n", "1:4", "an alias"),
        ("a: !!int 1\n", "1:4", "a tag"),
        ("<<: {a: 1}\n", "1:1", "a merge key"),
        ("? [a]\n: 1\n", "1:3", "a key must be text"),
        ("a: 1\n---\nb: 2\n", "2:1", "a second document"),
        ("%YAML 1.1\n---\na: 1\n", "1:1", "a directive"),
        ("a: \"\u{7}\"\n", "1:1", "control characters are not allowed at byte 4"),
        ("a: @all\n", "1:4", "cannot start any token"),
    ])
    func saysWhereTheFaultIs(text: String, place: String, reason: String) {
        let error = #expect(throws: YAMLError.self) { try YAMLValue.parse(text) }
        #expect(error?.position.description == place)
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test(
        arguments: [
            ("a: 1\n\tb: 2\n", "line 2: indent with spaces, not with tabs"),
            ("a:\n\tb: 2\n", "line 2: indent with spaces, not with tabs"),
            ("a:\n  b: 1\n \tc: 2\n", "line 3: indent with spaces, not with tabs"),
            ("poll:30s\nstart: now\n", "line 1: write a space after 'poll:'"),
            ("a: 1\npoll:30s\nstart: now\n", "line 2: write a space after 'poll:'"),
            ("a: \"\u{7}\"\n", "save the file as UTF-8 text"),
            ("a: [1, 2\n", nil), ("a: https://example.com: b\n", nil),
        ] as [(String, String?)])
    func saysWhatMendsTheCommonestFaults(text: String, hint: String?) {
        let error = #expect(throws: YAMLError.self) { try YAMLValue.parse(text) }
        #expect(error?.hint == hint, "\(error?.reason ?? "")")
    }

    @Test func skipsAByteOrderMark() throws {
        let value = try YAMLValue.parse([0xEF, 0xBB, 0xBF] + Array("a: 1\n".utf8))
        #expect(value == (try YAMLValue.parse("a: 1\n")))
        #expect(try YAMLValue.parse([0xEF, 0xBB, 0xBF]) == nil)
    }

    @Test(arguments: ["", "# nothing\n", "\n\n"]) func readsNothingAsNothing(text: String) throws {
        #expect(try YAMLValue.parse(text) == nil)
    }

    /// A hostile file must exhaust neither stack nor time.
    @Test(
        .timeLimit(.minutes(20)),
        arguments: [
            String(repeating: "[", count: 1_000_000),
            String(repeating: "{a: ", count: 300_000),
            String(repeating: "- ", count: 500_000),
            (0..<1_400).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
            String(repeating: "? ", count: 500_000),
        ])
    func refusesDepth(text: String) {
        #expect(throws: YAMLError.self) { try YAMLValue.parse(text) }
    }
}

private struct NotAMapping: Error {}
