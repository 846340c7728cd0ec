import TenantSimulator
import TestSupport
import Testing

@Suite struct FaultTests {
    private let fixture = TokenFixture()
    private let path = "/v1.0/users/reader@contoso.test/messages?$top=1&$select=id"

    init() {
        fixture.administer("entra", ["action": "set-mailbox", "mailbox": "reader@contoso.test"])
        fixture.administer(
            "mail", ["action": "add", "mailbox": "reader@contoso.test", "count": 3, "seed": 1])
    }

    @Test(arguments: [
        (FaultBody.json, 503, "ServiceUnavailable"), (.html, 502, "<H"), (.text, 429, "Too Many Requests"),
        (.empty, 500, ""),
    ])
    func answersWithErrorsOfEachKind(body: FaultBody, status: Int, part: String) {
        fixture.administer(
            "faults",
            [
                "fault": "status", "status": .integer(status), "body": .string(body.rawValue),
                "path": "/v1.0/*",
            ])
        let answer = fixture.get(path, token: fixture.token())
        #expect(answer.status == status)
        #expect(part.isEmpty ? answer.text.isEmpty : answer.text.contains(part))
        #expect(answer.header("retry-after") == nil)
    }

    @Test func saysWhenToComeAgainInBothForms() {
        fixture.administer(
            "faults",
            [
                ["fault": "status", "status": 429, "retry-after-seconds": 7, "count": 1, "path": "/v1.0/*"]
            ])
        #expect(fixture.get(path, token: fixture.token()).header("retry-after") == "7")
        fixture.administer(
            "faults", ["fault": "status", "status": 503, "retry-after-date-seconds": 20, "path": "/v1.0/*"])
        #expect(
            fixture.get(path, token: fixture.token()).header("retry-after") == "Tue, 14 Nov 2023 22:15:20 GMT"
        )
    }

    @Test func meetsOnlyWhatItNamesAndOnlySoOften() {
        let token = fixture.token()
        fixture.tenant.faults.add(
            FaultRule(
                .status(500), method: "GET", path: "/v1.0/users/*/messages*",
                app: TokenFixture.client.uppercased(),
                mailbox: "READER@contoso.test", count: 2))
        #expect(fixture.get("/v1.0/users/other@contoso.test/messages", token: token).status == 404)
        #expect(fixture.get("/v1.0/users/reader@contoso.test/mailFolders", token: token).status == 200)
        let object = fixture.tenant.directory.mailbox("reader@contoso.test")?.objectID ?? ""
        #expect(fixture.get("/v1.0/users/\(object)/messages", token: token).status == 500)
        #expect(fixture.get(path, token: token).status == 500)
        #expect(fixture.get(path, token: token).status == 200)
    }

    @Test func meetsAPartOfAllRequestsTheSameEachTime() {
        func hits() -> [Int] {
            let fixture = TokenFixture()
            let token = fixture.token()
            fixture.tenant.faults.add(FaultRule(.status(503), path: "/v1.0/*", probability: 0.3))
            return (0..<100).filter { _ in fixture.get("/v1.0/users", token: token).status == 503 }
        }
        let first = hits()
        #expect((15...45).contains(first.count))
        #expect(hits() == first)
    }

    @Test func putsAForeignLinkIntoOneAnswerThatHasLinks() {
        let token = fixture.token()
        fixture.administer("faults", ["fault": "link", "link": "https://evil.test/\"", "count": 1])
        #expect(fixture.get("/v1.0/users/reader@contoso.test/messages?$top=50", token: token).status == 200)
        #expect(fixture.get(path, token: token).json["@odata.nextLink"] == "https://evil.test/\"")
        #expect(fixture.get(path, token: token).json["@odata.nextLink"]?.text?.contains("evil") == false)
    }

    @Test func callsAGoodTokenExpired() {
        let token = fixture.token()
        fixture.administer("faults", ["fault": "expired-token", "count": 1])
        let answer = fixture.get(path, token: token)
        #expect(answer.status == 401)
        #expect(answer.text.contains("Lifetime validation failed, the token is expired."))
        #expect(fixture.get(path, token: token).status == 200)
    }

    @Test func isToldApartAtTheTokenEndpoint() {
        fixture.administer("faults", ["fault": "status", "status": 503, "path": "*/oauth2/v2.0/token"])
        let answer = fixture.post(TokenFixture.form())
        #expect(answer.status == 503)
        #expect(answer.code == 90_033)
        #expect(answer.json["error"] == "temporarily_unavailable")
    }

    @Test(
        arguments: [
            ["fault": "fire"], ["fault": "status"], ["fault": "status", "status": 200],
            ["fault": "drop", "colour": 1],
            ["fault": "drop", "probability": 2], ["fault": "status", "status": 500, "body": "music"],
        ] as [JSONValue])
    func refusesWhatIsNoFault(body: JSONValue) {
        #expect(fixture.administer("faults", body).status == 400)
        #expect(fixture.get("/simulator/faults").json["faults"] == [])
    }

    @Test(
        arguments: [
            (["fault": "latency"], "'milliseconds' is missing: a whole number from 0 to 86400000"),
            (["fault": "status", "status": 200], "'status' must be a whole number from 400 to 599"),
            (["fault": "drop", "count": "2"], "'count' must be a whole number from 1 to 1000000000"),
            (["fault": "drop", "reset": 1], "'reset' must be true or false"),
            (["fault": "drop", "path": 1], "'path' must be text"),
            (
                ["fault": "garbage", "status": 500],
                "'status' is not known here; one of: app, count, fault, mailbox, method, path, probability"
            ),
        ] as [(JSONValue, String)])
    func namesTheMemberAndItsBounds(body: JSONValue, error: String) {
        #expect(fixture.administer("faults", body).json["error"] == .string(error))
    }

    @Test(arguments: [
        ("/a/*", "/A/b/c", true), ("*b*c", "abxc", true), ("a*b", "ab", true), ("a*a", "a", false),
        ("abc", "abcd", false),
        ("*", "", true), ("a*b*b", "aab", false),
        ("/v1.0/users/*/messages*", "/v1.0/users/x/messages?$top=1", true),
    ])
    func matchesGlobs(pattern: String, text: String, isMatch: Bool) {
        #expect(Glob(pattern).matches(text) == isMatch)
    }

    @Test func cutsAndDropsOnTheWire() throws {
        try fixture.tenant.start()
        defer { fixture.tenant.stop() }
        let port = try #require(fixture.tenant.port)
        func get() throws -> String {
            let client = try RawTLSClient(port: port)
            try client.send(
                "GET /contoso.test/v2.0/.well-known/openid-configuration HTTP/1.1\r\nHost: localhost:\(port)\r\nConnection: close\r\n\r\n"
            )
            return client.receiveAll()
        }
        #expect(try get().contains("https://localhost:\(port)/\(TokenFixture.tenantID)/oauth2/v2.0/token"))
        fixture.tenant.faults.add(FaultRule(.cut(after: 5), count: 1))
        #expect(try get().hasSuffix("\r\n\r\n{\"tok"))
        fixture.tenant.faults.add(FaultRule(.drop(), count: 1))
        #expect(try get() == "")
        #expect(fixture.tenant.log.entries.suffix(3).map(\.fault) == [nil, "cut", "drop"])
    }
}
