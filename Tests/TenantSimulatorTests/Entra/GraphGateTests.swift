import FoundationEssentials
import TenantSimulator
import Testing

@Suite struct GraphGateTests {
    private static let path = "/v1.0/users/nobody@contoso.test/messages"

    @Test(arguments: [
        (nil, "Access token is empty."), ("Basic eDp5", "Access token is empty."),
        ("Bearer", "UnableToParseTokens"),
        ("Bearer hello", "Protocol 'Bearer' failed to validate because The token could not be read."),
        ("Bearer e30.e30.AAAA", "Access token validation failure."),
    ])
    func refusesWhatIsNoToken(header: String?, message: String) {
        let fixture = TokenFixture()
        let headers = header.map { [(name: "authorization", value: $0)] } ?? []
        let answer = fixture.get(Self.path, headers: headers)
        #expect(answer.status == 401)
        #expect(answer.json["error"]?["code"] == "InvalidAuthenticationToken")
        #expect(answer.json["error"]?["message"] == .string(message))
        #expect(answer.json["error"]?["innerError"]?["date"] == "2023-11-14T22:15:00")
        #expect(answer.json["error"]?["innerError"]?["request-id"]?.text == answer.header("request-id"))
        #expect(answer.header("www-authenticate")?.hasPrefix("Bearer realm=\"\", authorization_uri=") == true)
    }

    @Test func refusesATokenForAnotherService() {
        let fixture = TokenFixture()
        let token = fixture.token(scope: "https://outlook.office365.com/.default")
        #expect(
            fixture.get(Self.path, token: token).json["error"]?["message"]
                == "Access token validation failure. Invalid audience.")
    }

    @Test func refusesATokenWhoseTimeIsOver() {
        let fixture = TokenFixture()
        let token = fixture.token()
        #expect(fixture.get(Self.path, token: token).status != 401)
        fixture.administer("clock", ["advance-seconds": 3_601])
        #expect(
            fixture.get(Self.path, token: token).json["error"]?["message"]
                == "Lifetime validation failed, the token is expired.")
    }

    @Test func refusesATokenOfAnotherTenant() {
        let token = TokenFixture(key: nil).token()
        #expect(TokenFixture().get(Self.path, token: token).status == 401)
    }

    @Test func keepsATokenGoodAfterItsRoleIsRevoked() {
        let fixture = TokenFixture()
        let token = fixture.token()
        fixture.administer(
            "entra", ["action": "revoke", "app": .string(TokenFixture.client), "role": "Mail.Read"])
        fixture.administer("entra", ["action": "disable", "app": .string(TokenFixture.client)])
        #expect(fixture.get(Self.path, token: token).status != 401)
    }

    @Test func challengesOnlyTokensThatSaidCP1() throws {
        let fixture = TokenFixture()
        let answer = fixture.post(
            TokenFixture.form() + [("claims", #"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#)])
        #expect(answer.json["expires_in"] == 86_399)
        #expect(answer.json["refresh_in"] == 43_199)
        let token = try #require(answer.json["access_token"]?.text)
        #expect(fixture.get(Self.path, token: token).status != 401)
        fixture.administer("entra", ["action": "disable", "app": .string(TokenFixture.client)])
        let refused = fixture.get(Self.path, token: token)
        #expect(refused.status == 401)
        #expect(
            refused.header("www-authenticate")?.contains(#"error="insufficient_claims", claims="#) == true)
    }
}
