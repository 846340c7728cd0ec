import CurlTransport
import Glibc
import MailscopeKit
import TenantSimulator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct WireFaultTests {
    private static let body = [UInt8](repeating: 7, count: 100_000)

    @Test(arguments: [
        Delivery.whole.dropped(),
        .whole.dropped(byReset: true),
        .whole.garbled(),
        .whole.cut(after: 0),
        .whole.cut(after: 50_000),
        .whole.cut(after: 99_999),
        .whole.cut(after: 50_000, byReset: true),
        .whole.claiming(length: 100_001),
        .whole.chunked().cut(after: 50_000),
        .whole.chunked().cut(after: 100_000),
        .whole.chunked().cut(after: 100_000, byReset: true),
    ])
    func aBrokenAnswerIsAnError(delivery: Delivery) async throws {
        try await withTransport { _ in
            ServerResponse(status: 200, body: .bytes(Self.body), delivery: delivery)
        } _: { fixture async throws in
            let whole = await failure { try await fixture.transport.send(fixture.get()) }
            let streamed = await failure { try await collect(fixture.transport.open(fixture.get())) }
            for error in [whole, streamed] {
                guard case .broken(let host, let detail) = error else { throw error ?? .cancelled }
                #expect(host.hasPrefix("localhost:"))
                #expect(!detail.isEmpty)
                #expect(error?.isTransient == true)
            }
        }
    }

    /// It ends like one that was cut off; JSON tells by itself, a stream cannot.
    @Test func aStreamThatDoesNotSayWhereItEndsIsAnError() async throws {
        for delivery in [Delivery.whole.unmeasured(), .whole.unmeasured().cut(after: 50_000)] {
            try await withTransport { _ in
                ServerResponse(status: 200, body: .bytes(Self.body), delivery: delivery)
            } _: { fixture async throws in
                guard
                    case .broken(_, let detail) = await failure({
                        try await collect(fixture.transport.open(fixture.get()))
                    })
                else { throw TransportError.cancelled }
                #expect(detail == "the answer does not say where it ends")
            }
        }
    }

    @Test(arguments: [
        Delivery.whole.chunked(),
        .whole.closing(),
        .whole.trickled(30_000, every: .milliseconds(1)),
        .whole.stalled(after: 1, for: .milliseconds(20)),
        .whole.delayed(by: .milliseconds(20)),
    ])
    func aSlowOrChunkedAnswerIsWhole(delivery: Delivery) async throws {
        try await withTransport { _ in
            ServerResponse(status: 200, body: .bytes(Self.body), delivery: delivery)
        } _: { fixture async throws in
            #expect(try await fixture.transport.send(fixture.get()).body == Self.body)
            #expect(try await collect(fixture.transport.open(fixture.get())) == Self.body)
        }
    }

    @Test func aBodyInCompressionThatBreaksIsAnError() async throws {
        try await withTransport { _ in
            ServerResponse(
                status: 200, headers: [("Content-Encoding", "gzip")],
                body: .bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 255, 255]))
        } _: { fixture async throws in
            guard case .broken = await failure({ try await fixture.transport.send(fixture.get()) }) else {
                throw TransportError.cancelled
            }
        }
    }

    @Test func nobodyListens() async throws {
        let transport = try CurlTransport(CurlConfiguration(version: "test"))
        let error = await failure { try await transport.send(HTTPRequest(url: "https://127.0.0.1:1/")) }
        guard case .notConnected(let host, let detail) = error else { throw error ?? .cancelled }
        #expect(host == "127.0.0.1:1")
        #expect(detail.contains("127.0.0.1 port 1"))
    }

    @Test func noSuchName() async throws {
        let transport = try CurlTransport(CurlConfiguration(version: "test"))
        // A label that is too long is refused by the resolver itself, without a question to the network.
        let name = String(repeating: "a", count: 64) + ".invalid"
        let error = await failure { try await transport.send(HTTPRequest(url: "https://\(name)/")) }
        guard case .nameNotResolved(let host, let detail) = error else { throw error ?? .cancelled }
        #expect(host == name)
        #expect(detail.contains(name))
    }

    @Test func aHeadHasBounds() async throws {
        try await withTransport { request in
            let value = String(repeating: "a", count: 1_000)
            let count = request.target == "/many" ? 201 : 66
            let fields = (1...count).map { ("x-\($0)", request.target == "/many" ? "a" : value) }
            return ServerResponse(status: 200, headers: fields)
        } _: { fixture async throws in
            let large = await failure { try await fixture.transport.send(fixture.get("/large")) }
            #expect(large == .tooLarge(host: "localhost:\(fixture.test.server.port)", limit: 65_536))
            guard
                case .broken(_, let detail) = await failure({
                    try await fixture.transport.open(fixture.get("/many"))
                })
            else { throw TransportError.cancelled }
            #expect(detail == "more than 200 header fields")
        }
    }

    @Test func aWholeBodyHasABound() async throws {
        try await withTransport { _ in
            ServerResponse(status: 200, body: .bytes(Self.body))
        } _: { fixture async throws in
            var request = fixture.get()
            request.bodyLimit = 100_000
            #expect(try await fixture.transport.send(request).body.count == 100_000)
            request.bodyLimit = 99_999
            let error = await failure { try await fixture.transport.send(request) }
            #expect(error == .tooLarge(host: "localhost:\(fixture.test.server.port)", limit: 99_999))
            // A stream has none.
            #expect(try await collect(fixture.transport.open(request)).count == 100_000)
        }
    }

    @Test func aBombIsCut() async throws {
        let bomb = zeros(repeats: 250_000)
        #expect(bomb.count < 500_000)
        try await withTransport { _ in
            ServerResponse(status: 200, headers: [("Content-Encoding", "gzip")], body: .bytes(bomb))
        } _: { fixture async throws in
            let error = await failure { try await fixture.transport.send(fixture.get()) }
            #expect(error == .tooLarge(host: "localhost:\(fixture.test.server.port)", limit: 8 << 20))
        }
    }
}

/// 258 zeros and so many times 258 again, as gzip: every repeat is 13 bits. Source: RFC 1951 §3.2.6.
private func zeros(repeats: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    var rest: UInt32 = 0
    var count = 0
    // Bits go into a byte from its lowest up.
    func append(_ bits: String) {
        for bit in bits {
            if bit == "1" { rest |= 1 << UInt32(count) }
            count += 1
            if count == 8 {
                bytes.append(UInt8(rest))
                (rest, count) = (0, 0)
            }
        }
    }
    append("1" + "10")  // the last block, with the fixed codes
    append("00110000")  // the literal 0
    for _ in 0...repeats { append("11000101" + "00000") }  // 258 bytes from one byte back
    append("0000000" + "0000000")  // the end
    return bytes
}
