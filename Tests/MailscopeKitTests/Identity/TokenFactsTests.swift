import FoundationEssentials
import MailscopeKit
import Testing

@Suite struct TokenFactsTests {
    private func token(_ payload: String) -> Secret<String> {
        Secret("eyJhbGciOiJSUzI1NiJ9.\(Base64URL.encode(Array(payload.utf8))).c2ln")
    }

    @Test func showsTheClaimsOfAnAppOnlyToken() throws {
        let facts = try #require(
            TokenFacts(
                of: token(
                    #"{"aud":"https://graph.microsoft.com","appid":"a","app_displayname":"reader","oid":"o","tid":"t","#
                        + #""roles":["Mail.Read"],"idtyp":"app","iat":1700000000,"exp":1700003900,"wids":["x"]}"#
                )))
        #expect(facts.audience == "https://graph.microsoft.com" && facts.appID == "a")
        #expect(facts.appDisplayName == "reader" && facts.objectID == "o" && facts.tenantID == "t")
        #expect(facts.identityType == "app" && facts.roles == ["Mail.Read"])
        #expect(facts.issuedAt == Date(timeIntervalSince1970: 1_700_000_000))
        #expect(facts.expiresAt == Date(timeIntervalSince1970: 1_700_003_900))
    }

    @Test func tellsAbsentRolesFromEmptyOnes() throws {
        #expect(try #require(TokenFacts(of: token(#"{"azp":"b"}"#))).roles == nil)
        #expect(try #require(TokenFacts(of: token(#"{"azp":"b"}"#))).appID == "b")
        #expect(try #require(TokenFacts(of: token(#"{"roles":[]}"#))).roles == [])
    }

    @Test func hidesOnlyTheClaimOfAnUnexpectedType() throws {
        let facts = try #require(TokenFacts(of: token(#"{"aud":["x"],"appid":"a","iat":"soon"}"#)))
        #expect(facts.audience == nil && facts.issuedAt == nil && facts.appID == "a")
    }

    @Test(arguments: ["", "opaque", "a.b", "a.b.c", "a.eyJ9.c", "a..c", "a.W10.c", "a.b.c.d.e"])
    func knowsNothingOfATokenItCannotRead(text: String) {
        #expect(TokenFacts(of: Secret(text)) == nil)
    }
}
