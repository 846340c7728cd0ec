internal import CLinux
internal import Glibc
internal import Synchronization

/// The signals a daemon is steered by.
package enum Signal: Int32, Sendable, CaseIterable {
    case hangUp = 1
    case interrupt = 2
    case terminate = 15
}

/// Signals as a stream. They belong to the process, so what is kept here does too.
package enum Signals {
    /// The signals as they come, until the stream is dropped or its task is cancelled; then their default action is
    /// back, unless another stream wants them. A SIGHUP that was ignored from the start (nohup) stays so and never comes.
    package static func stream(of wanted: Set<Signal> = Set(Signal.allCases)) -> AsyncStream<Signal> {
        AsyncStream { continuation in
            let id = hub.add(wanted, continuation)
            continuation.onTermination = { _ in hub.remove(id) }
        }
    }

    /// From now on to the end of the process these do nothing by themselves; streams hear of them.
    package static func disarm(_ signals: Set<Signal>) {
        _ = hub.add(
            signals, AsyncStream<Signal>.makeStream(bufferingPolicy: .bufferingNewest(0)).continuation)
    }

    /// Makes a write to a closed pipe an error of the write. First thing in a program.
    package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    private static let hub = SignalHub()
}

/// Who listens to which signal. One thread reads what the handler writes into a pipe.
private final class SignalHub: Sendable {
    private struct Listener {
        let wanted: Set<Signal>
        let continuation: AsyncStream<Signal>.Continuation
    }
    private struct State {
        var listeners: [Int: Listener] = [:]
        var nextID = 0
        /// What was in force before the first listener came.
        var before: [Signal: sigaction] = [:]
    }
    private let state = Mutex(State())

    init() {
        var ends: [Int32] = [-1, -1]
        let code = linux_pipe2(&ends, O_CLOEXEC)
        precondition(code == 0, "no pipe for signals: \(SystemErrorCode.last)")
        // A handler must not wait: with a full pipe there is enough to read anyway.
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        signalPipe = ends[1]
        let reader = ends[0]
        let isStarted = HostThread.start(name: "signals") { [self] in
            while true {
                var number: UInt8 = 0
                let count = Glibc.read(reader, &number, 1)
                if count == 1, let signal = Signal(rawValue: Int32(number)) { tell(signal) }
                if count == 0 || (count < 0 && errno != EINTR) { return }
            }
        }
        precondition(isStarted, "the system gives no thread for signals")
    }

    func add(_ wanted: Set<Signal>, _ continuation: AsyncStream<Signal>.Continuation) -> Int {
        state.withLock { state in
            let id = state.nextID
            state.nextID += 1
            state.listeners[id] = Listener(wanted: wanted, continuation: continuation)
            for signal in wanted where state.before[signal] == nil {
                var action = sigaction()
                action.__sigaction_handler.sa_handler = writeSignal
                action.sa_flags = Int32(SA_RESTART)
                var before = sigaction()
                sigaction(signal.rawValue, nil, &before)
                if signal == .hangUp, isIgnored(before) { continue }
                sigaction(signal.rawValue, &action, nil)
                state.before[signal] = before
            }
            return id
        }
    }

    func remove(_ id: Int) {
        state.withLock { state in
            guard let gone = state.listeners.removeValue(forKey: id) else { return }
            for signal in gone.wanted
            where !state.listeners.values.contains(where: { $0.wanted.contains(signal) }) {
                guard var before = state.before.removeValue(forKey: signal) else { continue }
                sigaction(signal.rawValue, &before, nil)
            }
        }
    }

    private func tell(_ signal: Signal) {
        let listeners = state.withLock { $0.listeners.values.filter { $0.wanted.contains(signal) } }
        for listener in listeners { listener.continuation.yield(signal) }
    }
}

/// The end of the pipe that the handler writes to; set once, before the first handler is.
private nonisolated(unsafe) var signalPipe: Int32 = -1

private func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
}

/// Runs inside a signal: nothing but write(2), and errno as it was.
private func writeSignal(_ number: Int32) {
    let before = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalPipe, &byte, 1)
    errno = before
}
