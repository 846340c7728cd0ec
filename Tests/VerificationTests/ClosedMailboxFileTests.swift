import FoundationEssentials
import OpenSSLIdentity
import Testing

@testable import Verification

@Suite struct ClosedMailboxFileTests {
    private func read(_ bytes: [UInt8]) async throws -> [ClosedMailbox] {
        let reader = try await ClosedMailboxFile(BytesAtHand(name: "list", bytes)).open()
        var all: [ClosedMailbox] = []
        while let mailbox = try await reader.next() { all.append(mailbox) }
        return all
    }

    private func read(_ text: String) async throws -> [ClosedMailbox] { try await read(Array(text.utf8)) }

    private static let export = """
        #TYPE Microsoft.Exchange.Management.RestApiClient.EXOMailbox\r
        "DisplayName","ExternalDirectoryObjectId","PrimarySmtpAddress","RecipientTypeDetails","EmailAddresses"\r
        "Räder, ""Q""\r
        Abteilung","AAAAAAAA-0000-4000-8000-000000000001","boss@contoso.test","SharedMailbox","SMTP:boss@contoso.test;smtp:b@contoso.test SIP:b@contoso.test X500:/o=A B/cn=x"\r
        "𝒳","aaaaaaaa-0000-4000-8000-000000000002","legal@contoso.test","UserMailbox","System.Object[]"\r

        """

    private static func utf16(_ text: String, isBig: Bool, hasMark: Bool) -> [UInt8] {
        ((hasMark ? [0xfeff] : []) + Array(text.utf16)).flatMap { unit in
            let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
            return isBig ? bytes.reversed() : bytes
        }
    }

