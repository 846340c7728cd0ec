import FoundationEssentials
import MailscopeKit
import TestSupport
import Testing

@Suite struct GraphMailTests {
    typealias Reply = ScriptedService.Reply

    private let clock = ManualClock(sleeping: .advances)
    private let log = CollectingLog()

    /// A client of a service that answers with these; jitter is the longest there can be.
    private func client(
        _ replies: [Reply], tokens: any AccessTokenSource = NumberedTokens(), folder: String? = nil
    ) throws -> (mail: GraphMail, service: ScriptedService, gate: RequestGate) {
        let service = ScriptedService(replies, clock: clock)
        let gate = RequestGate(ledger: nil, clock: clock)
        let scope = try MailboxScope(root: "https://graph.test", mailbox: "a@contoso.com", folder: folder)
        let mail = GraphMail(
            scope: scope, transport: service, tokens: tokens, gate: gate, clock: clock, log: log.log,
            random: { 1 })
        return (mail, service, gate)
    }

    private func seconds(_ service: ScriptedService) -> [Double] { service.times.map { $0 / .seconds(1) } }

    private func error(_ mail: GraphMail) async -> GraphError? {
        do throws(GraphError) { _ = try await mail.page(MessageQuery(), bodyLimit: 1_000) } catch {
            return error
        }
        return nil
    }

    // MARK: Answers

    @Test func takesAPageAndItsNextOne() async throws {
        let next = "https://graph.test/v1.0/users('a%40contoso.com')/messages?$skip=12"
        let (mail, service, gate) = try client([.page("A", "B", next: next), .page("C")])
        let first = try await mail.page(MessageQuery(), bodyLimit: 1_000)
        #expect(first.elements.map(\.id.text) == ["A", "B"])
        #expect(String(decoding: first.slice(first.elements[1]), as: UTF8.self) == #"{"id":"B"}"#)
        let link = try #require(first.next)
        let second = try await mail.page(following: link, bodyLimit: 1_000)
        #expect(second.elements.map(\.id.text) == ["C"] && second.next == nil)
        #expect(service.requests[1].url == "https://graph.test/v1.0/users/a@contoso.com/messages?$skip=12")
        #expect(gate.snapshot().inFlight == 0 && gate.snapshot().used > 0)
    }

