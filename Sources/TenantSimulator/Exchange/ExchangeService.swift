internal import FoundationEssentials
import Synchronization

/// Exchange Online's configuration, and what its front ends know of it: a change is enforced only when it has spread.
package final class ExchangeService: Sendable {
    let directory: Directory
    let clock: SimulatorClock
    let switches: SwitchBoard
    private let state: Mutex<State>

    private struct State {
        /// In order of time; the last one is what administrators see.
        var history: [Version]
        /// By service principal.
        var caches: [String: Cache] = [:]
        var requests: UInt64 = 0
    }

    private struct Version {
        var configuration: ExchangeConfiguration
        var made: Date
        var policyDelay: TimeInterval
        var assignmentDelay: TimeInterval
    }

    private struct Cache {
        var configuration: ExchangeConfiguration
        var loaded: Date
        var used: Date
    }

    package init(directory: Directory, clock: SimulatorClock, switches: SwitchBoard) {
        self.directory = directory
        self.clock = clock
        self.switches = switches
        let start = Version(
            configuration: ExchangeConfiguration(domain: directory.domain), made: .distantPast,
            policyDelay: 0,
            assignmentDelay: 0)
        state = Mutex(State(history: [start]))
    }

    /// What administrators see.
    package var configuration: ExchangeConfiguration {
        state.withLock { $0.history[$0.history.count - 1].configuration }
    }

    /// Makes a change that spreads from now on.
    package func change<Failure: Error, Result: Sendable>(
        _ change: (inout ExchangeConfiguration) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let now = clock.now
        let switches = switches.now
        return try state.withLock { state throws(Failure) in
            var configuration = state.history[state.history.count - 1].configuration
            let result = try change(&configuration)
            let version = Version(
                configuration: configuration, made: now, policyDelay: TimeInterval(switches.policyDelay),
                assignmentDelay: TimeInterval(switches.assignmentDelay))
            // What every front end has left behind is forgotten.
            let settled = state.history.lastIndex {
                $0.made + Swift.max($0.policyDelay, $0.assignmentDelay) <= now
            }
            state.history.removeFirst(settled ?? 0)
            if version.policyDelay == 0, version.assignmentDelay == 0 { state.history.removeAll() }
            state.history.append(version)
            return result
        }
    }

    /// What the front end that gets the next request enforces for the app of this service principal.
    package func model(for objectID: String) -> AccessModel {
        let now = clock.now
        let switches = switches.now
        return state.withLock { state in
            state.requests &+= 1
            var random = SeededGenerator(seed: state.requests)
            let frontEnd = Int(random.next() % UInt64(switches.frontEnds))
            let share = TimeInterval(frontEnd + 1) / TimeInterval(switches.frontEnds)
            let policies = state.history.last { $0.made + $0.policyDelay * share <= now }
            let assignments = state.history.last { $0.made + $0.assignmentDelay * share <= now }
            var assigned = (assignments ?? state.history[0]).configuration
            if switches.keepsBusyAppsCached {
                if let cache = state.caches[objectID], now.timeIntervalSince(cache.used) < 1_800,
                    now.timeIntervalSince(cache.loaded) < 7_200
                {
                    assigned = cache.configuration
                    state.caches[objectID]?.used = now
                } else {
                    state.caches[objectID] = Cache(configuration: assigned, loaded: now, used: now)
                }
            }
            return AccessModel(
                policies: (policies ?? state.history[0]).configuration, assignments: assigned,
                countsNestedGroups: switches.policiesCountNestedGroups)
        }
    }
}