    @Test func anExportOfExchangeIsReadInEveryEncoding() async throws {
        let text = Self.export
        let forms: [[UInt8]] = [
            Array(text.utf8), [0xef, 0xbb, 0xbf] + Array(text.utf8),
            Self.utf16(text, isBig: false, hasMark: true), Self.utf16(text, isBig: true, hasMark: true),
            Self.utf16(text, isBig: false, hasMark: false), Self.utf16(text, isBig: true, hasMark: false),
            Array(text.replacing("\",\"", with: "\";\"").utf8),
            Array(text.replacing("\",\"", with: "\"\t\"").utf8),
            Array(("sep=;\r\n" + text.replacing("\",\"", with: "\";\"").drop { $0 != "\"" }).utf8),
        ]
        for form in forms {
            let mailboxes = try await read(form)
            #expect(mailboxes.count == 2)
            #expect(
                mailboxes.first
                    == ClosedMailbox(
                        objectID: "aaaaaaaa-0000-4000-8000-000000000001",
                        addresses: ["boss@contoso.test", "b@contoso.test"], recipientType: "SharedMailbox",
                        isKnownToExist: true, namesAllAddresses: true))
            #expect(mailboxes.last?.namesAllAddresses == false)
            #expect(mailboxes.last?.addresses == ["legal@contoso.test"])
        }
    }

    @Test func aLineIsAnAddressOrAnObjectID() async throws {
        let mailboxes = try await read(
            "# closed\n\n boss@contoso.test \r\nAAAAAAAA-0000-4000-8000-000000000001\nguest_x.test#EXT#@contoso.test"
        )
        #expect(
            mailboxes.map(\.label) == [
                "boss@contoso.test", "aaaaaaaa-0000-4000-8000-000000000001", "guest_x.test#EXT#@contoso.test",
            ])
    }

    @Test(arguments: [
        ("boss@contoso.test\nbo ss\n", 2), ("Name,Mail\nx,y@contoso.test\n", 1),
        ("PrimarySmtpAddress\nboss@contoso.test\nnobody\n", 3),
        ("PrimarySmtpAddress,ExternalDirectoryObjectId\nboss@contoso.test,xyz\n", 2),
        ("Name,PrimarySmtpAddress\nx,\n", 2), ("PrimarySmtpAddress\n\"boss@contoso.test\n", 2),
        ("../../me\n", 1),
        // An address more than there are columns: a list without its quotes.
        (
            "PrimarySmtpAddress,EmailAddresses\nboss@contoso.test,SMTP:boss@contoso.test,smtp:b@contoso.test\n",
            2
        ), ("PrimarySmtpAddress,Name,primarysmtpaddress\na@contoso.test,x,b@contoso.test\n", 1),
        // The quote takes the second row for a part of the first one.
        (
            "PrimarySmtpAddress,Name\na@contoso.test,\"A\nb@contoso.test,B\nc@contoso.test,\"C\"\n", 2
        ),
    ])
    func nothingIsPassedOverInSilence(text: String, line: Int) async throws {
        let error = await #expect(throws: ClosedListError.self) { try await read(text) }
        #expect(error?.line == line && error?.hint.isEmpty == false)
    }

    /// Excel for the Mac ends lines with CR alone.
    @Test(arguments: [
        "a@contoso.test\rb@contoso.test", "PrimarySmtpAddress\ra@contoso.test\rb@contoso.test\r",
        "PrimarySmtpAddress,Name,City\r\na@contoso.test,A,Rome\rb@contoso.test,\"B\rC\",Oslo\r",
        "Name,PrimarySmtpAddress,City\rA,a@contoso.test,Rome\r\n\rB,b@contoso.test,Oslo",
    ])
    func aLineMayEndInACarriageReturn(text: String) async throws {
        #expect(try await read(text).map(\.label) == ["a@contoso.test", "b@contoso.test"])
    }

    /// Beside another list, what it should have named would go unasked.
    @Test(arguments: ["", "\n# nobody\n", "PrimarySmtpAddress,Name\r\n", "PrimarySmtpAddress,Name\r\n,\r\n"])
    func aFileThatNamesNobodyIsRefused(text: String) async throws {
        let error = await #expect(throws: ClosedListError.self) { try await read(text) }
        #expect(error?.description == "list: it names no mailbox")
    }

    @Test func whatStandsAroundAnAddressHidesNone() async throws {
        let text =
            "PrimarySmtpAddress,EmailAddresses\na@contoso.test,\"{smtp:b@contoso.test, SIP:x@contoso.test, smtp:c@contoso.test}\"\n"
        let mailbox = try #require(try await read(text).first)
        #expect(mailbox.addresses == ["a@contoso.test", "b@contoso.test", "c@contoso.test}"])
        let broken = Array("PrimarySmtpAddress,EmailAddresses\na@contoso.test,m".utf8) + [0xfc]
        await #expect(throws: ClosedListError.self) {
            try await read(broken + Array("ller@contoso.test\n".utf8))
        }
    }

    @Test func anOddAddressOfAnExportIsStillAName() async throws {
        let text =
            "PrimarySmtpAddress,EmailAddresses\nboss@contoso.test,SMTP:boss@contoso.test smtp:a/b@contoso.test;smtp:c@local\n"
        let mailbox = try #require(try await read(text).first)
        #expect(mailbox.addresses == ["boss@contoso.test", "a/b@contoso.test", "c@local"])
    }

    @Test func aFileThatIsCutInACharacterIsRefused() async throws {
        let bytes = Self.utf16("boss@contoso.test\n", isBig: false, hasMark: true)
        await #expect(throws: ClosedListError.self) { try await read(bytes.dropLast()) }
    }

    @Test func namesAreAskedForOnceEachAndInCapitals() {
        let mailbox = ClosedMailbox(
            objectID: "aaaaaaaa-0000-4000-8000-000000000001", userPrincipalName: "Boss@contoso.test",
            addresses: ["boss@contoso.test", "b@contoso.test"],
            archiveID: "bbbbbbbb-0000-4000-8000-000000000001")
        #expect(
            mailbox.names(archiveTenant: "t").map(\.text) == [
                "aaaaaaaa-0000-4000-8000-000000000001", "boss@contoso.test", "b@contoso.test",
                "AAAAAAAA-0000-4000-8000-000000000001", "BOSS@CONTOSO.TEST",
                "MBX:bbbbbbbb-0000-4000-8000-000000000001@t",
            ])
        #expect(mailbox.names(archiveTenant: nil).count == 5)
    }

    /// Swift holds these for equal; a service need not.
    @Test(arguments: [
        ("mark@contoso.test", "mar\u{212a}@contoso.test"),
        ("m\u{fc}ller@contoso.test", "mu\u{308}ller@contoso.test"),
    ])
    func namesThatOnlyLookAlikeAreAskedForBoth(one: String, other: String) async throws {
        let mailbox = ClosedMailbox(addresses: [one, other])
        let names = mailbox.names(archiveTenant: nil).filter { $0.kind != .caseVariant }
        #expect(names.map { ProbeTarget.encoded($0.text) } == [one, other].map(ProbeTarget.encoded))
        let rows = [ClosedMailbox(addresses: [one]), ClosedMailbox(addresses: [other])]
        let list = try await DistinctMailboxes(ClosedMailboxArray(name: "list", rows))
        #expect(list.repeats == 0)
        #expect(OpenMailbox(label: one).keys.isDisjoint(with: rows[1].keys))
        #expect(
            ClosedMailbox(addresses: [one.uppercased()]).keys == rows[0].keys
                || !one.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func capitalsOfANameAreNotAnotherName() {
        let names = ClosedMailbox(addresses: ["straße@contoso.test"]).names(archiveTenant: nil)
        #expect(names.map(\.text) == ["straße@contoso.test", "STRAßE@CONTOSO.TEST"])
    }

    @Test func bytesThatAreNoTextAreNoName() async throws {
        let head = Array(
            "PrimarySmtpAddress,EmailAddresses\nboss@contoso.test,SMTP:boss@contoso.test;smtp:m".utf8)
        await #expect(throws: ClosedListError.self) {
            try await read(head + [0xfc] + Array("ller@contoso.test\n".utf8))
        }
        await #expect(throws: ClosedListError.self) {
            try await read([0x6d, 0xfc] + Array("ller@contoso.test\n".utf8))
        }
    }

    /// Else two lists could have one digest, and one would take over the answers of the other.
    @Test func noNameHoldsAControlCharacter() async throws {
        await #expect(throws: ClosedListError.self) {
            try await read(
                "PrimarySmtpAddress,EmailAddresses\nboss@contoso.test,smtp:a@contoso.test\u{1f}b@contoso.test\n"
            )
        }
    }

    @Test(.timeLimit(.minutes(5))) func aRowOfManyAddressesIsReadInNoTime() async throws {
        let addresses = (0..<20_000).map { "smtp:u\($0)@contoso.test" }.joined(separator: ";")
        let mailbox = try #require(
            try await read("PrimarySmtpAddress,EmailAddresses\nboss@contoso.test,\(addresses)\n").first)
        #expect(mailbox.addresses.count == 20_001)
    }

    @Test func aNameCannotLeaveItsPlaceInThePath() {
        #expect(
            ProbeTarget.encoded("a/../b?c#d%2F:@x") == "a%2F..%2Fb%3Fc%23d%252F%3A@x")
    }

    @Test func aPlansDigestTellsWhereOnePieceEndsAndTheNextBegins() {
        func digest(_ pieces: [String]) -> String {
            var digest = PlanDigest(sha256: SHA256.digest)
            for piece in pieces { digest.update(piece) }
            return digest.text
        }
        #expect(digest(["abc"]) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let all = [["ab", "c"], ["a", "bc"], ["abc"], ["c", "ab"], ["ab", "c", ""]].map(digest)
        #expect(Set(all).count == all.count)
    }
}
