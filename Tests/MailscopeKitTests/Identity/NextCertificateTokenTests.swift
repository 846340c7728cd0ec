import FoundationEssentials
import MailscopeKit
import Synchronization
import TestSupport
import Testing

/// Tokens while the certificate is being renewed.
@Suite struct NextCertificateTokenTests {
    private static let unknown = ScriptedTransport.Step.answer(
        401, [:],
        #"{"error":"invalid_client","error_codes":[700027],"error_description":"AADSTS700027: The key was not found."}"#
    )

    private let heard = Heard()

    private func fixture(
        _ steps: [ScriptedTransport.Step], current: FixedSigner = FixedSigner(), next: FixedSigner = .next
    ) throws -> TokenFixture {
        try TokenFixture(steps, signer: current, next: AppCredential(next), heard: { heard.add($0) })
    }

    /// The certificates of the requests, by the first byte of their thumbprints.
    private func asked(_ fixture: TokenFixture) -> [String] {
        fixture.transport.requests.map { request in
            let header = TokenFixture.form(request)["client_assertion"]?.split(separator: ".").first ?? ""
            let text = String(decoding: Base64URL.decode(header) ?? [], as: UTF8.self)
            return text.contains(Base64URL.encode(FixedSigner.next.certificate.sha256)) ? "next" : "current"
        }
    }

    @Test func triesTheNextFirst() async throws {
        let fixture = try fixture([.token("one")])
        #expect(try await fixture.token() == "one")
        #expect(asked(fixture) == ["next"])
        #expect(heard.words == ["accepted"])
    }

    @Test func fallsBackOnceWhereTheDirectoryRefusesIt() async throws {
        let fixture = try fixture([Self.unknown, .token("one", expiresIn: "60"), .token("two")])
        #expect(try await fixture.token() == "one")
        #expect(asked(fixture) == ["next", "current"])
        #expect(heard.words == ["refused"])
        fixture.clock.advance(by: .seconds(60))
        #expect(try await fixture.token() == "two")
        #expect(asked(fixture) == ["next", "current", "next"])
        #expect(heard.words == ["refused", "accepted"])
    }

    @Test func asksWithItNoSecondTimeWhileTheServiceIsInTrouble() async throws {
        let fixture = try fixture([
            Self.unknown, .answer(503, [:], ""), .answer(503, [:], ""), .token("one"),
        ])
        #expect(try await fixture.token() == "one")
        #expect(asked(fixture) == ["next", "current", "current", "current"])
        #expect(heard.words == ["refused"])
    }

    @Test func doesNotTakeAnOutageForARefusal() async throws {
        let fixture = try fixture([.answer(503, [:], ""), .token("one")])
        #expect(try await fixture.token() == "one")
        #expect(asked(fixture) == ["next", "next"])
        #expect(heard.words == ["accepted"])
    }

    @Test func saysNothingOfTheNextWhereTheCurrentIsRefusedToo() async throws {
        let fixture = try fixture([Self.unknown, Self.unknown])
        guard case .refused(let refusal) = await fixture.refusal() else {
            Issue.record("no refusal")
            return
        }
        #expect(refusal.meaning.contains(FixedSigner().certificate.sha1Hex), "it is the current one's")
        #expect(asked(fixture) == ["next", "current"])
        #expect(heard.words == [])
    }

    @Test func fallsBackWhereTheNextKeyCannotSign() async throws {
        var broken = FixedSigner.next
        broken.refusal = SigningError("the token was pulled out")
        let fixture = try fixture([.token("one")], next: broken)
        #expect(try await fixture.token() == "one")
        #expect(asked(fixture) == ["current"])
        #expect(heard.words == ["refused"])
    }

    @Test func leavesOneAloneWhoseTimeHasNotCome() async throws {
        var early = FixedSigner.next
        early.certificate = early.certificate.valid(
            from: TokenFixture.now + 30, until: TokenFixture.now + 9_999)
        let fixture = try fixture([.token("one", expiresIn: "60"), .token("two")], next: early)
        #expect(try await fixture.token() == "one")
        fixture.clock.advance(by: .seconds(60))
        #expect(try await fixture.token() == "two")
        #expect(asked(fixture) == ["current", "next"])
    }

    @Test func doesNotFallBackToOneThatHasExpired() async throws {
        var old = FixedSigner()
        old.certificate = old.certificate.valid(from: TokenFixture.now - 99, until: TokenFixture.now - 1)
        let fixture = try fixture([Self.unknown], current: old)
        guard case .refused(let refusal) = await fixture.refusal() else {
            Issue.record("no refusal")
            return
        }
        #expect(refusal.meaning.contains(FixedSigner.next.certificate.sha1Hex), "it is the next one's")
        #expect(asked(fixture) == ["next"])
    }

    /// Servers of the directory that do not agree yet: each refresh gets a token.
    @Test func getsATokenEachTimeWhileFrontEndsDisagree() async throws {
        let steps: [ScriptedTransport.Step] = (0..<20).flatMap { number in
            number % 2 == 0
                ? [.token("\(number)", expiresIn: "60")]
                : [Self.unknown, ScriptedTransport.Step.token("\(number)", expiresIn: "60")]
        }
        let fixture = try fixture(steps)
        for number in 0..<20 {
            #expect(try await fixture.token() == "\(number)")
            fixture.clock.advance(by: .seconds(60))
        }
        #expect(heard.words.count == 20)
    }

    private final class Heard: Sendable {
        private let list = Mutex<[String]>([])
        var words: [String] { list.withLock(\.self) }
        func add(_ answer: NextCertificateAnswer) {
            list.withLock { list in
                switch answer {
                case .accepted: list.append("accepted")
                case .refused: list.append("refused")
                }
            }
        }
    }
}

extension FixedSigner {
    fileprivate static let next: FixedSigner = {
        var signer = FixedSigner()
        signer.certificate = CertificateFacts(
            subject: "CN=next", notBefore: TokenFixture.now - 99, notAfter: TokenFixture.now + 86_400 * 400,
            sha1: [UInt8](repeating: 0x12, count: 20), sha256: [UInt8](repeating: 0x34, count: 32),
            keyBits: 2048)
        return signer
    }()
}

extension CertificateFacts {
    fileprivate func valid(from start: Date, until end: Date) -> CertificateFacts {
        CertificateFacts(
            subject: subject, notBefore: start, notAfter: end, sha1: sha1, sha256: sha256, keyBits: keyBits)
    }
}
