import FoundationEssentials
import MailscopeKit
import TestSupport
import Testing

/// Every refusal that a daemon with a certificate can meet.
@Suite struct EntraRefusalTests {
    static let tail =
        " Trace ID: 0a0a0a0a-0000-4000-8000-000000000001 Correlation ID: 0b0b0b0b-0000-4000-8000-000000000002 Timestamp: 2023-11-14 22:13:20Z"

    static func body(_ error: String, _ code: Int, _ text: String) -> String {
        #"{"error":"\#(error)","error_description":"AADSTS\#(code): \#(text)\#(tail)","error_codes":[\#(code)],"#
            + #""timestamp":"2023-11-14 22:13:20Z","trace_id":"0a0a0a0a-0000-4000-8000-000000000001","#
            + #""correlation_id":"0b0b0b0b-0000-4000-8000-000000000002","error_uri":"https://evil.test/"}"#
    }

    private func refusal(
        _ status: Int, _ body: String, headers: HTTPHeaders = [:], algorithm: AssertionAlgorithm = .ps256
    ) async throws -> EntraRefusal {
        let fixture = try TokenFixture([.answer(status, headers, body)], algorithm: algorithm)
        let error = try #require(await fixture.refusal())
        guard case .refused(let refusal) = error else { throw error }
        #expect(fixture.transport.requests.count == 1 && fixture.clock.slept.isEmpty, "no second try")
        #expect(error.hint == refusal.remedy && "\(error)".contains(refusal.meaning))
        return refusal
    }

