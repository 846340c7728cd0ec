import CurlTransport
import MailscopeKit
import TenantSimulator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct DeadlineTests {
    private func answering(
        _ delivery: Delivery,
        count: Int = 100,
        _ body: (Fixture) async throws -> Void
    ) async throws {
        let bytes = [UInt8](repeating: 1, count: count)
        try await withTransport { _ in
            ServerResponse(status: 200, body: .bytes(bytes), delivery: delivery)
        } _: {
            try await body($0)
        }
    }

    @Test func silenceBeforeTheAnswer() async throws {
        try await answering(.whole.delayed(by: .seconds(600))) { fixture async throws in
            let deadlines = HTTPDeadlines(stall: .milliseconds(200))
            let error = await failure { try await fixture.transport.send(fixture.get(deadlines: deadlines)) }
            guard case .timedOut(_, let doing, let after, let detail) = error else {
                throw error ?? .cancelled
            }
            #expect(doing == "waiting for the answer")
            #expect(after == .milliseconds(200))
            #expect(detail == "no byte came or went")
        }
    }

    @Test func silenceWithinTheBody() async throws {
        try await answering(.whole.stalled(after: 50, for: .seconds(600))) { fixture async throws in
            let request = fixture.get(deadlines: HTTPDeadlines(stall: .seconds(2)))
            guard
                case .timedOut(_, let doing, _, _) = await failure({
                    try await fixture.transport.send(request)
                })
            else { throw TransportError.cancelled }
            #expect(doing == "receiving the answer")
            let stream = try await fixture.transport.open(request)
            #expect(try await stream.next()?.count == 50)
            guard
                case .timedOut(_, "receiving the answer", .seconds(2), _) = await failure(stream.next)
            else { throw TransportError.cancelled }
        }
    }

    @Test func slowButAliveIsNoSilence() async throws {
        try await answering(.whole.trickled(4, every: .milliseconds(150))) { fixture async throws in
            let deadlines = HTTPDeadlines(stall: .seconds(2))
            let answer = try await fixture.transport.send(fixture.get(deadlines: deadlines))
            #expect(answer.body.count == 100)
        }
    }

    @Test func theWholeHasADeadlineHoweverAlive() async throws {
        try await answering(.whole.trickled(1, every: .milliseconds(20)), count: 100_000) {
            fixture async throws in
            let request = fixture.get(deadlines: HTTPDeadlines(whole: .seconds(1)))
            for error in [
                await failure({ try await fixture.transport.send(request) }),
                await failure({ try await collect(fixture.transport.open(request)) }),
            ] {
                guard case .timedOut(_, _, .seconds(1), let detail) = error else { throw error ?? .cancelled }
                #expect(detail == "the whole request took longer")
            }
        }
    }

    @Test func aConsumersPauseIsNoSilence() async throws {
        try await answering(.whole, count: 3 << 20) { fixture async throws in
            let request = fixture.get(deadlines: HTTPDeadlines(stall: .milliseconds(300)))
            let stream = try await fixture.transport.open(request)
            var count = try await stream.next()?.count ?? 0
            try await Task.sleep(for: .seconds(1))
            while let piece = try await stream.next() { count += piece.count }
            #expect(count == 3 << 20)
        }
    }

    @Test func aConsumersPauseCountsForTheWhole() async throws {
        try await answering(.whole, count: 30 << 20) { fixture async throws in
            let request = fixture.get(deadlines: HTTPDeadlines(whole: .seconds(1)))
            let error = await failure {
                let stream = try await fixture.transport.open(request)
                try await Task.sleep(for: .milliseconds(1_500))
                _ = try await collect(stream)
            }
            guard case .timedOut(_, _, .seconds(1), _) = error else { throw error ?? .cancelled }
        }
    }

    @Test func connecting() async throws {
        // Connections are accepted by the system, and nobody ever speaks.
        let silent = try SilentListener()
        let transport = try CurlTransport(CurlConfiguration(version: "test"))
        let url = "https://127.0.0.1:\(silent.port)/"
        let request = HTTPRequest(url: url, deadlines: HTTPDeadlines(connect: .seconds(1)))
        let error = await failure { try await transport.send(request) }
        guard case .timedOut(let host, let doing, let after, let detail) = error else {
            throw error ?? .cancelled
        }
        #expect(host == "127.0.0.1:\(silent.port)")
        #expect(doing == "in the TLS handshake")
        #expect(after == .seconds(1))
        #expect(!detail.isEmpty)
    }
}
