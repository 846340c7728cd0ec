import CurlTransport
import MailscopeKit
import TenantSimulator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct CancellationTests {
    private let slow: @Sendable (ServerRequest) -> ServerResponse = { request in
        ServerResponse(
            status: 200, body: .text("0123456789"),
            delivery: request.target == "/slow"
                ? .whole.delayed(by: .seconds(600)) : .whole.stalled(after: 5, for: .seconds(600)))
    }

    @Test(arguments: ["/slow", "/stalls"])
    func endsATransferThatRuns(path: String) async throws {
        try await withTransport(answer: slow) { fixture async throws in
            let task = Task { try await fixture.transport.send(fixture.get(path)) }
            try await fixture.test.waits(forConnections: 1)
            task.cancel()
            #expect(await failure { try await task.value } == .cancelled)
            try await fixture.test.waits(forConnections: 0)
        }
    }

    @Test func refusesToStartInACancelledTask() async throws {
        try await withTransport(answer: slow) { fixture async throws in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await fixture.transport.send(fixture.get("/slow"))
            }
            #expect(await failure { try await task.value } == .cancelled)
            #expect(fixture.transport.connectionsOpened == 0)
        }
    }

    @Test func endsAReaderThatWaits() async throws {
        try await withTransport(answer: slow) { fixture async throws in
            let stream = try await fixture.transport.open(fixture.get())
            #expect(try await stream.next()?.count == 5)
            let task = Task { try await stream.next() }
            await Task.yield()
            task.cancel()
            #expect(await failure { try await task.value } == .cancelled)
            #expect(await failure(stream.next) == .cancelled)
        }
    }

    @Test func closingEndsEverything() async throws {
        try await withTransport(answer: slow) { fixture async throws in
            let stream = try await fixture.transport.open(fixture.get())
            let reader = Task {
                _ = try await stream.next()
                return try await stream.next()
            }
            let tasks = (0..<10).map { _ in Task { try await fixture.transport.send(fixture.get("/slow")) } }
            try await fixture.test.waits(forConnections: 11)
            fixture.transport.close()
            for task in tasks { #expect(await failure { try await task.value } == .cancelled) }
            #expect(await failure { try await reader.value } == .cancelled)
            #expect(await failure { try await fixture.transport.send(fixture.get()) } == .cancelled)
            #expect(await failure { try await fixture.transport.open(fixture.get()) } == .cancelled)
        }
    }

    @Test func survivesCancellingAtAnyMoment() async throws {
        try await withTransport { _ in
            ServerResponse(
                status: 200, body: .generated(count: 400_000) { [UInt8](repeating: 1, count: $0.count) })
        } _: { fixture async throws in
            for number in 0..<200 {
                let task = Task {
                    if number.isMultiple(of: 2) {
                        return try await fixture.transport.send(fixture.get()).body.count
                    }
                    return try await collect(fixture.transport.open(fixture.get())).count
                }
                try await Task.sleep(for: .microseconds(Int.random(in: 0...3_000)))
                task.cancel()
                switch await task.result {
                case .success(let count): #expect(count == 400_000)
                case .failure(let error): #expect(error as? TransportError == .cancelled)
                }
            }
            #expect(try await fixture.transport.send(fixture.get()).body.count == 400_000)
        }
    }
}