    @Test func asksForImmutableIDsUnderAnIDOfItsOwnEachTime() async throws {
        let (mail, service, _) = try client(
            [.refusal(503, "ServiceUnavailable"), .page("A")], folder: "inbox")
        _ = try await mail.page(MessageQuery(), bodyLimit: 1_000)
        #expect(
            service.requests.map { $0.headers["prefer"] } == [
                #"IdType="ImmutableId""#, #"IdType="ImmutableId""#,
            ])
        #expect(service.requests.map { $0.headers["accept"] } == ["application/json", "application/json"])
        let ids = service.requests.compactMap { $0.headers["client-request-id"] }
        #expect(ids.count == 2 && ids[0] != ids[1] && ids.allSatisfy { UUID(uuidString: $0) != nil })
        #expect(service.requests.allSatisfy { $0.method == .get && $0.bodyLimit == 1_000 })
        #expect(service.requests[0].headers.fields.count == 3)
    }

    @Test func asksADeltaWalkForItsPageSizeByHeader() async throws {
        let (mail, service, _) = try client([.page("A")], folder: "inbox")
        let scope = try MailboxScope(root: "https://graph.test", mailbox: "a@contoso.com", folder: "inbox")
        let link = try scope.admit(
            "https://graph.test/v1.0/users/a@contoso.com/mailFolders('inbox')/messages/delta?$skiptoken=x")
        _ = try await mail.page(following: link, bodyLimit: 1_000)
        #expect(service.requests[0].headers.fields.map(\.value).contains("odata.maxpagesize=100"))
    }

    @Test func givesOneMessageAsItCame() async throws {
        let body = #" {"@odata.etag":"x","id":"A\/","body":{}} "#
        let (mail, service, _) = try client([Reply(body: body)])
        let bytes = try await mail.message(MessageID("A/"), select: ["id", "body"], bodyLimit: 1_000)
        #expect(String(decoding: bytes, as: UTF8.self) == body)
        #expect(
            service.requests[0].url
                == "https://graph.test/v1.0/users/a@contoso.com/messages/A-?$select=id,body")
    }

    @Test func streamsMIMEAndKeepsItsLaneMeanwhile() async throws {
        let (mail, service, gate) = try client([
            Reply(headers: ["Content-Type": "text/plain"], body: "Subject: x")
        ])
        let stream = try await mail.mime(MessageID("A"))
        #expect(gate.snapshot().inFlight == 1)
        #expect(try await stream.next() == Array("Subject: x".utf8))
        #expect(gate.snapshot().inFlight == 1)
        #expect(try await stream.next() == nil)
        #expect(gate.snapshot().inFlight == 0)
        #expect(service.requests[0].headers["accept"] == "text/plain, */*")
        #expect(service.requests[0].deadlines.whole == nil)
    }

    @Test(arguments: ["text/html", "application/json; charset=utf-8"])
    func takesNoAnswerOfAnotherKindForAMessage(type: String) async throws {
        let (mail, _, _) = try client((0..<9).map { _ in Reply(headers: ["Content-Type": type], body: "{}") })
        let error = await #expect(throws: GraphError.self) { try await mail.mime(MessageID("A")) }
        guard case .malformed = error else { throw error ?? .cancelled }
    }

    @Test func freesTheLaneOfAStreamThatBreaksIsClosedOrForgotten() async throws {
        let (mail, _, gate) = try client([Reply(headers: [:], body: "x", isCut: true)])
        let broken = try await mail.mime(MessageID("A"))
        _ = try await broken.next()
        await #expect(throws: TransportError.self) { try await broken.next() }
        #expect(gate.snapshot().inFlight == 0)
        try await mail.mime(MessageID("A")).close()
        #expect(gate.snapshot().inFlight == 0)
        _ = try await mail.mime(MessageID("A"))
        #expect(gate.snapshot().inFlight == 0)
    }

    @Test func triesAgainBeforeAStreamBegins() async throws {
        let (mail, service, gate) = try client([
            .refusal(429, "ApplicationThrottled", retryAfter: "1"),
            .broken(.broken(host: "graph.test", detail: "x")),
            Reply(headers: [:], body: "x"),
        ])
        let stream = try await mail.mime(MessageID("A"))
        #expect(service.requests.count == 3)
        stream.close()
        #expect(gate.snapshot().inFlight == 0)
    }

    // MARK: Patience

    @Test func waitsAsLongAsTheServiceAsks() async throws {
        let date = "Tue, 14 Nov 2023 22:14:01 GMT"  // 41 s after the clock's beginning
        let (mail, service, _) = try client([
            .refusal(429, "ApplicationThrottled", retryAfter: "7"),
            Reply(status: 503, headers: ["Retry-After": date], body: "<html>Service Unavailable</html>"),
            .page("A"),
        ])
        _ = try await mail.page(MessageQuery(), bodyLimit: 1_000)
        // The second pause has jitter of up to 2 s on top.
        #expect(seconds(service) == [0, 7, 43])
        #expect(service.requests.map(\.wantsNewConnection) == [false, false, true])
    }

    @Test func backsOffLongerEachTimeAndThenGivesTheReason() async throws {
        let (mail, service, gate) = try client([.refusal(503, "MailboxInfoStale", "stale")])
        let error = await error(mail)
        guard case .unavailable(let refusal, tries: 8)? = error else { throw Unexpected(error) }
        #expect(refusal.status == 503 && refusal.code == "MailboxInfoStale" && refusal.requestID == "r-1")
        #expect(refusal.remedy.contains("object id"))
        #expect(seconds(service) == [0, 2, 6, 14, 30, 62, 126, 246])
        #expect(gate.snapshot().inFlight == 0)
    }

    @Test func doesNotWaitADayForAnAbsurdRetryAfter() async throws {
        let (mail, service, _) = try client([.refusal(429, "x", retryAfter: "86400"), .page("A")])
        _ = try await mail.page(MessageQuery(), bodyLimit: 1_000)
        #expect(seconds(service) == [0, 900])
    }

    @Test(arguments: [500, 504])
    func asksNotLongForWhatMayBeTheRequestsOwnFault(status: Int) async throws {
        let (mail, service, _) = try client([Reply(status: status, headers: [:], body: "")])
        let error = await error(mail)
        guard case .unavailable(let refusal, tries: 3)? = error else { throw Unexpected(error) }
        #expect(refusal.status == status && refusal.code == nil && refusal.message.isEmpty)
        #expect(service.requests.count == 3)
    }

    @Test func triesAgainWhereTheNetworkFailedOnANewConnection() async throws {
        let (mail, service, _) = try client([
            .broken(.timedOut(host: "graph.test", doing: "receiving", after: .seconds(60), detail: "x")),
            .page("A"),
        ])
        _ = try await mail.page(MessageQuery(), bodyLimit: 1_000)
        #expect(service.requests.map(\.wantsNewConnection) == [false, true])
    }

    @Test func triesOnceWhereNoOtherTryCouldHelp() async throws {
        let untrusted = TransportError.notTrusted(host: "graph.test", reason: "unknown CA", detail: "x")
        let (mail, service, _) = try client([.broken(untrusted)])
        #expect(await error(mail) == .transport(untrusted, tries: 1))
        #expect(service.requests.count == 1)
        let large = TransportError.tooLarge(host: "graph.test", limit: 1_000)
        #expect(await error(try client([.broken(large)]).mail) == .tooLarge(limit: 1_000))
        #expect(await error(try client([.broken(.cancelled)]).mail) == .cancelled)
    }

    @Test func holdsTheOtherLanesBackToo() async throws {
        let clock = ManualClock()
        let service = ScriptedService([.refusal(429, "x", retryAfter: "10"), .page("A")], clock: clock)
        let gate = RequestGate(ledger: nil, clock: clock)
        let mail = GraphMail(
            scope: try MailboxScope(root: "https://graph.test", mailbox: "a@contoso.com"), transport: service,
            tokens: NumberedTokens(), gate: gate, clock: clock, log: .silent)
        let first = Task { _ = try await mail.page(MessageQuery(), bodyLimit: 1_000) }
        await clock.untilSleeping()
        let second = Task { _ = try await mail.page(MessageQuery(), bodyLimit: 1_000) }
        await clock.untilSleeping(2)
        #expect(service.requests.count == 1)
        clock.advance(by: .seconds(10))
        try await first.value
        try await second.value
        #expect(service.times == [.zero, .seconds(10), .seconds(10)])
    }

    // MARK: Tokens

    @Test func asksWithANewTokenAfter401And403() async throws {
        for status in [401, 403] {
            let tokens = NumberedTokens()
            let (mail, service, _) = try client(
                [.refusal(status, "ErrorAccessDenied"), .page("A")], tokens: tokens)
            _ = try await mail.page(MessageQuery(), bodyLimit: 1_000)
            #expect(service.requests.map { $0.bearer?.reveal() } == ["t1", "t2"])
        }
    }

    @Test func reportsADenialAfterASecondToken() async throws {
        let raop =
            "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings."
        let (mail, service, _) = try client([.refusal(403, "ErrorAccessDenied", raop)])
        let error = await error(mail)
        guard case .denied(let refusal)? = error else { throw Unexpected(error) }
        #expect(refusal.meaning.contains("application access policy"))
        #expect(service.requests.map { $0.bearer?.reveal() } == ["t1", "t2"])
    }

    @Test func givesUpOnATokenThatIsRefusedAgainAndAgain() async throws {
        let (mail, service, _) = try client([
            .refusal(401, "InvalidAuthenticationToken", "Lifetime validation failed")
        ])
        let error = await error(mail)
        guard case .rejected(let refusal)? = error else { throw Unexpected(error) }
        #expect(refusal.status == 401)
        #expect(service.requests.map { $0.bearer?.reveal() } == ["t1", "t2", "t2"])
    }

    @Test func sendsNothingWithoutAToken() async throws {
        let reason = TokenError.unavailable(detail: "x", retryAfter: nil)
        let (mail, service, gate) = try client([.page("A")], tokens: NumberedTokens(failingWith: reason))
        #expect(await error(mail) == .token(reason))
        #expect(service.requests.isEmpty && gate.snapshot().inFlight == 0)
    }

    // MARK: Refusals

    @Test(arguments: [
        "ErrorInvalidUser", "ResourceNotFound", "MailboxNotEnabledForRESTAPI", "mailboxnotenabledforrestapi",
    ])
    func knowsAMissingMailbox(code: String) async throws {
        let error = await error(try client([.refusal(404, code)]).mail)
        guard case .noMailbox? = error else { throw Unexpected(error) }
    }

    @Test func tellsAMissingMessageFromAMissingFolder() async throws {
        let (mail, service, _) = try client([.refusal(404, "ErrorItemNotFound", "not found in the store")])
        await #expect {
            try await mail.message(MessageID("A"), select: nil, bodyLimit: 1_000)
        } throws: {
            if case GraphError.gone? = $0 as? GraphError { true } else { false }
        }
        await #expect {
            try await mail.mime(MessageID("A"))
        } throws: {
            if case GraphError.gone(let refusal)? = $0 as? GraphError {
                refusal.message == "not found in the store"
            } else {
                false
            }
        }
        let error = await error(mail)
        guard case .rejected? = error else { throw Unexpected(error) }
        #expect(service.requests.count == 3)
    }

    @Test(arguments: [301, 302, 307, 400, 404, 405, 410])
    func rejectsAtOnceWhatWaitingWillNotMend(status: Int) async throws {
        let (mail, service, _) = try client([
            Reply(status: status, headers: ["Location": "https://evil.test"], body: "no")
        ])
        let error = await error(mail)
        guard case .rejected(let refusal)? = error else { throw Unexpected(error) }
        #expect(refusal.status == status && refusal.message == "no" && !refusal.meaning.isEmpty)
        #expect(service.requests.count == 1)
    }

    @Test func refusesAPortalsPageAfterThreeTries() async throws {
        let portal = Reply(
            headers: ["Content-Type": "text/html"], body: "\n  <h1>Sign\u{1B}[1m in</h1>\nmore")
        let (mail, service, _) = try client([portal])
        let error = await error(mail)
        guard case .malformed(let detail)? = error else { throw Unexpected(error) }
        #expect(
            detail.contains("text/html") && detail.contains("<h1>Sign [1m in</h1>")
                && !detail.contains("more"))
        #expect(service.requests.count == 3)
        await #expect(throws: GraphError.self) { try await mail.mime(MessageID("A")) }
    }

    @Test func quotesNobodysMailWhereJSONIsBroken() async throws {
        let (mail, _, gate) = try client([Reply(body: #"{"value":[{"id":"A","subject":"private"}"#)])
        let error = await error(mail)
        guard case .malformed(let detail)? = error else { throw Unexpected(error) }
        #expect(!detail.contains("private"))
        #expect(gate.snapshot().inFlight == 0)
    }

    @Test func followsNoLinkOutOfTheMailbox() async throws {
        let (mail, service, _) = try client([
            .page("A", next: "https://evil.test/v1.0/users/a@contoso.com/messages")
        ])
        let error = await error(mail)
        guard case .scope(.foreignLink)? = error else { throw Unexpected(error) }
        #expect(service.requests.count == 1)
    }

    @Test func writesNoSecretAndNoContentToTheLog() async throws {
        let (mail, _, _) = try client([
            .refusal(401, "x"), .refusal(429, "x"), .broken(.broken(host: "graph.test", detail: "x")),
            Reply(body: #"{"value":[{"id":"private"}"#), .page("private"),
        ])
        _ = try await mail.page(MessageQuery(), bodyLimit: 1_000)
        #expect(log.records.count >= 4)
        #expect(!log.text.contains("private") && !log.text.contains("t1") && !log.text.contains("t2"))
    }

    private struct Unexpected: Error {
        let error: GraphError?
        init(_ error: GraphError?) { self.error = error }
    }
}
