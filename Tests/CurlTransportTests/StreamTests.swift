import CurlTransport
import Glibc
import MailscopeKit
import TenantSimulator
import TestSupport
import Testing

/// Bytes that differ from place to place, so that a lost or doubled piece is seen.
@Sendable private func pattern(_ range: Range<Int>) -> [UInt8] {
    range.map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8 ^ $0 >> 16) }
}

@Suite(.timeLimit(.minutes(20))) struct StreamTests {
    @Test func headComesBeforeTheBody() async throws {
        try await withTransport { _ in
            ServerResponse(
                status: 206, headers: [("x-a", "b")], body: .text("0123456789"),
                delivery: .whole.stalled(after: 4, for: .seconds(600)))
        } _: { fixture async throws in
            let stream = try await fixture.transport.open(fixture.get())
            #expect(stream.head.status == 206)
            #expect(stream.head.headers["X-A"] == "b")
            var bytes: [UInt8] = []
            while bytes.count < 4, let piece = try await stream.next() { bytes += piece }
            #expect(bytes == Array("0123".utf8))
        }
    }

    @Test func anEmptyBodyEndsAtOnce() async throws {
        try await withTransport { _ in
            ServerResponse(status: 404)
        } _: { fixture async throws in
            let stream = try await fixture.transport.open(fixture.get())
            #expect(stream.head.status == 404)
            #expect(try await stream.next() == nil)
        }
    }

    @Test func bytesArriveInOrderThroughPauses() async throws {
        let count = 3 << 20
        try await withTransport { _ in
            ServerResponse(status: 200, body: .generated(count: count, pattern))
        } _: { fixture async throws in
            let stream = try await fixture.transport.open(fixture.get())
            var position = 0
            while let piece = try await stream.next() {
                #expect(piece.count <= 272 << 10)
                guard piece == pattern(position..<(position + piece.count)) else {
                    Issue.record("wrong bytes at \(position)")
                    break
                }
                position += piece.count
                if position % 7 == 0 { try await Task.sleep(for: .milliseconds(1)) }
            }
            #expect(position == count)
        }
    }

    /// In a process of its own, where no other test takes memory. AddressSanitizer keeps what is freed.
    @Test(.disabled(if: getenv("ASAN_OPTIONS") != nil, "memory means nothing under AddressSanitizer"))
    func aLargeBodyNeverStandsInMemory() async throws {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardOutputContent]
        ) {
            try await withTransport { request in
                let count = request.target == "/large" ? 150_000_000 : 1_000_000
                return ServerResponse(
                    status: 200, body: .generated(count: count) { [UInt8](repeating: 9, count: $0.count) })
            } _: { fixture async throws in
                // Whatever is made once is made.
                _ = try await collect(fixture.transport.open(fixture.get("/small")))
                let before = residentMemory()
                resetPeakMemory()
                let stream = try await fixture.transport.open(fixture.get("/large"))
                var (count, pieces) = (0, 0)
                while let piece = try await stream.next() {
                    count += piece.count
                    pieces += 1
                    if pieces.isMultiple(of: 50) { try await Task.sleep(for: .milliseconds(5)) }
                }
                let growth = peakMemory() - before
                print("150 MB streamed to a slow consumer: \(growth / 1_024) KiB more memory at the peak")
                precondition(count == 150_000_000 && growth < 16 << 20)
            }
        }
        let lines = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self).split(
            separator: "\n")
        for line in lines where line.hasPrefix("150 MB") { print(line) }
    }

    @Test func closingEndsTheTransfer() async throws {
        try await withTransport { _ in
            ServerResponse(
                status: 200, body: .generated(count: 1 << 40) { [UInt8](repeating: 9, count: $0.count) })
        } _: { fixture async throws in
            let stream = try await fixture.transport.open(fixture.get())
            _ = try await stream.next()
            stream.close()
            #expect(await failure(stream.next) == .cancelled)
            try await fixture.test.waits(forConnections: 0)
        }
    }

    @Test func droppingEndsTheTransfer() async throws {
        try await withTransport { _ in
            ServerResponse(
                status: 200, body: .generated(count: 1 << 40) { [UInt8](repeating: 9, count: $0.count) })
        } _: { fixture async throws in
            do {
                let stream = try await fixture.transport.open(fixture.get())
                _ = try await stream.next()
            }
            try await fixture.test.waits(forConnections: 0)
        }
    }

    @Test func aBodyThatWasNotReadIsNotWholeAfterClosing() async throws {
        try await withTransport { _ in
            ServerResponse(status: 200, body: .text("0123456789"))
        } _: { fixture async throws in
            let stream = try await fixture.transport.open(fixture.get())
            // The transfer is over when the connection has served another request.
            _ = try await fixture.transport.send(fixture.get())
            stream.close()
            #expect(await failure(stream.next) == .cancelled)
        }
    }

    @Test func manyStreamsAtOnceWithSlowReaders() async throws {
        let count = 500_000
        try await withTransport { _ in
            ServerResponse(status: 200, body: .generated(count: count, pattern))
        } _: { fixture async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        let stream = try await fixture.transport.open(fixture.get())
                        var total = 0
                        while let piece = try await stream.next() {
                            total += piece.count
                            await Task.yield()
                        }
                        return total
                    }
                }
                for try await total in group { #expect(total == count) }
            }
        }
    }
}
