import FoundationEssentials
import Testing

@testable import TenantSimulator

/// A tenant of two mailboxes, asked without a server.
struct GraphTestBench: Sendable {
    static let reader = "11111111-1111-4111-8111-111111111111"
    static let other = "22222222-2222-4222-8222-222222222222"

    let store = MailStore()
    let directory = Directory(tenantID: "99999999-9999-4999-8999-999999999999", domain: "contoso.test")
    let clock = SimulatorClock(frozen: Date(timeIntervalSince1970: 1_760_000_000))
    let api: GraphAPI
    /// Permissions that the caller has on every mailbox.
    var permissions: Set<String> = ["Mail.Read"]
    var roles = ["Mail.Read"]
    var denial = AccessAnswer.denied

    init(messages: Int = 0) {
        directory.add(
            SimulatedMailbox(
                objectID: Self.reader, userPrincipalName: "reader@contoso.test",
                addresses: ["Reader@contoso.test", "second@contoso.test"]))
        directory.add(SimulatedMailbox(objectID: Self.other, userPrincipalName: "other@contoso.test"))
        api = GraphAPI(store: store, directory: directory, clock: clock)
        if messages > 0 {
            store.fill(Self.reader, count: messages, seed: 7, last: UTCTime(seconds: 1_750_000_000))
        }
    }

    var caller: GraphCaller {
        let (permissions, denial) = (permissions, denial)
        return GraphCaller(appID: "app", objectID: "principal", roles: roles) { _, permission in
            permissions.contains(permission) ? .allowed : denial
        }
    }

    struct Answer {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: [UInt8]
        let json: JSONValue?

        var values: [JSONValue] { json?["value"]?.elements ?? [] }
        var ids: [String] { values.compactMap { $0["id"]?.text } }
        var code: String? { json?["error"]?["code"]?.text }
        var message: String? { json?["error"]?["message"]?.text }
        var nextLink: String? { json?["@odata.nextLink"]?.text }
        var deltaLink: String? { json?["@odata.deltaLink"]?.text }
        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    /// Sends a request; a whole link, or a target that begins with `/v1.0`, where blanks may stand.
    func send(
        _ method: String = "GET", _ target: String, prefer: [String] = [], body: String = "",
        headers: [(name: String, value: String)] = []
    ) -> Answer {
        let host = "https://graph.test"
        let path = target.hasPrefix(host) ? String(target.dropFirst(host.count)) : target
        let response = api.answer(
            ServerRequest(
                method: method, target: path.replacing(" ", with: "%20"),
                headers: [("host", "graph.test")] + prefer.map { ("prefer", $0) } + headers,
                body: Array(body.utf8)),
            caller: caller)
        let bytes = response.body.piece(0..<response.body.count)
        return Answer(
            status: response.status, headers: response.headers, body: bytes, json: JSONValue.parse(bytes))
    }

    func get(_ target: String, immutable: Bool = false, prefer: [String] = []) -> Answer {
        send(target, prefer: prefer + (immutable ? ["IdType=\"ImmutableId\""] : []))
    }

    private func send(_ target: String, prefer: [String]) -> Answer { send("GET", target, prefer: prefer) }

    /// Every page from `target` on, bounded.
    func walk(_ target: String, immutable: Bool = false, prefer: [String] = []) -> [Answer] {
        var answers = [get(target, immutable: immutable, prefer: prefer)]
        while let link = answers.last?.nextLink, answers.count < 5_000 {
            answers.append(get(link, immutable: immutable, prefer: prefer))
        }
        return answers
    }

    /// A path below the reader's mailbox.
    static func path(_ rest: String) -> String { "/v1.0/users/reader@contoso.test/\(rest)" }
}
