/// A message's immutable id, as Graph spells it: opaque, case-sensitive (`Prefer: IdType="ImmutableId"`).
package struct MessageID: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) { self.text = text }
    package var description: String { text }
}
