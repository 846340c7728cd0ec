import FoundationEssentials
import TenantSimulator
import Testing

@Suite struct TokenEndpointTests {
    private static let path = "/\(TokenFixture.tenantID)/oauth2/v2.0/token"

    struct Case: Sendable, CustomStringConvertible {
        let code: Int
        let error: String
        var target = TokenEndpointTests.path
        let change: @Sendable (inout [(String, String)]) -> Void
        var prepare: @Sendable (inout SimulatedApp) -> Void = { _ in }
        var description: String { "\(code)" }
    }

    static let cases: [Case] = [
        Case(code: 900_144, error: "invalid_request") { $0.removeAll { $0.0 == "grant_type" } },
        Case(code: 900_144, error: "invalid_request") { $0.removeAll { $0.0 == "client_id" } },
        Case(code: 900_144, error: "invalid_request") { $0.removeAll { $0.0 == "scope" } },
        Case(code: 70_003, error: "unsupported_grant_type") { $0[4].1 = "password" },
        Case(
            code: 90_002, error: "invalid_request",
            target: "/99999999-2222-3333-4444-555555555555/oauth2/v2.0/token", change: { _ in }),
        Case(
            code: 90_002, error: "invalid_request", target: "/fabrikam.test/oauth2/v2.0/token",
            change: { _ in }),
        Case(code: 900_023, error: "invalid_request", target: "/contoso/oauth2/v2.0/token", change: { _ in }),
        Case(code: 50_059, error: "invalid_request", target: "/common/oauth2/v2.0/token", change: { _ in }),
        Case(code: 700_016, error: "unauthorized_client") {
            $0[0].1 = "99999999-bbbb-cccc-dddd-eeeeeeeeeeee"
        },
        Case(code: 7_000_216, error: "invalid_client") {
            $0.removeAll { $0.0.hasPrefix("client_assertion") }
        },
        Case(code: 1_002_012, error: "invalid_scope") { $0[1].1 = "https://graph.microsoft.com/Mail.Read" },
        Case(code: 70_011, error: "invalid_scope") {
            $0[1].1 = "https://graph.microsoft.com/.default offline_access"
        },
        Case(code: 500_011, error: "invalid_resource") { $0[1].1 = "https://api.contoso.test/.default" },
        Case(
            code: 7_000_112, error: "unauthorized_client", change: { _ in }, prepare: { $0.isEnabled = false }
        ),
        Case(code: 53_003, error: "invalid_grant", change: { _ in }, prepare: { $0.isBlocked = true }),
        Case(
            code: 7_000_229, error: "invalid_client", change: { _ in },
            prepare: { $0.hasServicePrincipal = false }),
        Case(
            code: 700_016, error: "unauthorized_client", change: { _ in },
            prepare: { $0.visible = .distantFuture }),
    ]

    @Test(arguments: cases)
    func refuses(_ item: Case) {
        let fixture = TokenFixture()
        fixture.tenant.directory.changeApp(TokenFixture.client, item.prepare)
        var form = TokenFixture.form()
        item.change(&form)
        let answer = fixture.post(form, to: item.target)
        #expect(answer.code == item.code, "\(answer.text)")
        #expect(answer.json["error"] == .string(item.error))
        #expect(answer.status == (item.error == "invalid_client" ? 401 : 400))
        #expect(answer.json["error_description"]?.text?.hasPrefix("AADSTS\(item.code): ") == true)
    }

    @Test(arguments: [
        "//\(TokenFixture.tenantID)//oauth2/v2.0/token", "/contoso%2Etest/oauth2/v2.0/token",
        "/CONTOSO.test/oauth2/v2%2E0/token", "\(path)?client-request-id=x&x-client-SKU=msal.js.node",
    ])
    func isFoundUnderItsOtherSpellings(target: String) {
        #expect(TokenFixture().post(TokenFixture.form(), to: target).status == 200)
    }

    @Test func echoesTheCorrelationID() {
        let id = "5F2C6D5C-7F3A-4A53-9A57-111111111111"
        let answer = TokenFixture().post(
            [], headers: [("client-request-id", id), ("return-client-request-id", "true")])
        #expect(answer.json["correlation_id"] == .string(id))
        #expect(answer.header("client-request-id") == id)
        #expect(answer.text.contains("Correlation ID: \(id) Timestamp: 2023-11-14 22:15:00Z"))
        #expect(answer.header("x-ms-request-id") == answer.json["trace_id"]?.text)
        #expect(answer.json["error_uri"] == "https://login.microsoftonline.com/error?code=900144")
    }

    @Test func answersInTheShapeOfBothVersions() {
        let fixture = TokenFixture()
        let second = fixture.post(TokenFixture.form())
        #expect(second.json["expires_in"] == 3_599)
        #expect(second.json["ext_expires_in"] == 3_599)
        #expect(
            second.json.members?.map(\.name).sorted() == [
                "access_token", "expires_in", "ext_expires_in", "token_type",
            ])
        #expect(second.header("cache-control") == "no-store, no-cache")

