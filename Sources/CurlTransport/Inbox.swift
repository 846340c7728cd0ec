internal import Synchronization

/// Orders that wait for the loop. Once sealed it takes none, so that none can be lost.
final class Inbox: Sendable {
    private let orders = Mutex<[Order]?>([])
    private let closing = Atomic(false)

    /// False where the loop has ended.
    func push(_ order: Order) -> Bool {
        orders.withLock {
            $0?.append(order)
            return $0 != nil
        }
    }

    func drain() -> [Order] {
        orders.withLock {
            guard let all = $0, !all.isEmpty else { return [] }
            $0 = []
            return all
        }
    }

    /// Asks the loop to end.
    func close() { closing.store(true, ordering: .releasing) }
    var isClosing: Bool { closing.load(ordering: .acquiring) }

    /// The orders that came too late to start; later pushes fail.
    func seal() -> [Order] {
        orders.withLock {
            let rest = $0 ?? []
            $0 = nil
            return rest
        }
    }
}
