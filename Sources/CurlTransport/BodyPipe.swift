internal import MailscopeKit
internal import Synchronization

/// A bounded buffer between the loop, which fills it, and one consumer, which empties it.
final class BodyPipe: Sendable {
    typealias Piece = Result<[UInt8]?, TransportError>

    enum Push {
        case taken
        /// Nothing was taken: pause until ``isFull`` turns false.
        case full
        /// Nobody will read on.
        case abandoned
    }

    private struct State {
        var buffer: [UInt8] = []
        var isFull = false
        var waiter: CheckedContinuation<Piece, Never>?
        var end: Result<Void, TransportError>?
    }

    /// From so many bytes on the pipe takes no more; one push of libcurl may go over it.
    static let limit = 256 << 10

    private let state = Mutex(State())

    /// True from a push that was not taken until the consumer has emptied the buffer.
    var isFull: Bool { state.withLock { $0.isFull } }

    func push(_ bytes: UnsafeRawBufferPointer) -> Push {
        let waiter: CheckedContinuation<Piece, Never>?
        switch state.withLock({ state -> (Push, CheckedContinuation<Piece, Never>?) in
            if state.end != nil { return (.abandoned, nil) }
            if let waiter = state.waiter {
                state.waiter = nil
                return (.taken, waiter)
            }
            guard state.buffer.count < Self.limit else {
                state.isFull = true
                return (.full, nil)
            }
            state.buffer.append(contentsOf: bytes)
            return (.taken, nil)
        }) {
        case (let push, nil): return push
        case (_, let found): waiter = found
        }
        waiter?.resume(returning: .success(Array(bytes)))
        return .taken
    }

    /// The end of the body, or why there is none; after what is buffered. Only the first counts.
    func finish(_ end: Result<Void, TransportError>) {
        let waiter = state.withLock { state -> CheckedContinuation<Piece, Never>? in
            guard state.end == nil else { return nil }
            state.end = end
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: end.map { nil })
    }

    /// Drops what is left. A body that was not read to its end then ends with an error, never as if it were whole.
    func abandon() {
        let waiter = state.withLock { state -> CheckedContinuation<Piece, Never>? in
            if case .success = state.end, state.buffer.isEmpty { return nil }
            state.end = .failure(.cancelled)
            state.buffer = []
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: .failure(.cancelled))
    }

    /// Resumes with the next piece as soon as there is one.
    ///
    /// - Returns: true where the loop must be told that there is room again.
    func take(_ continuation: CheckedContinuation<Piece, Never>) -> Bool {
        var answer: Piece?
        let wakes = state.withLock { state -> Bool in
            if !state.buffer.isEmpty {
                answer = .success(state.buffer)
                state.buffer = []
            } else if let end = state.end {
                answer = end.map { nil }
            } else if state.waiter != nil {
                answer = .failure(.invalidRequest(detail: "two callers read one body"))
            } else {
                state.waiter = continuation
            }
            defer { state.isFull = false }
            return state.isFull
        }
        if let answer { continuation.resume(returning: answer) }
        return wakes
    }
}
