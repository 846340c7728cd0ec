import FoundationEssentials
import MailscopeKit
import TenantSimulator
import Testing

@testable import Verification

/// What stands on a list twice, by other names, or without them.
@Suite struct ListTests {
    let bench: Bench = {
        let bench = Bench(closed: ["boss", "legal"])
        bench.restrict(to: [bench.open.objectID])
        return bench
    }()

    private static let openAlias = "reports.alias@contoso.test"

    /// The tenant's open mailbox gets another address, and the list names it.
    private func withAlias() -> Bench {
        let bench = bench
        var open = bench.open
        open.addresses = [open.userPrincipalName, Self.openAlias]
        bench.tenant.directory.add(open)
        return bench
    }

    private func report(_ bench: Bench, _ list: [ClosedMailbox]) async throws -> VerificationReport {
        try await bench.verification(bench.transport(), list: list).run()
    }

    @Test func theSameMailboxCountsOnceWithTheNamesOfAllItsRows() async throws {
        let boss = bench.list[0]
        let list = [
            ClosedMailbox(addresses: ["BOSS@contoso.test"]), bench.list[1], boss,
            ClosedMailbox(objectID: boss.objectID?.uppercased()),
            ClosedMailbox(addresses: ["Boss.Alias@contoso.test"]),
        ]
        let report = try await report(bench, list)
        #expect(report.verdict == .confined && report.mailboxCounts.total == 2)
        #expect(report.plan.repeatedRows == 3 && report.notes.count == 1)
        let names = try #require(report.mailboxes.first).probes.map(\.name.text)
        #expect(
            Set(names.map { $0.lowercased() }) == [
                "boss@contoso.test", "boss.alias@contoso.test", boss.objectID ?? "",
            ])
        #expect(report.plan.probesPerRound == report.probeCounts.total)
    }

    @Test func rowsThatShareAnAddressButNotTheObjectIDAreBothAskedFor() async throws {
        var other = bench.list[1]
        other.addresses.append("boss@contoso.test")
        let report = try await report(bench, [bench.list[0], other])
        #expect(report.mailboxCounts.total == 2 && report.plan.repeatedRows == 0)
        #expect(Set(report.mailboxes.compactMap(\.objectID)) == Set(bench.closed.map(\.objectID)))
    }

    @Test func aNameThatIsOnlyInALaterRowIsStillABreach() async throws {
        bench.tenant.exchange.change { $0.policies = [] }
        let list = [ClosedMailbox(addresses: ["boss@contoso.test"]), bench.list[0]]
        let report = try await report(bench, list)
        #expect(report.verdict == .breach && report.mailboxCounts.breach == 1)
        #expect(Set(report.mailboxes[0].breaches.map(\.name.text)).contains("boss.alias@contoso.test"))
    }

    @Test func aThousandIdsWithOneAddressAreAThousandMailboxes() async throws {
        let rows = (0..<1_000).map { number in
            ClosedMailbox(
                objectID: "aaaaaaaa-0000-4000-8000-\(String(String(1_000_000_000_000 + number).dropFirst()))",
                addresses: ["all@contoso.test"])
        }
        let list = try await DistinctMailboxes(ClosedMailboxArray(name: "list", rows))
        let reader = try await list.open()
        var count = 0
        while try await reader.next() != nil { count += 1 }
        #expect(count == 1_000 && list.repeats == 0)
    }

    @Test func anAliasThatTheExportGivesTheOpenMailboxIsLeftOutAndNamed() async throws {
        let bench = withAlias()
        let own = ClosedMailbox(
            objectID: bench.open.objectID, addresses: [bench.open.userPrincipalName, Self.openAlias],
            isKnownToExist: true)
        // Wherever the row stands.
        for list in [
            bench.list + [ClosedMailbox(addresses: [Self.openAlias.uppercased()]), own],
            [own, ClosedMailbox(addresses: [Self.openAlias])] + bench.list,
        ] {
            let report = try await report(bench, list)
            #expect(report.verdict == .confined && report.plan.leftOutAsOpen == 2, "\(report.summary)")
            #expect(report.notes.contains { $0.contains(Self.openAlias) && $0.contains("left out") })
        }
        #expect(bench.events.notices.contains { $0.contains(Self.openAlias) })
    }

    @Test(arguments: [true, false])
    func aRowThatOnlyAnAddressCallsTheOpenMailboxProvesNothing(planKnowsItsID: Bool) async throws {
        // The other address is readable in truth, and was not asked for.
        var bench = withAlias()
        let row = ClosedMailbox(
            objectID: planKnowsItsID ? nil : bench.open.objectID,
            addresses: [Self.openAlias, bench.open.userPrincipalName])
        if !planKnowsItsID { bench.plan.open = [OpenMailbox(label: bench.open.userPrincipalName)] }
        var report = try await report(bench, bench.list + [row])
        #expect(report.verdict == .inconclusive && report.mailboxCounts.closed == bench.list.count)
        #expect(
            report.toConclude.contains { $0.contains(Self.openAlias) && $0.contains(" had no probe") })
        // Its own address alone leaves nothing open.
        report = try await self.report(
            bench, bench.list + [ClosedMailbox(addresses: [bench.open.userPrincipalName])])
        #expect(report.verdict == .confined && report.plan.leftOutAsOpen == 1)
    }

    @Test func anAliasThatNothingIdentifiesIsABreachWithAHint() async throws {
        let bench = withAlias()
        let report = try await report(bench, bench.list + [ClosedMailbox(addresses: [Self.openAlias])])
        #expect(report.verdict == .breach && report.mailboxCounts.breach == 1)
        #expect(report.notes.contains { $0.contains("if \(Self.openAlias) should be another name") })
    }

    @Test func aBreachWithAnotherObjectIDHasNoSuchHint() async throws {
        bench.tenant.exchange.change { $0.policies = [] }
        let report = try await report(bench, bench.list)
        #expect(report.verdict == .breach && report.notes.isEmpty)
    }

    @Test func aLineCannotPassAClosedMailboxOffAsTheOpenOne() async throws {
        bench.tenant.exchange.change { $0.policies = [] }
        // Without an object id a row teaches nothing.
        var report = try await report(
            bench,
            [
                ClosedMailbox(addresses: [bench.open.userPrincipalName, "boss@contoso.test"]),
                ClosedMailbox(addresses: ["boss@contoso.test"]),
            ])
        #expect(report.verdict == .breach)
        // What shares a learned name keeps its other ones.
        report = try await self.report(
            bench,
            [
                ClosedMailbox(
                    objectID: bench.open.objectID, addresses: [bench.open.userPrincipalName, Self.openAlias]),
                ClosedMailbox(addresses: [Self.openAlias, "boss@contoso.test"]),
            ])
        #expect(report.verdict == .breach && report.mailboxes[0].label == "boss@contoso.test")
        // Nor does one with another id.
        let row = ClosedMailbox(objectID: bench.closed[0].objectID, addresses: [Self.openAlias])
        let own = ClosedMailbox(
            objectID: bench.open.objectID, addresses: [bench.open.userPrincipalName, Self.openAlias])
        for list in [[row, own], [own, row]] {
            let error = await #expect(throws: VerificationError.self) { try await self.report(bench, list) }
            #expect("\(error.map { "\($0)" } ?? "")".contains("bears a name of the open mailbox"))
        }
    }

    @Test func aListCannotTakeBackWhatAPersonNamed() async throws {
        var bench = bench
        bench.plan.namedClosed = ["boss@contoso.test"]
        let own = ClosedMailbox(
            objectID: bench.open.objectID, addresses: [bench.open.userPrincipalName, "boss@contoso.test"])
        let error = await #expect(throws: VerificationError.self) {
            try await report(bench, bench.list.map { ClosedMailbox(addresses: $0.addresses) } + [own])
        }
        #expect(error.map { "\($0)" }?.contains("boss@contoso.test is named as closed") == true)
    }

    @Test func aListCannotSayWhichIDIsTheOpenMailboxes() async throws {
        var bench = bench
        bench.tenant.exchange.change { $0.policies = [] }
        bench.plan.open = [OpenMailbox(label: bench.open.userPrincipalName)]
        let row = ClosedMailbox(
            objectID: bench.closed[0].objectID,
            addresses: [bench.open.userPrincipalName, "boss@contoso.test"])
        for list in [[row, bench.list[0]], [bench.list[0], row]] {
            let report = try await report(bench, list)
            #expect(report.verdict == .breach && report.mailboxes[0].label == "boss@contoso.test")
            // Which of the two it is nobody knows.
            #expect(report.notes.contains { $0.contains("boss@contoso.test") })
        }
    }

    @Test func twoIdsForTheOpenMailboxAreRefused() async throws {
        var bench = bench
        bench.plan.open = [OpenMailbox(label: bench.open.userPrincipalName)]
        let name = bench.open.userPrincipalName
        let list = [
            ClosedMailbox(objectID: bench.open.objectID, addresses: [name]),
            ClosedMailbox(objectID: bench.closed[0].objectID, addresses: [name]),
        ]
        await #expect(throws: VerificationError.self) { try await report(bench, bench.list + list) }
    }

    @Test func aListWithoutAddressesSaysThatAliasesWereNotTested() async throws {
        let ids = bench.closed.map(\.objectID)
        let forms: [(text: String, count: Int?)] = [
            (
                "PrimarySmtpAddress,ExternalDirectoryObjectId,EmailAddresses\nboss@contoso.test,\(ids[0]),System.Object[]\n"
                    + "legal@contoso.test,\(ids[1]),SMTP:legal@contoso.test;smtp:legal.alias@contoso.test\n",
                1
            ),
            (
                "PrimarySmtpAddress,ExternalDirectoryObjectId\nboss@contoso.test,\(ids[0])\nlegal@contoso.test,\(ids[1])\n",
                2
            ),
            ("boss@contoso.test\n", 1),
            (
                "PrimarySmtpAddress,ExternalDirectoryObjectId,EmailAddresses\nlegal@contoso.test,\(ids[1]),SMTP:legal@contoso.test\n",
                nil
            ),
        ]
        for form in forms {
            let source = ClosedMailboxFile(BytesAtHand(name: "closed.csv", Array(form.text.utf8)))
            let report = try await bench.verification(bench.transport(), source: source).run()
            let line = report.notTested.first { $0.hasPrefix("aliases of ") }
            #expect(line?.hasPrefix("aliases of \(form.count ?? 0) of") ?? (form.count == nil), "\(form)")
        }
    }
}
