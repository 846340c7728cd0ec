import MailscopeKit
import TestSupport
import Testing

@Suite struct TokenAnswerTests {
    private static let json: HTTPHeaders = ["Content-Type": "application/json"]
    private static let html: HTTPHeaders = ["Content-Type": "text/html; charset=utf-8"]

    @Test(arguments: [
        ScriptedTransport.Step.answer(200, html, "<!DOCTYPE html>\n<title>Sign in to the hotel</title>"),
        .answer(200, [:], ""), .answer(302, ["Location": "https://portal.test"], ""), .answer(204, [:], ""),
        .answer(403, html, "\u{1b}[31mForbidden\u{7}"), .answer(404, html, "no"), .answer(200, json, "[]"),
        .answer(200, json, "null"), .answer(400, json, #"{"error":""}"#), .answer(400, json, #"{"error":7}"#),
        .answer(200, json, #"{"token_type":"Bearer","expires_in":3599,"access_token":"secret"#),
        .answer(200, json, #"{"token_type":"Bearer","access_token":"secret"}"#),
        .answer(200, json, #"{"token_type":"pop","expires_in":3599,"access_token":"secret"}"#),
        .answer(200, json, #"{"token_type":"Bearer","expires_in":"soon","access_token":"secret"}"#),
        .answer(200, json, #"{"token_type":"Bearer","expires_in":0,"access_token":"secret"}"#),
        .answer(200, json, #"{"token_type":"Bearer","expires_in":-5,"access_token":"secret"}"#),
        .answer(200, json, #"{"token_type":"Bearer","expires_in":1e300,"access_token":"secret"}"#),
        .answer(200, json, #"{"token_type":"Bearer","expires_in":3599,"access_token":""}"#),
        .answer(200, json, #"{"token_type":"Bearer","expires_in":3599,"access_token":"secret\r\nX: y"}"#),
        .answer(200, json, #"{"token_type":"Bearer","expires_in":3599,"access_token":["secret"]}"#),
        .answer(200, json, String(repeating: "[", count: 100_000)),
        .answer(200, [:], "token eyJhbGciOiJSUzI1NiJ9.secret.secret"),
        .fail(.tooLarge(host: "h", limit: 262_144)),
    ])
    func saysThatAnythingElseIsNoTokenResponse(step: ScriptedTransport.Step) async throws {
        let fixture = try TokenFixture([step])
        let error = try #require(await fixture.refusal())
        guard case .notATokenResponse(let status, let detail) = error else { throw error }
        if case .answer(let sent, _, _) = step { #expect(status == sent) } else { #expect(status == 0) }
        #expect(!detail.isEmpty && error.hint != nil)
        #expect(!"\(error)".contains("secret") && !"\(error)".unicodeScalars.contains { $0.value < 32 })
        #expect(fixture.transport.requests.count == 1)
    }

    @Test func showsTheFirstLineOfAPage() async throws {
        let fixture = try TokenFixture([.answer(200, Self.html, "\r\n  <!DOCTYPE html>\n<title>x</title>")])
        #expect(
            await fixture.refusal()
                == .notATokenResponse(
                    status: 200, detail: "text/html; charset=utf-8, 36 bytes: <!DOCTYPE html>"))
    }

    @Test(arguments: [408, 429, 500, 502, 503, 504])
    func comesBackAfterTrouble(status: Int) async throws {
        for body in ["", "Too Many Requests", "<html>", #"{"error":"invalid_client"}"#] {
            let fixture = try TokenFixture([.answer(status, [:], body), .token("one")])
            #expect(try await fixture.token() == "one")
        }
    }

    @Test func comesBackWhenTheServiceCallsItselfTemporarilyUnavailable() async throws {
        let body =
            #"{"error":"temporarily_unavailable","error_codes":[90033],"error_description":"AADSTS90033: A transient error."}"#
        let fixture = try TokenFixture([.answer(400, Self.json, body), .token("one")])
        #expect(try await fixture.token() == "one")
        let down = try TokenFixture(Array(repeating: .answer(503, Self.json, body), count: 5))
        #expect(
            await down.refusal()
                == .unavailable(
                    detail: "status 503: AADSTS90033 (temporarily_unavailable): A transient error.",
                    retryAfter: nil))
    }

    @Test func showsNoSecretAnywhere() async throws {
        // An answer that repeats the request, as a debugging proxy may.
        let echo =
            #"{"error":"invalid_client","error_description":"AADSTS1: got client_assertion=eyJhbGciOiJQUzI1NiJ9.eyJhIjoxfQ.c2VjcmV0 Trace ID: x"}"#
        let fixture = try TokenFixture([
            .answer(503, [:], echo), .token("eyJtoken.eyJtoken.c2VjcmV0"), .answer(401, Self.json, echo),
        ])
        let token = try await fixture.source.token()
        fixture.clock.advance(by: .seconds(4000))
        let error = try #require(await fixture.refusal())
        let request = try #require(fixture.transport.requests.first)
        let assertion = try #require(TokenFixture.form(request)["client_assertion"])
        var text = "\(token) \(request) \(error) \(error.hint ?? "") \(fixture.source) \(fixture.log.text)"
        for value in [token, request, error, fixture.source] as [Any] {
            text += String(reflecting: value)
            dump(value, to: &text)
        }
        for secret in ["c2VjcmV0", "eyJtoken", assertion, "the signature"] {
            #expect(!text.contains(secret))
        }
    }
}
