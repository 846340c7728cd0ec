import FoundationEssentials
import MailscopeKit
import Testing

@Suite struct CertificateValidityTests {
    let start = Date(timeIntervalSince1970: 1_700_000_000)

    @Test(
        arguments: [
            (-1, CertificateValidity.notYetValid), (0, .valid), (60 * 86_400, .valid), (6_047_999, .valid),
            (6_048_001, .expiring(daysLeft: 29)), (8_600_000, .expiring(daysLeft: 0)),
            (8_640_000, .expiring(daysLeft: 0)), (8_640_001, .expired),
        ] as [(Double, CertificateValidity)])
    func followsTheDates(seconds: Double, validity: CertificateValidity) {
        let facts = CertificateFacts(
            subject: "CN=x", notBefore: start, notAfter: start + 86_400 * 100, sha1: [0, 0xaf],
            sha256: [0x10],
            keyBits: 2048)
        #expect(facts.validity(at: start + seconds) == validity)
        #expect(facts.sha1Hex == "00AF" && facts.sha256Hex == "10")
    }
}
