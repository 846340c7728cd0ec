/// Yes, no, or neither can be said. Ordered so that the greater of two is their "or" and the lesser their "and".
package enum Certainty: Int, Sendable, Comparable, CaseIterable {
    case no
    case cannotTell
    case yes

    package static func < (left: Certainty, right: Certainty) -> Bool { left.rawValue < right.rawValue }
}