    @Test(arguments: [
        (401, "invalid_client", 700027, "Certificates & secrets"),
        (401, "invalid_client", 700024, "held up"),
        (401, "invalid_client", 700021, "assertion-algorithm"), (401, "invalid_client", 700023, "cloud"),
        (401, "invalid_client", 50048, "assertion-algorithm"),
        (400, "invalid_request", 50027, "assertion-algorithm"),
        (401, "invalid_client", 5_002_723, "assertion-algorithm"),
        (400, "invalid_request", 5_002_738, "assertion-algorithm: RS256"),
        (401, "invalid_client", 5_002_741, "assertion-algorithm"),
        (400, "invalid_request", 90014, "assertion-algorithm"),
        (400, "invalid_grant", 50013, "assertion-algorithm"),
        (401, "invalid_client", 50012, "Certificates & secrets"), (401, "invalid_client", 50032, "2048"),
        (401, "invalid_client", 7_000_215, "prox"), (401, "invalid_client", 7_000_222, "prox"),
        (401, "invalid_client", 7_000_216, "prox"), (401, "invalid_client", 7_000_218, "prox"),
        (401, "invalid_client", 700025, "Allow public client flows"),
        (400, "unauthorized_client", 700016, "client-id and tenant"),
        (401, "invalid_client", 7_000_229, "New-MgServicePrincipal"),
        (400, "unauthorized_client", 7_000_112, "enable it"), (400, "invalid_resource", 500014, "enable"),
        (400, "invalid_request", 90002, "set tenant"), (400, "invalid_request", 900023, "set tenant"),
        (400, "invalid_resource", 500011, "API permissions"), (400, "invalid_scope", 1_002_012, "cloud"),
        (400, "invalid_scope", 70011, "cloud"), (400, "invalid_request", 650057, "API permissions"),
        (400, "invalid_request", 900144, "prox"), (400, "invalid_request", 90013, "prox"),
        (400, "invalid_grant", 53003, "Sign-in logs"), (400, "invalid_grant", 530003, "exclude this app"),
        (401, "invalid_client", 700030, "Certificates & secrets"),
        (400, "invalid_request", 700050, "error?code=700050"),
        (401, "invalid_client", 700213, "tenant and client-id"),
        (400, "invalid_request", 70021, "tenant and client-id"),
        (400, "something_new", 123, "sign-in log"),
    ])
    func saysWhatItMeansAndWhatToDo(status: Int, error: String, code: Int, remedy: String) async throws {
        let refusal = try await refusal(status, Self.body(error, code, "The service's own sentence."))
        #expect(refusal.error == error && refusal.code == code)
        #expect(refusal.text == "The service's own sentence.")
        #expect(refusal.correlationID == "0b0b0b0b-0000-4000-8000-000000000002")
        #expect(refusal.traceID == "0a0a0a0a-0000-4000-8000-000000000001")
        #expect(refusal.remedy.contains(remedy), "\(refusal.remedy)")
        #expect(
            !refusal.meaning.isEmpty && !refusal.meaning.contains("evil") && !refusal.remedy.contains("evil"))
    }

    @Test func readsOlderAndPoorerBodies() async throws {
        let older = try await refusal(
            400,
            #"{"error":"invalid_request","error_description":"AADSTS90002: Tenant 'x' not found.\r\nTrace ID: t\r\nCorrelation ID: c\r\nTimestamp: z"}"#,
            headers: ["x-ms-request-id": "from-the-header"])
        #expect(
            older.code == 90002 && older.text == "Tenant 'x' not found." && older.traceID == "from-the-header"
        )
        let bare = try await refusal(400, #"{"error":"invalid_request"}"#)
        #expect(bare.code == nil && bare.text == "" && "\(bare)" == "invalid_request")
        let odd = try await refusal(
            401,
            #"{"error":"invalid_client","error_codes":["700027"],"error_description":["x"],"trace_id":5}"#)
        #expect(odd.code == 700027 && odd.traceID == nil)
    }

    @Test(arguments: [
        (
            "[Reason - The key was not found., Thumbprint of key used by client: '403EFE8C'",
            "decoded the thumbprint 403EFE8C; ours", "set assertion-algorithm: RS256"
        ),
        (
            "[Reason - The key was not found., Thumbprint of key used by client: 'ABABABABABABABABABABABABABABABABABABABAB'",
            "which is ours", "upload the certificate (not the key)"
        ),
        (
            "[Reason - The key was not found.]", "our thumbprint is SHA-1 ABAB",
            "upload the certificate (not the key)"
        ),
        (
            "The certificate … is expired on application. [Reason - The key used is expired., found key 'Start=…, End=…'",
            "expired there", "make a new certificate"
        ),
        (
            "[Reason - Key was found, but use of the key to verify the signature failed., Thumbprint of key used by client: 'abababababababababababababababababababab'",
            "does not verify the signature; the service decoded", "upload the certificate again"
        ),
    ])
    func setsOurThumbprintBesideTheOneTheServiceDecoded(text: String, meaning: String, remedy: String)
        async throws
    {
        let refusal = try await refusal(401, Self.body("invalid_client", 700027, text))
        #expect(
            refusal.meaning.contains(meaning) && refusal.meaning.contains(String(repeating: "AB", count: 20)))
        #expect(refusal.meaning.contains(String(repeating: "CD", count: 32)))
        #expect(refusal.remedy.hasPrefix(remedy))
    }

    @Test(arguments: [
        ("Tue, 14 Nov 2023 22:21:40 GMT", "8 minutes behind"),
        ("Tue, 14 Nov 2023 19:13:20 GMT", "3 hours ahead of"),
        ("Tue, 14 Nov 2023 22:13:22 GMT", "although the clocks agree now"),
    ])
    func computesTheClocksOffset(date: String, words: String) async throws {
        let body = Self.body(
            "invalid_client", 700024, "Current time: 1999-01-01T00:00:00.0000000Z, assertion …")
        let refusal = try await refusal(401, body, headers: ["Date": date])
        #expect(refusal.meaning.contains(words), "\(refusal.meaning)")
        #expect(refusal.remedy.contains("timedatectl") != words.contains("agree"))
        #expect(refusal.meaning.contains("here it is 2023-11-14T22:13:20Z"))
    }

    @Test func takesTheBodysTimestampWhereThereIsNoDate() async throws {
        let body = Self.body("invalid_client", 700024, "x").replacing(
            #""timestamp":"2023-11-14 22:13:20Z""#, with: #""timestamp":"2023-11-14 22:43:20Z""#)
        #expect(try await refusal(401, body).meaning.contains("30 minutes behind"))
    }

    @Test func namesTheOtherAlgorithm() async throws {
        let refusal = try await refusal(
            401, Self.body("invalid_client", 5_002_738, "x"), algorithm: .rs256)
        #expect(refusal.remedy.contains("assertion-algorithm: PS256"))
    }

    @Test func showsNothingThatATerminalWouldObey() async throws {
        let refusal = try await refusal(
            400,
            #"{"error":"x\u001b[2J","error_description":"AADSTS7: a\u001b]0;b\u0007\u202ec","correlation_id":"\u0000d"}"#
        )
        let text = "\(TokenError.refused(refusal))"
        #expect(!text.unicodeScalars.contains { $0.value < 32 || $0 == "\u{202e}" || $0.value == 127 })
    }
}
