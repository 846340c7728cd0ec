import FoundationEssentials
import MailscopeKit
import TestSupport

/// A token source with everything around it in the test's hand.
struct TokenFixture {
    static let client = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
    static let endpoint = "https://login.microsoftonline.com/contoso.test/oauth2/v2.0/token"
    static let now = Date(timeIntervalSince1970: 1_700_000_000)

    let transport: ScriptedTransport
    let clock: ManualClock
    let log = CollectingLog()
    let source: TokenSource

    init(
        _ steps: [ScriptedTransport.Step], sleeping: ManualClock.Sleeping = .advances,
        algorithm: AssertionAlgorithm = .ps256, signer: any AssertionSigner = FixedSigner(),
        next: AppCredential? = nil, heard: @escaping @Sendable (NextCertificateAnswer) -> Void = { _ in },
        policy: TokenRetryPolicy = TokenRetryPolicy(), jitter: @escaping @Sendable () -> Double = { 0.5 }
    ) throws {
        transport = ScriptedTransport(steps)
        clock = ManualClock(now: Self.now, sleeping: sleeping)
        source = TokenSource(
            registration: try AppRegistration(tenant: "contoso.test", clientID: Self.client), cloud: .global,
            algorithm: algorithm, signer: signer, next: next, heard: heard, transport: transport,
            clock: clock, log: log.log,
            policy: policy, jitter: jitter)
    }

    func token() async throws(TokenError) -> String { try await source.token().reveal() }

    /// The error of the next call.
    func refusal() async -> TokenError? {
        do throws(TokenError) {
            _ = try await source.token()
            return nil
        } catch { return error }
    }

    /// Asks until the answer is `token`: a renewal in the background has no one to tell.
    func untilToken(_ token: String) async throws -> Bool {
        for _ in 0..<5000 {
            if try await self.token() == token { return true }
            try await Task.sleep(for: .milliseconds(1))
        }
        return false
    }

    /// The form of a request.
    static func form(_ request: HTTPRequest) -> [String: String] {
        let body = String(decoding: request.body?.reveal() ?? [], as: UTF8.self)
        var form: [String: String] = [:]
        for pair in body.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            form[String(parts[0])] = decoded(parts[1])
        }
        return form
    }

    /// The `iat` of a request's assertion; 0 where there is none.
    static func issuedAt(_ request: HTTPRequest) -> Int {
        struct Claims: Decodable { let iat: Int }
        let parts = form(request)["client_assertion"]?.split(separator: ".") ?? []
        guard parts.count == 3, let payload = Base64URL.decode(parts[1]) else { return 0 }
        return (try? JSONDecoder().decode(Claims.self, from: Data(payload)))?.iat ?? 0
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Signs everything alike.
struct FixedSigner: AssertionSigner {
    var refusal: SigningError?

    var certificate = CertificateFacts(
        subject: "CN=mailscope", notBefore: TokenFixture.now, notAfter: TokenFixture.now + 86_400 * 365,
        sha1: [UInt8](repeating: 0xab, count: 20), sha256: [UInt8](repeating: 0xcd, count: 32), keyBits: 2048)

    func sign(_ input: [UInt8], with algorithm: AssertionAlgorithm) throws(SigningError) -> [UInt8] {
        if let refusal { throw refusal }
        return Array("the signature".utf8)
    }
}
