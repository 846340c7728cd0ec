import Testing
import YAMLDocument

@Suite struct YAMLMappingTests {
    func mapping(_ text: String) throws -> YAMLMapping {
        try YAMLMapping(file: "x.yaml", bytes: Array(text.utf8))
    }

    /// What `read` brings up on `text`, a line a finding and a line a hint.
    func findings(_ text: String, _ read: (YAMLMapping) -> Void) -> [String] {
        do {
            let top = try mapping(text)
            read(top)
            try top.finish()
            return []
        } catch let findings as YAMLFindings {
            return findings.findings.flatMap { ["\($0)"] + ($0.hint.map { ["  " + $0] } ?? []) }
        } catch {
            return ["\(error)"]
        }
    }

    @Test func readsEveryKind() throws {
        let top = try mapping(
            """
            text: no
            quoted: "12"
            truth: false
            number: 4
            poll: 5m
            size: 8MiB
            id: 4C0D3A5E-0000-4000-8000-0123456789AB
            cloud: usgov
            words: [a, "b c"]
            inner: {deep: {path: /x}}
            people:
              - name: Ada
              - name: Grace
            """)
        #expect(top.required("text", .text()) == "no")
        #expect(top.required("quoted", .int(1...20)) == 12)
        #expect(top.optional("truth", .bool) == false)
        #expect(top.required("number", .int(1...4)) == 4)
        #expect(top.required("poll", .duration(.seconds(5)...(.seconds(86_400)))) == .seconds(300))
        #expect(top.required("size", .bytes(0...(1 << 30))) == 8 << 20)
        #expect(top.required("id", .guid) == "4c0d3a5e-0000-4000-8000-0123456789ab")
        #expect(top.required("cloud", .choice(["global": 1, "usgov": 2])) == 2)
        #expect(top.list("words", .text()) == ["a", "b c"])
        #expect(top.mapping("inner").mapping("deep").required("path", .text()) == "/x")
        #expect(top.mappings("people") { $0.required("name", .text()) } == ["Ada", "Grace"])
        #expect(top.optional("absent", .text()) == nil)
        try top.finish()
    }

    @Test(arguments: [
        ("0ms", Duration.zero), ("500ms", .milliseconds(500)), ("30s", .seconds(30)),
        ("24h", .seconds(86_400)),
        ("7d", .seconds(604_800)), ("30", nil), ("s", nil), ("-5s", nil), ("1.5h", nil), ("5 m", nil),
        ("5M", nil),
        ("8d", nil), ("99999999999999999d", nil), ("٣s", nil),
    ])
    func readsTimes(text: String, expected: Duration?) throws {
        let kind = YAMLKind.duration(.zero ... .seconds(604_800))
        #expect(try mapping("a: \(text)").optional("a", kind) == expected)
    }

    @Test(arguments: [
        ("1B", 1), ("64KiB", 65_536), ("2MB", 2_000_000), ("8", nil), ("8M", nil), ("8mib", nil),
        ("2GiB", nil),
        ("9999999999999GiB", nil),
    ])
    func readsSizes(text: String, expected: Int?) throws {
        #expect(try mapping("a: \(text)").optional("a", .bytes(1...(1 << 30))) == expected)
    }

    @Test(arguments: ["5", "0", "+3", "03", "3.0", "0x3", "3_0", "three"])
    func takesOnlyPlainNumbersWithinBounds(text: String) throws {
        #expect(try mapping("a: \(text)").optional("a", .int(1...4)) == nil)
    }

    @Test func tellsEveryFaultAtOnceInTheOrderOfTheText() {
        let text = """
            tennant: x
            poll: fast
            sinks:
              maildir:
                path:
                sync: yes
              mbox: {}
            headers: subject
            words: [1, b, {c: d}]
            limits: 4
            """
        let found = findings(text) { top in
            _ = top.required("tenant", YAMLKind.guid)
            _ = top.optional("poll", .duration(.seconds(5)...(.seconds(3_600))))
            let maildir = top.mapping("sinks").mapping("maildir")
            _ = maildir.required("path", .text(example: "/var/mail/x"))
            _ = maildir.optional("sync", .bool)
            _ = top.list("headers", .text(example: "subject"))
            _ = top.list("words", .int(1...9))
            _ = top.mapping("limits").optional("in-flight", .int(1...4))
        }
        #expect(
            found == [
                "x.yaml:1:1: tenant: is missing",
                "  add a line 'tenant: 00000000-0000-0000-0000-000000000000'",
                "x.yaml:1:1: there is no key 'tennant' here",
                "  did you mean 'tenant'?",
                "x.yaml:2:7: poll: takes a time with its unit from 5s to 1h, not 'fast'",
                "  write it as 'poll: 30s'",
                "x.yaml:5:10: sinks.maildir.path: has no value",
                "  write it as 'path: /var/mail/x'",
                "x.yaml:6:11: sinks.maildir.sync: takes true or false, not 'yes'",
                "  write it as 'sync: true'",
                "x.yaml:7:3: sinks: there is no key 'mbox' here",
                "  keys here: maildir",
                "x.yaml:8:10: headers: takes a list, not 'subject'",
                "  write it as 'headers: [subject]'",
                "x.yaml:9:12: words[2]: takes a whole number from 1 to 9, not 'b'",
                "  such as 1",
                "x.yaml:9:15: words[3]: takes a whole number from 1 to 9, not keys and values",
                "  such as 1",
                "x.yaml:10:9: limits: takes keys of its own, not '4'",
            ])
    }

    @Test func asksNothingOfAMappingThatIsNotThere() throws {
        let top = try mapping("a: 1")
        _ = top.required("a", .text())
        #expect(top.mapping("b").required("c", .text()) == nil)
        #expect(!top.mapping("b").isPresent)
        try top.finish()
    }

    @Test(arguments: [
        ("", ["x.yaml: the file is empty"]),
        (
            "- a",
            [
                "x.yaml:1:1: keys and values are wanted, not a list",
                "  begin with a line such as 'key: value'",
            ]
        ),
        ("a: [", ["x.yaml:2:1: while parsing a flow node: did not find expected node content"]),
    ])
    func refusesWhatIsNoMapping(text: String, expected: [String]) {
        #expect(findings(text) { _ in } == expected)
    }

    @Test func refusesBytesThatAreNoText() {
        let error = #expect(throws: YAMLFindings.self) {
            try YAMLMapping(file: "x.yaml", bytes: [0x61, 0x3A, 0x20, 0xFF])
        }
        #expect(error?.findings[0].reason == "invalid leading UTF-8 octet at byte 3")
    }

    @Test func tellsWhichKeysAReaderKnows() {
        let top = YAMLMapping.survey()
        _ = top.required("tenant", YAMLKind.guid)
        _ = top.mapping("sinks").mapping("maildir").required("path", .text())
        _ = top.mappings("people") { $0.required("name", .text()) }
        #expect(
            top.askedPaths == [
                "tenant", "sinks", "people", "sinks.maildir", "sinks.maildir.path", "people[].name",
            ])
    }

    @Test func isForgottenOnceReadToItsEnd() throws {
        weak var kept: YAMLMapping?
        do {
            let top = try mapping("a: {b: 1}")
            _ = top.mapping("a").required("b", .text())
            try top.finish()
            kept = top
        }
        #expect(kept == nil)
    }
}
