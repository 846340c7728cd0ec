/// A body that keeps its lane of the gate while it arrives: the service counts it as in flight that long.
final class LaneStream: HTTPBodyStream {
    private let stream: any HTTPBodyStream
    private let lane: GateLane

    init(_ stream: any HTTPBodyStream, lane: GateLane) {
        self.stream = stream
        self.lane = lane
    }

    var head: HTTPResponseHead { stream.head }

    func next() async throws(TransportError) -> [UInt8]? {
        do {
            if let piece = try await stream.next() { return piece }
        } catch {
            lane.release()
            throw error
        }
        lane.release()
        return nil
    }

    func close() {
        stream.close()
        lane.release()
    }
}
