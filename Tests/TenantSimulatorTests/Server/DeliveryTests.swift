import TenantSimulator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct DeliveryTests {
    /// What goes over the wire for a body of `0123456789` until the server closes.
    private func wire(_ delivery: Delivery, _ body: ServerBody = .text("0123456789")) async throws -> String {
        try await withServer { _ in
            ServerResponse(status: 200, body: body, delivery: delivery)
        } _: { test in
            let client = try RawTLSClient(port: test.server.port)
            try client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return client.receiveAll()
        }
    }

    @Test(arguments: [
        (Delivery.whole, "Content-Length: 10\r\nConnection: close\r\n\r\n0123456789"),
        (.whole.cut(after: 4), "Content-Length: 10\r\n\r\n0123"),
        (.whole.cut(after: 4, byReset: true), "Content-Length: 10\r\n\r\n0123"),
        (.whole.cut(after: 0), "Content-Length: 10\r\n\r\n"),
        (.whole.claiming(length: 12), "Content-Length: 12\r\n\r\n0123456789"),
        (.whole.claiming(length: 3), "Content-Length: 3\r\n\r\n0123456789"),
        (
            .whole.chunked(),
            "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\na\r\n0123456789\r\n0\r\n\r\n"
        ),
        (.whole.chunked().cut(after: 99), "Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n"),
        (.whole.chunked().cut(after: 2), "Transfer-Encoding: chunked\r\n\r\n2\r\n01\r\n"),
        (
            .whole.chunked().trickled(4, every: .milliseconds(1)).closing(),
            "Connection: close\r\n\r\n4\r\n0123\r\n4\r\n4567\r\n2\r\n89\r\n0\r\n\r\n"
        ),
        (
            .whole.stalled(after: 3, for: .milliseconds(1)).trickled(7, every: .milliseconds(1)),
            "Connection: close\r\n\r\n0123456789"
        ),
        (.whole.stalled(after: 99, for: .milliseconds(1)), "Connection: close\r\n\r\n0123456789"),
        (.whole.delayed(by: .milliseconds(1)).garbled(), "this is no HTTP\r\n\r\n"),
    ])
    func putsOnTheWire(delivery: Delivery, ending: String) async throws {
        let sent = try await wire(delivery)
        #expect(sent.hasSuffix(ending), "\(sent)")
    }

    @Test func dropsInsteadOfAnswering() async throws {
        #expect(try await wire(.whole.dropped()) == "")
        #expect(try await wire(.whole.dropped(byReset: true)) == "")
    }

    @Test func makesALargeBodyPieceByPiece() async throws {
        let body = ServerBody.generated(count: 1_000_000) { range in
            range.count <= 65_536 ? range.map { UInt8(97 + $0 % 26) } : []
        }
        let sent = try await wire(.whole, body)
        let received = sent.split(separator: "\r\n\r\n", maxSplits: 1).last ?? ""
        #expect(received.utf8.count == 1_000_000)
        #expect(received.utf8.enumerated().allSatisfy { $0.element == UInt8(97 + $0.offset % 26) })
    }
}
