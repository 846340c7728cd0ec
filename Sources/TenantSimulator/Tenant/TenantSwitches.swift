import Synchronization

/// Where the services differ from day to day, or where sources disagree: what this tenant does.
package struct TenantSwitches: Sendable, Equatable {
    /// Seconds until a new app or certificate is known everywhere.
    package var entraDelay = 0
    /// Seconds until a change to policies, and to groups as policies see them, is enforced.
    package var policyDelay = 0
    /// Seconds until a change to role assignments, and to groups as they see them, is enforced.
    package var assignmentDelay = 0
    /// Front ends that learn of a change one after the other, until all delays are over. Requests meet any of them.
    package var frontEnds = 1
    /// Whether an app that keeps asking keeps its old role assignments alive: 30 minutes idle, 2 hours at the most.
    package var keepsBusyAppsCached = false
    /// Whether policies count members of groups inside groups.
    package var policiesCountNestedGroups = true
    /// Whether `Get-ApplicationAccessPolicy` fails where no policy was ever made.
    package var emptyPolicyListFails = true
    /// Whether a Get- cmdlet gives everything for an identity that does not exist.
    package var unknownIdentityGivesAll = false
    /// Whether `Enable-OrganizationCustomization` has run.
    package var isCustomized = true
    /// Seconds that the token endpoint's clock is ahead of ours.
    package var entraClockOffset = 0
    /// Seconds by which an assertion's times may miss.
    package var entraClockSkew = 300
    /// Seconds that a token lives; 0 for 60 to 90 minutes at random.
    package var tokenLifetime = 3_599
    /// Token requests that each app may make in a minute; more are answered 429. 0 for any number.
    package var tokenRequestsPerMinute = 0
    /// Whether error descriptions end in lines (as until 2023) rather than in words on one line.
    package var errorsEndInLines = false

    package init() {}

    /// The names of all switches, as files and the administration endpoint spell them.
    package static let names = Array(numbers.keys).sorted() + Array(truths.keys).sorted()

    /// Sets the switch `name` from its text.
    ///
    /// - Returns: false where there is no such switch, or it cannot have that value.
    package mutating func set(_ name: String, to text: String) -> Bool {
        if let path = Self.numbers[name], let number = Int(text), abs(number) <= 1_000_000_000 {
            guard number >= 0 || name == "entra-clock-offset", name != "front-ends" || (1...64) ~= number
            else { return false }
            self[keyPath: path] = number
            return true
        }
        guard let path = Self.truths[name], let truth = Bool(text) else { return false }
        self[keyPath: path] = truth
        return true
    }

    /// All switches and their values.
    var json: JSONValue {
        .object(
            Self.numbers.sorted { $0.key < $1.key }.map {
                JSONMember(name: $0.key, value: .integer(self[keyPath: $0.value]))
            }
                + Self.truths.sorted { $0.key < $1.key }.map {
                    JSONMember(name: $0.key, value: .bool(self[keyPath: $0.value]))
                })
    }

    private static var numbers: [String: WritableKeyPath<TenantSwitches, Int>] {
        [
            "entra-delay": \.entraDelay, "policy-delay": \.policyDelay, "assignment-delay": \.assignmentDelay,
            "front-ends": \.frontEnds, "entra-clock-offset": \.entraClockOffset,
            "entra-clock-skew": \.entraClockSkew, "token-lifetime": \.tokenLifetime,
            "token-requests-per-minute": \.tokenRequestsPerMinute,
        ]
    }

    private static var truths: [String: WritableKeyPath<TenantSwitches, Bool>] {
        [
            "keeps-busy-apps-cached": \.keepsBusyAppsCached,
            "policies-count-nested-groups": \.policiesCountNestedGroups,
            "empty-policy-list-fails": \.emptyPolicyListFails,
            "unknown-identity-gives-all": \.unknownIdentityGivesAll, "is-customized": \.isCustomized,
            "errors-end-in-lines": \.errorsEndInLines,
        ]
    }
}

/// The switches of a running tenant.
package final class SwitchBoard: Sendable {
    private let state: Mutex<TenantSwitches>

    package init(_ switches: TenantSwitches = TenantSwitches()) { state = Mutex(switches) }

    /// As they are now.
    package var now: TenantSwitches { state.withLock { $0 } }

    /// Changes them all at once.
    package func change(_ change: (inout TenantSwitches) -> Void) { state.withLock { change(&$0) } }
}
