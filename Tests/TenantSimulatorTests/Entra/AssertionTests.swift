import TenantSimulator
import Testing

@Suite struct AssertionTests {
    @Test(arguments: (TokenFixture.vectors["accept"]?.members ?? []).map(\.name))
    func acceptsWhatShippedLibrariesSend(name: String) throws {
        let vector = try #require(TokenFixture.vectors["accept"]?[name])
        let client = vector["client"]?.text ?? TokenFixture.client
        let fixture = TokenFixture(now: try #require(vector["now"]?.whole), client: client)
        let form = TokenFixture.form(assertion: try #require(vector["compact"]?.text), client: client)
        let answer = fixture.post(form)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["token_type"] == "Bearer")
        // Entra does not insist that each assertion is used once.
        #expect(fixture.post(form).status == 200)
    }

    @Test(arguments: (TokenFixture.vectors["reject"]?.members ?? []).map(\.name))
    func refusesWithTheServicesCode(name: String) throws {
        let vector = try #require(TokenFixture.vectors["reject"]?[name])
        let answer = TokenFixture().post(
            TokenFixture.form(assertion: try #require(vector["compact"]?.text)))
        #expect(answer.code == vector["code"]?.whole, "\(answer.text)")
        #expect(answer.json["error"] == vector["error"])
        #expect(answer.status == (vector["error"] == "invalid_client" ? 401 : 400))
    }

    @Test func hasManyVectors() {
        #expect(TokenFixture.vectors["accept"]?.members?.count ?? 0 >= 20)
        #expect(TokenFixture.vectors["reject"]?.members?.count ?? 0 >= 20)
    }

    @Test func saysTheThumbprintThatItDecoded() {
        let fixture = TokenFixture()
        fixture.administer(
            "entra",
            [
                "action": "remove-certificate", "app": .string(TokenFixture.client),
                "thumbprint": "403EFE8CCCC3C8C128EBCF3B95F9958C0A95AD9E",
            ])
        let text = fixture.post(TokenFixture.form(assertion: TokenFixture.assertion("v4-frozen-rs256"))).text
        #expect(
            text.contains(
                "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '403EFE8CCCC3C8C128EBCF3B95F9958C0A95AD9E', Please visit"
            ))
    }

    @Test func saysThatTheRegisteredKeyIsExpired() {
        let fixture = TokenFixture()
        fixture.tenant.directory.changeApp(TokenFixture.client) {
            $0.certificates[0].end = $0.certificates[0].start
        }
        let text = fixture.post(TokenFixture.form()).text
        #expect(
            text.contains(
                "is expired on application. [Reason - The key used is expired., Thumbprint of key used by client: 'CEC5D5FF41F1B32533D9FCA7FD88DFE969A8474D3D71B6211537C0E3E388C95C', Found key 'Start=07/22/2023 04:26:40, End=07/22/2023 04:26:40'"
            ))
    }

    @Test func saysThatTheSignatureIsWrong() {
        var assertion = TokenFixture.assertion()
        assertion.removeLast(4)
        let answer = TokenFixture().post(TokenFixture.form(assertion: assertion + "AAAA"))
        #expect(answer.code == 700_027)
        #expect(
            answer.text.contains(
                "[Reason - Key was found, but use of the key to verify the signature failed."))
    }

    @Test func saysItsOwnTimeWithSevenDecimals() {
        let fixture = TokenFixture()
        fixture.administer("switches", ["entra-clock-offset": 3_600])
        let answer = fixture.post(TokenFixture.form())
        #expect(answer.code == 700_024)
        #expect(
            answer.text.contains(
                "Current time: 2023-11-14T23:15:00.0000000Z, assertion valid from 2023-11-14T22:13:20.0000000Z, expiry time of assertion 2023-11-14T22:23:20.0000000Z."
            ))
        #expect(answer.json["timestamp"] == "2023-11-14 23:15:00Z")
        #expect(answer.header("date") == "Tue, 14 Nov 2023 23:15:00 GMT")
    }

    @Test func learnsOfACertificateLate() throws {
        let fixture = TokenFixture()
        let pem = try #require(TokenFixture.vectors["certificates"]?.elements?.first)
        fixture.tenant.directory.changeApp(TokenFixture.client) { $0.certificates = [] }
        fixture.administer("switches", ["entra-delay": 20])
        fixture.administer(
            "entra",
            [
                "action": "add-certificate", "app": .string(TokenFixture.client), "certificate": pem,
                "start": 1_690_000_000,
            ])
        #expect(fixture.post(TokenFixture.form()).code == 700_027)
        fixture.administer("clock", ["advance-seconds": 20])
        #expect(fixture.post(TokenFixture.form()).status == 200)
    }
}
