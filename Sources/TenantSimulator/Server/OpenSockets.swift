import Glibc
internal import Synchronization

/// The sockets of one server. A socket's number is closed only here, under the lock, so that ``shutDown()`` never
/// touches a number that the system has given to somebody else meanwhile.
final class OpenSockets: Sendable {
    private struct State {
        var listener: Int32
        var connections: Set<Int32> = []
        var isClosed = false
    }
    private let state: Mutex<State>

    init(listener: Int32) { state = Mutex(State(listener: listener)) }

    var isClosed: Bool { state.withLock { $0.isClosed } }
    var count: Int { state.withLock { $0.connections.count } }

    /// Takes a new connection over; false, and closed at once, where the server is closed.
    func add(_ connection: Int32) -> Bool {
        state.withLock {
            if $0.isClosed {
                close(connection)
                return false
            }
            $0.connections.insert(connection)
            return true
        }
    }

    func remove(_ connection: Int32) {
        state.withLock {
            $0.connections.remove(connection)
            _ = close(connection)
        }
    }

    /// Called by the accepting thread as its last act.
    func removeListener() {
        state.withLock {
            _ = close($0.listener)
            $0.listener = -1
        }
    }

    /// Wakes every thread that waits on one of the sockets; each then closes its own.
    func shutDown() {
        state.withLock {
            guard !$0.isClosed else { return }
            $0.isClosed = true
            shutdown($0.listener, Int32(SHUT_RDWR))
            for connection in $0.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }
}
