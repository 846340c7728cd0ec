import FoundationEssentials
import TenantSimulator
import TestSupport
import Testing

@Suite struct TenantTests {
    @Test func logsWhoAskedForWhat() throws {
        let fixture = TokenFixture()
        let token = fixture.token()
        let target = "/v1.0/users/reader%40contoso.test/messages?$top=1"
        _ = fixture.get(target, token: token, headers: [("user-agent", "mailscope/1")])
        let entry = try #require(fixture.tenant.log.entries(path: "/v1.0/*").first)
        #expect(entry.target == target)
        #expect(entry.mailbox == "reader@contoso.test")
        #expect(entry.appID == TokenFixture.client)
        #expect(entry.status == 404)
        #expect(entry.userAgent == "mailscope/1")
        let shown = fixture.get("/simulator/requests?mailbox=READER%40contoso.test&status=404").json
        #expect(shown["total"] == 1)
        #expect(shown["requests"]?.elements?.first?["path"] == .string(target))
        #expect(fixture.tenant.log.count == 2, "the administrator's own requests are not logged")
        _ = fixture.tenant.answer(ServerRequest(method: "DELETE", target: "/simulator/requests"))
        #expect(fixture.tenant.log.entries.isEmpty)
    }

    @Test(arguments: [
        ("/v1.0/users('o''neil@contoso.test')/messages", "o'neil@contoso.test"),
        ("//v1.0//users/a/messages", "a"),
        ("/beta/users/%61@b/messages/x", "a@b"), ("/v1.0/users", nil), ("/v1.0/me/messages", nil),
    ])
    func findsTheMailboxInAPath(target: String, mailbox: String?) {
        let fixture = TokenFixture()
        _ = fixture.get(target, token: fixture.token())
        #expect(fixture.tenant.log.entries.last?.mailbox == mailbox)
    }

    @Test func makesTheSameTenantFromTheSameSeed() {
        func addresses(_ seed: UInt64) -> [String] {
            let tenant = SimulatedTenant(seed: seed)
            tenant.generate(mailboxes: 12, messages: 0)
            return [tenant.directory.tenantID]
                + tenant.directory.mailboxes.map { $0.objectID + $0.addresses[0] }
        }
        #expect(addresses(5) == addresses(5))
        #expect(addresses(5) != addresses(6))
        #expect(Set(addresses(5)).count == 13)
        #expect(addresses(5).allSatisfy { GUID.isValid($0.prefix(36)) })
    }

    @Test func changesMail() throws {
        let fixture = TokenFixture()
        fixture.administer("entra", ["action": "set-mailbox", "mailbox": "reader@contoso.test"])
        func mail(_ members: [(String, JSONValue?)]) -> JSONValue {
            fixture.administer("mail", .members([("mailbox", "reader@contoso.test")] + members)).json
        }
        let added = mail([("action", "add"), ("eml", "Subject: one\r\n\r\nbody\r\n")])
        let id = try #require(added["ids"]?.elements?.first)
        #expect(mail([("action", "move"), ("id", id), ("folder", "archive")])["ids"] == [id])
        #expect(mail([("action", "list"), ("folder", "archive")])["ids"] == [id])
        #expect(mail([("action", "delete"), ("id", id)])["ids"] == [id])
        #expect(mail([("action", "delete"), ("id", id)])["error"] != nil)
        #expect(mail([("action", "list")])["ids"] == [])
        #expect(fixture.get("/simulator/state").json["mailboxes"]?.elements?.first?["messages"] == 0)
    }

    private static let file = """
        tenant: 11111111-2222-3333-4444-555555555555
        domain: contoso.test
        mailboxes:
          - address: reader@contoso.test
            aliases: [second@contoso.test]
            messages: 4
            attributes:
              Department: Sales
          - address: chief@contoso.test
            kind: shared
            eml: mail
        apps:
          - id: aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee
            name: Mail archive
            grants: [Mail.Read]
            certificates: [app.pem]
        groups:
          - name: readers
            address: readers@contoso.test
            members: [reader@contoso.test]
        policies:
          - app: aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee
            right: RestrictAccess
            scope: readers@contoso.test
        role-assignments:
          - app: aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee
            role: Application Mail.ReadBasic
            filter: Department -eq 'Sales'
        switches:
          policy-delay: 60
          is-china: true
        """

