import FoundationEssentials
import MailscopeKit
import Synchronization

/// A mailbox behind Graph's list, get and `$value`, in memory: filter, order, `$top`, `$skip` links as the fact sheet
/// has them, and faults that a test asks for.
final class FakeMailbox: HTTPTransport {
    struct Mail: Sendable {
        var id: String
        var received: String
        var text: String
    }

    /// What was asked, taken apart.
    struct Ask: Sendable {
        enum Kind: Sendable { case list, message, mime }
        var kind = Kind.list
        var id = ""
        var from = ""
        var until = "~"
        var top = 10
        var skip = 0
        var isWhole = true
        var isOrdered = false
    }

    enum Fault: Error, Sendable {
        case status(Int)
        case broken
        case cancelled
    }

    private struct State {
        var mails: [Mail] = []
        var asks: [Ask] = []
        var inFlight = 0
        var most = 0
    }

    private let state = Mutex(State())
    /// Throws what the service shall answer instead; hears the ids that the answer would hold.
    let fault: @Sendable (Ask, _ ids: [String]) async throws(Fault) -> Void
    /// Changes a page before it goes out: its mails and whether a next link comes.
    let bend: @Sendable (Ask, inout [Mail], inout String?) -> Void

    init(
        _ mails: [Mail] = [],
        fault: @escaping @Sendable (Ask, [String]) async throws(Fault) -> Void = { (_, _) throws(Fault) in },
        bend: @escaping @Sendable (Ask, inout [Mail], inout String?) -> Void = { _, _, _ in }
    ) {
        self.fault = fault
        self.bend = bend
        state.withLock { $0.mails = mails }
    }

    var mails: [Mail] { state.withLock { $0.mails } }
    var asks: [Ask] { state.withLock { $0.asks } }
    var mostInFlight: Int { state.withLock { $0.most } }
    func add(_ mails: Mail...) { state.withLock { $0.mails += mails } }
    func remove(_ id: String) { state.withLock { $0.mails.removeAll { $0.id == id } } }
    func forgetAsks() { state.withLock { $0.asks = [] } }

    static let root = "https://graph.example.test"

    /// The element as a page of whole messages holds it.
    static func element(_ mail: Mail) -> String {
        #"{"@odata.etag":"W/\"x\"","id":"\#(mail.id)","receivedDateTime":"\#(mail.received)","subject":"\#(mail.text)"}"#
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let (status, type, body) = try await answer(request)
        return HTTPResponse(
            head: HTTPResponseHead(status: status, headers: ["Content-Type": type]), body: Array(body.utf8))
    }

    func open(_ request: HTTPRequest) async throws(TransportError) -> any HTTPBodyStream {
        let (status, type, body) = try await answer(request)
        return FakeStream(
            head: HTTPResponseHead(status: status, headers: ["Content-Type": type]), body: Array(body.utf8))
    }

    private func answer(_ request: HTTPRequest) async throws(TransportError) -> (Int, String, String) {
        let ask = Self.ask(request.url)
        state.withLock {
            $0.asks.append(ask)
            $0.inFlight += 1
            $0.most = max($0.most, $0.inFlight)
        }
        defer { state.withLock { $0.inFlight -= 1 } }
        await Task.yield()
        var (page, next) = page(ask)
        if ask.kind == .list { bend(ask, &page, &next) }
        do throws(Fault) {
            try await fault(ask, page.map(\.id))
        } catch {
            switch error {
            case .status(let status):
                let code = status == 404 ? "ErrorItemNotFound" : "Fault"
                return (status, "application/json", #"{"error":{"code":"\#(code)","message":""}}"#)
            case .broken: throw .broken(host: "graph.example.test", detail: "cut")
            case .cancelled: throw .cancelled
            }
        }
        switch ask.kind {
        case .list:
            let elements = page.map { ask.isWhole ? Self.element($0) : Self.identity($0) }
            let link = next.map { #","@odata.nextLink":"\#($0)""# } ?? ""
            return (200, "application/json", #"{"value":[\#(elements.joined(separator: ","))]\#(link)}"#)
        case .message, .mime:
            guard let mail = page.first else {
                return (404, "application/json", #"{"error":{"code":"ErrorItemNotFound","message":"gone"}}"#)
            }
            return ask.kind == .mime
                ? (200, "text/plain", Self.mime(mail))
                : (200, "application/json", #"{"@odata.context":"c",\#(Self.element(mail).dropFirst())"#)
        }
    }

    /// Nothing of a mail without text.
    static func mime(_ mail: Mail) -> String {
        mail.text.isEmpty ? "" : "Subject: \(mail.text)\r\n\r\n\(mail.id)\r\n"
    }

    private static func identity(_ mail: Mail) -> String {
        #"{"id":"\#(mail.id)","receivedDateTime":"\#(mail.received)"}"#
    }

    private func page(_ ask: Ask) -> ([Mail], String?) {
        guard ask.kind == .list else { return (mails.filter { $0.id == ask.id }, nil) }
        var found = mails.filter { $0.received >= ask.from && $0.received <= ask.until }
        if ask.isOrdered { found.sort { ($0.received, $0.id) < ($1.received, $1.id) } }
        let page = Array(found.dropFirst(ask.skip).prefix(ask.top))
        guard ask.skip + page.count < found.count else { return (page, nil) }
        let query =
            "from=\(ask.from)&until=\(ask.until)&top=\(ask.top)&skip=\(ask.skip + page.count)"
            + "&whole=\(ask.isWhole)&ordered=\(ask.isOrdered)"
        return (page, "\(Self.root)/v1.0/users/a@contoso.test/messages?\(query)")
    }

    private static func ask(_ url: String) -> Ask {
        var ask = Ask()
        let parts = url.split(separator: "?", maxSplits: 1)
        let path = parts[0].split(separator: "/").drop { $0 != "messages" }.dropFirst().map(String.init)
        if let id = path.first {
            ask.kind = path.count > 1 ? .mime : .message
            ask.id = id
            return ask
        }
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
            let value = String(pair.drop { $0 != "=" }.dropFirst()).replacing("%20", with: " ")
            switch pair.prefix(while: { $0 != "=" }) {
            case "$filter":
                for term in value.split(separator: " and ") {
                    if term.hasPrefix("receivedDateTime ge ") { ask.from = String(term.dropFirst(20)) }
                    if term.hasPrefix("receivedDateTime le ") { ask.until = String(term.dropFirst(20)) }
                }
            case "$orderby", "ordered": ask.isOrdered = value != "false"
            case "$top", "top": ask.top = Int(value) ?? 0
            case "$select": ask.isWhole = value.contains("subject")
            case "from": ask.from = value
            case "until": ask.until = value
            case "skip": ask.skip = Int(value) ?? 0
            case "whole": ask.isWhole = value == "true"
            default: break
            }
        }
        return ask
    }
}

/// A body in two pieces.
private final class FakeStream: HTTPBodyStream {
    let head: HTTPResponseHead
    private let pieces: Mutex<[[UInt8]]>

    init(head: HTTPResponseHead, body: [UInt8]) {
        self.head = head
        pieces = Mutex([Array(body.prefix(5)), Array(body.dropFirst(5))].filter { !$0.isEmpty })
    }

    func next() async throws(TransportError) -> [UInt8]? {
        await Task.yield()
        return pieces.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
    func close() {}
}

/// A token that is always good.
struct FixedToken: AccessTokenSource {
    func token() async throws(TokenError) -> Secret<String> { Secret("t") }
    func discard(_ token: Secret<String>) async -> Bool { false }
}
