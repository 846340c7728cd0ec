import FoundationEssentials
import MailscopeKit
import TestSupport
import Testing

@Suite struct TokenSourceTests {
    @Test func asksAsTheServiceDocumentsIt() async throws {
        let fixture = try TokenFixture([.token("one")])
        #expect(try await fixture.token() == "one")
        let request = try #require(fixture.transport.requests.first)
        #expect(request.method == .post && request.url == TokenFixture.endpoint && request.bearer == nil)
        #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(request.headers["Accept"] == "application/json")
        #expect(request.headers["return-client-request-id"] == "true")
        #expect(request.headers["client-request-id"].flatMap { UUID(uuidString: $0) } != nil)
        let form = TokenFixture.form(request)
        #expect(form.count == 5)
        #expect(form["client_id"] == TokenFixture.client)
        #expect(form["scope"] == "https://graph.microsoft.com/.default")
        #expect(form["grant_type"] == "client_credentials")
        #expect(form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        let parts = try #require(form["client_assertion"]).split(separator: ".").map {
            String(decoding: Base64URL.decode($0) ?? [], as: UTF8.self)
        }
        #expect(parts[0].hasPrefix(#"{"alg":"PS256","typ":"JWT","x5t#S256":"zc3N"#))
        #expect(parts[1].hasPrefix(#"{"aud":"\#(TokenFixture.endpoint)","exp":1700000600,"iat":1700000000,"#))
        #expect(parts[2] == "the signature")
        let raw = String(decoding: request.body?.reveal() ?? [], as: UTF8.self)
        #expect(raw.contains("scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&"))
    }

    @Test func makesAnAssertionOfItsOwnForEachRequest() async throws {
        let fixture = try TokenFixture([.answer(503, [:], ""), .token("one")], algorithm: .rs256)
        _ = try await fixture.token()
        let assertions = fixture.transport.requests.map { TokenFixture.form($0)["client_assertion"] }
        #expect(assertions.count == 2 && assertions[0] != assertions[1])
        let ids = fixture.transport.requests.map { $0.headers["client-request-id"] }
        #expect(ids[0] != ids[1])
    }

    @Test func keepsATokenUntilFiveMinutesBeforeItsEnd() async throws {
        let fixture = try TokenFixture([.token("one", expiresIn: "3600"), .token("two", expiresIn: "3600")])
        #expect(try await fixture.token() == "one")
        fixture.clock.advance(by: .seconds(3299))
        // The wall clock does not matter.
        fixture.clock.step(by: .seconds(86_400))
        #expect(try await fixture.token() == "one")
        #expect(fixture.transport.requests.count == 1)
        fixture.clock.advance(by: .seconds(1))
        // Nobody waits for the renewal while the old one is good.
        #expect(try await fixture.token() == "one")
        #expect(try await fixture.untilToken("two"))
        #expect(fixture.transport.requests.count == 2)
    }

    @Test func keepsAValidTokenWhenItsRenewalFailsAndDoesNotHammer() async throws {
        let fixture = try TokenFixture([
            .token("one", expiresIn: "3600"), .answer(500, [:], "<html>"),
            .answer(400, [:], #"{"error":"x"}"#),
            .token("two"),
        ])
        _ = try await fixture.token()
        fixture.clock.advance(by: .seconds(3300))
        #expect(try await fixture.token() == "one")
        await fixture.transport.untilRequests(2)
        try await fixture.untilLogged(1)
        for _ in 0..<5 { #expect(try await fixture.token() == "one") }
        fixture.clock.advance(by: .seconds(29))
        #expect(try await fixture.token() == "one")
        #expect(fixture.transport.requests.count == 2)
        fixture.clock.advance(by: .seconds(1))
        #expect(try await fixture.token() == "one")
        await fixture.transport.untilRequests(3)
        try await fixture.untilLogged(2)
        // The second pause is twice as long.
        fixture.clock.advance(by: .seconds(59))
        #expect(try await fixture.token() == "one")
        fixture.clock.advance(by: .seconds(1))
        #expect(try await fixture.untilToken("two"))
        // Each assertion holds the moment at which it was made.
        let moments = fixture.transport.requests.map { TokenFixture.issuedAt($0) - 1_700_000_000 }
        #expect(moments == [0, 3300, 3330, 3390])
    }

    @Test func asksInEarnestWhenAnEarlyRenewalOutlivesTheToken() async throws {
        let fixture = try TokenFixture([
            .token("one", expiresIn: "3600"), .hold, .answer(503, [:], ""), .answer(503, [:], ""),
            .token("two"),
        ])
        _ = try await fixture.token()
        fixture.clock.advance(by: .seconds(3400))
        _ = try await fixture.token()
        await fixture.transport.untilRequests(2)
        fixture.clock.advance(by: .seconds(300))
        async let token = fixture.token()
        fixture.transport.release()
        #expect(try await token == "two")
    }

    @Test func renewsAShortTokenAtHalfItsLife() async throws {
        let fixture = try TokenFixture([.token("one", expiresIn: "60"), .token("two", expiresIn: "60")])
        for _ in 0..<3 { #expect(try await fixture.token() == "one") }
        fixture.clock.advance(by: .seconds(29))
        #expect(try await fixture.token() == "one")
        #expect(fixture.transport.requests.count == 1)
        fixture.clock.advance(by: .seconds(31))
        #expect(try await fixture.token() == "two")
    }

    @Test(arguments: ["3600", #""3600""#, "3600.0"])
    func readsTheLifetimeAsNumberOrText(text: String) async throws {
        let fixture = try TokenFixture([.token("one", expiresIn: text), .token("two")])
        _ = try await fixture.token()
        fixture.clock.advance(by: .seconds(3600))
        #expect(try await fixture.token() == "two")
    }

    @Test func sharesOneRequestAmongAllCallers() async throws {
        let fixture = try TokenFixture([.hold, .token("one")])
        let tokens = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await fixture.token() } }
            await fixture.transport.untilRequests(1)
            fixture.transport.release()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(tokens == Array(repeating: "one", count: 20))
        #expect(fixture.transport.requests.count == 1)
    }

    @Test func cancelsOnlyTheCallerThatWasCancelled() async throws {
        let fixture = try TokenFixture([.hold, .token("one")])
        let stays = Task { try await fixture.token() }
        await fixture.transport.untilRequests(1)
        let leaves = Task { await fixture.refusal() }
        leaves.cancel()
        #expect(await leaves.value == .transport(.cancelled))
        fixture.transport.release()
        #expect(try await stays.value == "one")
        #expect(fixture.transport.cancelled == 0)
    }

    @Test func cancelsTheRequestWhenNobodyWaitsAnyMore() async throws {
        let fixture = try TokenFixture([.hold, .token("one")])
        let caller = Task { await fixture.refusal() }
        await fixture.transport.untilRequests(1)
        caller.cancel()
        #expect(await caller.value == .transport(.cancelled))
        // The next one starts anew, whether the old request has ended or not.
        #expect(try await fixture.token() == "one")
        #expect(fixture.transport.requests.count == 2)
    }

    @Test func endsAPauseWhenItsCallerIsCancelled() async throws {
        let fixture = try TokenFixture([.answer(429, ["Retry-After": "60"], "")], sleeping: .waits)
        let caller = Task { await fixture.refusal() }
        await fixture.clock.untilSleeping()
        caller.cancel()
        #expect(await caller.value == .transport(.cancelled))
    }

    @Test func waitsAsLongAsTheServiceAsks() async throws {
        let fixture = try TokenFixture([
            .answer(429, ["Retry-After": "60", "Content-Type": "text/plain"], "Too Many Requests"),
            .answer(503, ["Retry-After": "Tue, 14 Nov 2023 22:15:20 GMT"], ""), .token("one"),
        ])
        #expect(try await fixture.token() == "one")
        // 22:13:20 + 60.5 s, then the date, each with half a second of jitter.
        #expect(fixture.clock.slept == [.seconds(60.5), .seconds(60.5)])
    }

    @Test func tellsTheCallerInsteadOfHangingWhenItIsAskedToWaitForLong() async throws {
        let fixture = try TokenFixture([
            .answer(429, ["Retry-After": "3600"], "Too Many Requests"), .token("one"),
        ])
        let first = await fixture.refusal()
        guard case .unavailable(let detail, let wait?) = first else { throw try #require(first) }
        #expect(detail == "status 429: no content type, 17 bytes: Too Many Requests")
        #expect(wait >= .seconds(3600))
        // Nor is the service asked again before its time.
        guard case .unavailable(_, _?) = await fixture.refusal() else { throw try #require(first) }
        #expect(fixture.transport.requests.count == 1 && fixture.clock.slept.isEmpty)
        fixture.clock.advance(by: .seconds(3601))
        #expect(try await fixture.token() == "one")
    }

    @Test func triesFiveTimesWithGrowingPausesThenTellsTheReason() async throws {
        let outage = ScriptedTransport.Step.answer(502, ["Content-Type": "text/html"], "<h1>Bad Gateway</h1>")
        let fixture = try TokenFixture(Array(repeating: outage, count: 5) + [.token("one")])
        #expect(
            await fixture.refusal()
                == .unavailable(
                    detail: "status 502: text/html, 20 bytes: <h1>Bad Gateway</h1>", retryAfter: nil))
        #expect(fixture.transport.requests.count == 5)
        #expect(fixture.clock.slept == [.seconds(0.5), .seconds(1), .seconds(2), .seconds(4)])
        #expect(try await fixture.token() == "one")
    }

    @Test func saysOfALongOutageOnceThatItBeganAndOnceThatItIsOver() async throws {
        let outage = ScriptedTransport.Step.answer(503, [:], "")
        let fixture = try TokenFixture(Array(repeating: outage, count: 20) + [.token("one")])
        for _ in 0..<4 {
            #expect(await fixture.refusal() != nil)
            fixture.clock.advance(by: .seconds(60))
        }
        #expect(try await fixture.token() == "one")
        let said = fixture.log.records.filter { $0.level >= .notice }.map(\.message)
        #expect(
            said == [
                "the token service gives no good answer, trying on", "the token service answers again",
            ])
    }

    @Test(arguments: [
        TransportError.nameNotResolved(host: "h", detail: "d"), .notConnected(host: "h", detail: "d"),
        .timedOut(host: "h", doing: "connecting", after: .seconds(20), detail: "d"),
        .broken(host: "h", detail: "d"),
        .proxy(detail: "d"),
    ])
    func triesAgainWhenTheNetworkFails(error: TransportError) async throws {
        let fixture = try TokenFixture([.fail(error), .fail(error), .token("one")])
        #expect(try await fixture.token() == "one")
    }

    @Test func givesUpAtOnceWhereAnotherTryCannotHelp() async throws {
        let untrusted = TransportError.notTrusted(host: "h", reason: "self-signed", detail: "d")
        let fixture = try TokenFixture([.fail(untrusted), .token("one")])
        #expect(await fixture.refusal() == .transport(untrusted))
        #expect(fixture.transport.requests.count == 1)
        let broken = try TokenFixture([.token("one")], signer: FixedSigner(refusal: SigningError("no")))
        #expect(await broken.refusal() == .signing(SigningError("no")))
        #expect(broken.transport.requests.isEmpty)
    }

    @Test func dropsATokenOnce() async throws {
        let fixture = try TokenFixture([.token("one"), .token("two"), .token("three")])
        let one = try await fixture.source.token()
        #expect(await !fixture.source.discard(one), "a new one could not differ")
        #expect(try await fixture.token() == "one")
        fixture.clock.advance(by: .seconds(300))
        #expect(await fixture.source.discard(one))
        #expect(await fixture.source.discard(one), "a second lane may retry too")
        let two = try await fixture.source.token()
        #expect(two.reveal() == "two")
        #expect(await fixture.source.discard(one), "and does not take the new one with it")
        #expect(try await fixture.token() == "two")
        #expect(await !fixture.source.discard(two))
        #expect(fixture.transport.requests.count == 2)
    }
}

extension TokenFixture {
    /// Returns once `count` failed renewals are in the log.
    func untilLogged(_ count: Int) async throws {
        for _ in 0..<5000
        where log.records.count(where: { $0.message.hasPrefix("token not renewed") }) < count {
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
