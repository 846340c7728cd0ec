package import FoundationEssentials

/// The time of the world outside. Passed in, so that tests can advance it.
package protocol HostClock: Sendable {
    /// The wall clock. May step; use ``uptime`` to measure.
    var now: Date { get }
    /// Time since some fixed moment; never steps back.
    var uptime: Duration { get }
    /// Returns after `duration`.
    ///
    /// - Throws: ``CancellationError`` when the task is cancelled meanwhile.
    func sleep(for duration: Duration) async throws(CancellationError)
}

/// The host's own clock.
package struct SystemClock: HostClock {
    private let start = ContinuousClock.now

    package init() {}

    package var now: Date { Date() }
    package var uptime: Duration { ContinuousClock.now - start }
    package func sleep(for duration: Duration) async throws(CancellationError) {
        do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
    }
}
