import FoundationEssentials
import TenantSimulator

/// A tenant whose app holds the vectors' certificates, at the vectors' time.
struct TokenFixture {
    static let tenantID = "11111111-2222-3333-4444-555555555555"
    static let client = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
    static let vectors = JSONValue.parse(PackageResources.assertions_json) ?? .null

    /// Made once for all tests.
    private static let key = TokenKey()

    let tenant: SimulatedTenant

    init(
        now: Int = 1_700_000_100, client: String = TokenFixture.client, roles: [String] = ["Mail.Read"],
        key: TokenKey? = TokenFixture.key
    ) {
        let clock = SimulatorClock(frozen: Date(timeIntervalSince1970: TimeInterval(now)))
        tenant = SimulatedTenant(tenantID: Self.tenantID, domain: "contoso.test", clock: clock, tokenKey: key)
        var app = SimulatedApp(
            appID: client, registrationID: "00000000-0000-4000-8000-00000000000a",
            objectID: "00000000-0000-4000-8000-00000000000b", displayName: "Mail archive")
        for (index, pem) in (Self.vectors["certificates"]?.elements ?? []).enumerated() {
            var certificate = RegisteredCertificate(
                reading: Array((pem.text ?? "").utf8), keyID: "00000000-0000-4000-8000-00000000000\(index)")
            certificate?.start = Date(timeIntervalSince1970: 1_690_000_000)
            if let certificate { app.certificates.append(certificate) }
        }
        app.grants = Set(roles.map { AppGrant($0) })
        tenant.directory.add(app)
    }

    /// The vector's assertion that stands under `accept`.
    static func assertion(_ name: String = "v5-frozen-ps256") -> String {
        vectors["accept"]?[name]?["compact"]?.text ?? ""
    }

    static func form(
        assertion: String = TokenFixture.assertion(), client: String = TokenFixture.client
    ) -> [(String, String)] {
        [
            ("client_id", client), ("scope", "https://graph.microsoft.com/.default"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion), ("grant_type", "client_credentials"),
        ]
    }

    func post(
        _ form: [(String, String)], to target: String = "/\(TokenFixture.tenantID)/oauth2/v2.0/token",
        headers: [(name: String, value: String)] = []
    ) -> Answer {
        let body = form.map { "\($0)=\(encode($1))" }.joined(separator: "&")
        let type = ("content-type", "application/x-www-form-urlencoded;charset=utf-8")
        return Answer(
            tenant.answer(
                ServerRequest(
                    method: "POST", target: target, headers: [type] + headers, body: Array(body.utf8))))
    }

    /// A token by assertion.
    func token(scope: String = "https://graph.microsoft.com/.default") -> String {
        var form = Self.form()
        form[1].1 = scope
        return post(form).json["access_token"]?.text ?? ""
    }

    func get(_ target: String, token: String? = nil, headers: [(name: String, value: String)] = []) -> Answer
    {
        let authorization = token.map { [("authorization", "Bearer \($0)")] } ?? []
        return Answer(
            tenant.answer(ServerRequest(method: "GET", target: target, headers: authorization + headers)))
    }

    @discardableResult
    func administer(_ topic: String, _ body: JSONValue) -> Answer {
        Answer(
            tenant.answer(ServerRequest(method: "POST", target: "/simulator/\(topic)", body: body.bytes)))
    }

    private func encode(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
            return isPlain && byte < 128 ? String(UnicodeScalar(byte)) : "%" + hex(byte)
        }.joined()
    }

    private func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }
}

/// A response, read.
struct Answer {
    let response: ServerResponse

    init(_ response: ServerResponse) { self.response = response }

    var status: Int { response.status }
    var bytes: [UInt8] {
        guard case .bytes(let bytes) = response.body else { return [] }
        return bytes
    }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var json: JSONValue { JSONValue.parse(bytes) ?? .null }
    /// The first of `error_codes`.
    var code: Int? { json["error_codes"]?.elements?.first?.whole }
    func header(_ name: String) -> String? {
        response.headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
