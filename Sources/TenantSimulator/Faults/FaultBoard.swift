import Synchronization

/// The faults that are switched on. They may be changed while requests are answered.
package final class FaultBoard: Sendable {
    private let state: Mutex<State>

    private struct State {
        var rules: [(id: Int, rule: FaultRule, hits: Int)] = []
        var last = 0
        var random: SeededGenerator
    }

    /// What rules look at.
    struct Subject {
        let method: String
        let target: String
        let appID: String?
        /// All names of the mailbox asked for, in lower case.
        let mailboxNames: Set<String>
    }

    package init(seed: UInt64) { state = Mutex(State(random: SeededGenerator(seed: seed))) }

    /// Whether no fault is switched on.
    var isEmpty: Bool { state.withLock { $0.rules.isEmpty } }

    /// Switches a fault on.
    ///
    /// - Returns: the id by which it is cleared.
    @discardableResult
    package func add(_ rule: FaultRule) -> Int {
        state.withLock { state in
            state.last += 1
            state.rules.append((state.last, rule, 0))
            return state.last
        }
    }

    /// Switches one fault off, or all of them.
    package func clear(_ id: Int? = nil) {
        state.withLock { state in state.rules.removeAll { id == nil || $0.id == id } }
    }

    /// How many requests the fault has met; nil after it was cleared.
    package func hits(_ id: Int) -> Int? { state.withLock { $0.rules.first { $0.id == id }?.hits } }

    /// The faults for one request. A rule whose fault `wanted` refuses is left alone: its count stays.
    func faults(for subject: Subject, where wanted: (Fault) -> Bool) -> [Fault] {
        state.withLock { state in
            var faults: [Fault] = []
            for index in state.rules.indices {
                let rule = state.rules[index].rule
                guard wanted(rule.fault), rule.matches(subject), state.rules[index].hits < rule.count ?? .max
                else {
                    continue
                }
                if rule.probability < 1, Double.random(in: 0..<1, using: &state.random) >= rule.probability {
                    continue
                }
                state.rules[index].hits += 1
                faults.append(rule.fault)
            }
            return faults
        }
    }

    /// A duration of up to `limit`.
    func jitter(_ limit: Duration) -> Duration {
        limit * state.withLock { Double.random(in: 0...1, using: &$0.random) }
    }

    var json: JSONValue {
        .array(
            state.withLock(\.rules).map { id, rule, hits in
                .members([
                    ("id", .integer(id)), ("kind", .string(rule.fault.kind)), ("hits", .integer(hits)),
                    ("count", rule.count.map { .integer($0) }),
                ])
            })
    }
}

extension FaultRule {
    fileprivate func matches(_ subject: FaultBoard.Subject) -> Bool {
        (method.map { $0 == subject.method } ?? true) && (path?.matches(subject.target) ?? true)
            && (app.map { $0 == subject.appID?.lowercased() } ?? true)
            && (mailbox.map { subject.mailboxNames.contains($0) } ?? true)
    }
}
