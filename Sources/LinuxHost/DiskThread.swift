/// Runs work that blocks (files, children) away from the cooperative pool, which has only as many threads as
/// the machine has cores.
///
/// The threads end when the last reference is dropped and their work is done; every signal is blocked in them.
package final class DiskThread: Sendable {
    private let queue = WorkQueue()

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - name: as debuggers show it, at most 15 bytes.
    ///   - count: how many pieces of work may run at once; with 1 they run in the order they came.
    package init(name: String = "disk", count: Int = 1) {
        for _ in 0..<max(1, count) { Self.start(name: name, serving: queue) }
    }

    deinit { queue.close() }

    /// Runs `body` on a thread of its own and returns what it gives. It cannot be cancelled once it runs.
    package func run<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
        await withCheckedContinuation { continuation in
            queue.append { continuation.resume(returning: body()) }
        }
    }

    /// Runs `body` on a thread of its own.
    ///
    /// - Throws: what `body` throws.
    package func attempt<T: Sendable, E: Error>(
        _ body: @escaping @Sendable () throws(E) -> T
    ) async throws(E) -> T {
        let result: Result<T, E> = await run {
            do throws(E) { return .success(try body()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private static func start(name: String, serving queue: WorkQueue) {
        let isStarted = HostThread.start(name: name) {
            while let work = queue.next() { work() }
        }
        precondition(isStarted, "the system gives no thread; nothing could go on without")
    }
}