    @Test func readsATenantsFile() async throws {
        try await withTemporaryFolder { folder in
            let pem = try #require(TokenFixture.vectors["certificates"]?.elements?.first?.text)
            _ = try folder.write("app.pem", pem)
            let mail = URL(filePath: folder.path).appending(path: "mail")
            try FileManager.default.createDirectory(at: mail, withIntermediateDirectories: false)
            try Data("Subject: x\r\n\r\ny".utf8).write(to: mail.appending(path: "a.eml"))
            let tenant = try TenantFile.load(try folder.write("tenant.yaml", Self.file))
            #expect(tenant.directory.app(TokenFixture.client)?.certificates.count == 1)
            let reader = try #require(tenant.directory.mailbox("Second@contoso.test"))
            #expect(tenant.mail.count(of: reader.objectID) == 4)
            let chief = try #require(tenant.directory.mailbox("chief@contoso.test"))
            #expect(tenant.mail.count(of: chief.objectID) == 1)
            #expect(chief.kind == .shared)
            #expect(tenant.exchange.configuration.policies.count == 1)
            #expect(tenant.exchange.configuration.assignments.count == 1)
            #expect(tenant.switches.now.policyDelay == 60)
            #expect(tenant.graph.switches.isChina)
            let model = tenant.exchange.model(for: "")
            #expect(
                !model.policiesAllow(appID: TokenFixture.client, mailbox: chief.objectID), "spread long ago")
        }
    }

    @Test(arguments: [
        ("kind: shared", "kind: colour", 10), ("messages: 4", "mesages: 4", 6),
        ("scope: readers@", "scope: nobody@", 22),
        ("policy-delay: 60", "policy-delay: often", 30), ("[app.pem]", "[none.pem]", 16),
    ])
    func namesTheLineOfEachFault(text: String, wrong: String, line: Int) async throws {
        try await withTemporaryFolder { folder in
            let pem = try #require(TokenFixture.vectors["certificates"]?.elements?.first?.text)
            _ = try folder.write("app.pem", pem)
            let path = try folder.write(
                "tenant.yaml",
                Self.file.replacing("        eml: mail\n", with: "").replacing(text, with: wrong))
            let error = #expect(throws: TenantFileError.self) { try TenantFile.load(path) }
            let texts = (error?.faults ?? []).map(\.text)
            #expect(texts.contains { $0.contains("tenant.yaml:\(line):") }, "\(texts)")
        }
    }

    @Test func listsItsRoutes() {
        let routes = TokenFixture().get("/simulator/").json["routes"]?.elements?.compactMap(\.text) ?? []
        #expect(routes.count == 11)
        #expect(routes.contains("DELETE /simulator/faults"))
    }

    @Test(arguments: ["requests", "faults"]) func answersSuccessWithAnEmptyObject(topic: String) {
        let answer = TokenFixture().tenant.answer(
            ServerRequest(method: "DELETE", target: "/simulator/" + topic))
        #expect(answer.status == 200 && answer.body.count == 3)
        guard case .bytes(let bytes) = answer.body else { return }
        #expect(String(decoding: bytes, as: UTF8.self) == "{}\n")
    }

    @Test(arguments: ["requests?status=x", "requests?limit=-1", "requests?colour=red"])
    func refusesFiltersThatMakeNoSense(target: String) {
        #expect(TokenFixture().get("/simulator/" + target).status == 400)
    }

    @Test func clearsNoFaultForAnIDThatIsNone() {
        let fixture = TokenFixture()
        fixture.tenant.faults.add(FaultRule(.garbage))
        let request = ServerRequest(method: "DELETE", target: "/simulator/faults?id=x")
        #expect(fixture.tenant.answer(request).status == 400)
        #expect(fixture.get("/simulator/faults").json["faults"]?.elements?.count == 1)
    }

    @Test(arguments: ["state/x", "nothing"])
    func knowsNoOtherAdministration(topic: String) {
        #expect(TokenFixture().administer(topic, [:]).status == 404)
    }

    @Test func refusesBodiesThatMakeNoSense() {
        let fixture = TokenFixture()
        #expect(fixture.administer("clock", ["advance": 1]).status == 400)
        #expect(fixture.administer("switches", ["front-ends": 0]).status == 400)
        #expect(fixture.administer("switches", ["colour": 0]).status == 400)
        #expect(fixture.administer("entra", ["action": "grant", "app": "nobody", "role": "x"]).status == 400)
        let broken = ServerRequest(method: "POST", target: "/simulator/entra", body: Array("{".utf8))
        #expect(fixture.tenant.answer(broken).status == 400)
    }
}