        var form = TokenFixture.form()
        form[1] = ("resource", "https://graph.microsoft.com")
        let first = fixture.post(form, to: "/\(TokenFixture.tenantID)/oauth2/token")
        #expect(first.json["expires_in"] == "3599")
        #expect(first.json["expires_on"] == "1700003700")
        #expect(first.json["resource"] == "https://graph.microsoft.com")
    }

    @Test func makesTokensWithRolesOnlyWhereGranted() throws {
        let claims = try claims(of: TokenFixture(roles: ["Mail.Read", "User.Read.All"]).token())
        #expect(claims["roles"] == ["Mail.Read", "User.Read.All"])
        #expect(claims["iat"] == 1_699_999_800)
        #expect(claims["exp"]?.whole == 1_700_000_100 + 3_600)
        #expect(claims["oid"] == "00000000-0000-4000-8000-00000000000b")
        #expect(claims["appidacr"] == "2")
        let without = try self.claims(of: TokenFixture(roles: []).token())
        #expect(without["roles"] == nil)
        let exchange = try self.claims(
            of: TokenFixture().token(scope: "https://outlook.office365.com/.default"))
        #expect(exchange["aud"] == "https://outlook.office365.com")
        #expect(exchange["roles"] == nil, "granted on another resource")
    }

    @Test func takesSecretsOfOtherClients() {
        let fixture = TokenFixture()
        let app = JSONValue.string(TokenFixture.client)
        fixture.administer("entra", ["action": "add-secret", "app": app, "secret": "s3cr:t"])
        fixture.administer(
            "entra", ["action": "add-secret", "app": app, "secret": "old", "end": 1_600_000_000])
        var form = TokenFixture.form().filter { !$0.0.hasPrefix("client_assertion") }
        form.append(("client_secret", "s3cr:t"))
        #expect(fixture.post(form).status == 200)
        form[3].1 = "wrong"
        #expect(fixture.post(form).code == 7_000_215)
        form[3].1 = "old"
        #expect(fixture.post(form).code == 7_000_222)
        let basic = Data("\(TokenFixture.client):s3cr%3At".utf8).base64EncodedString()
        let header = (name: "authorization", value: "Basic \(basic)")
        #expect(fixture.post([form[1], form[2]], headers: [header]).status == 200)
    }

    @Test func throttlesInPlainText() {
        let fixture = TokenFixture()
        fixture.administer("switches", ["token-requests-per-minute": 2])
        #expect((1...2).allSatisfy { _ in fixture.post(TokenFixture.form()).status == 200 })
        let answer = fixture.post(TokenFixture.form())
        #expect(answer.status == 429)
        #expect(answer.text == "Too Many Requests")
        #expect(answer.header("retry-after") == "60")
        fixture.administer("clock", ["advance-seconds": 61])
        #expect(fixture.post(TokenFixture.form()).status == 200)
    }

    @Test(arguments: [TokenFixture.tenantID, "contoso.test", "common", "organizations"])
    func publishesItsMetadata(name: String) {
        let fixture = TokenFixture()
        let answer = fixture.get(
            "/\(name)/v2.0/.well-known/openid-configuration", headers: [("host", "localhost:8443")])
        let segment = ["common", "organizations"].contains(name) ? name : TokenFixture.tenantID
        #expect(
            answer.json["token_endpoint"] == .string("https://localhost:8443/\(segment)/oauth2/v2.0/token"))
        #expect(fixture.get("/\(name)/.well-known/openid-configuration").status == 200)
    }

    @Test func knowsNoMetadataOfOtherTenants() {
        let answer = TokenFixture().get("/fabrikam.test/v2.0/.well-known/openid-configuration")
        #expect(answer.status == 400)
        #expect(answer.json["error"] == "invalid_tenant")
        #expect(answer.code == 90_002)
    }

    @Test func publishesItsKeysAndInstances() throws {
        let fixture = TokenFixture()
        let header = try #require(fixture.token().split(separator: ".").first)
        let key = try #require(
            fixture.get("/\(TokenFixture.tenantID)/discovery/v2.0/keys").json["keys"]?.elements?.first)
        #expect(try part(header)["kid"] == key["kid"])
        #expect(key["n"]?.text?.count == 342)
        let instances = fixture.get(
            "/common/discovery/instance?api-version=1.1", headers: [("host", "localhost:1")])
        #expect(instances.json["metadata"]?.elements?.first?["aliases"] == ["localhost:1"])
    }

    private func claims(of token: String) throws -> JSONValue {
        let parts = token.split(separator: ".")
        try #require(parts.count == 3)
        return try part(parts[1])
    }

    private func part(_ text: Substring) throws -> JSONValue {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
        let bytes = try #require(Data(base64Encoded: standard + padding))
        return try #require(JSONValue.parse(bytes))
    }
}
