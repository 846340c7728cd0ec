/// A value that must never be seen: a key's bytes, an assertion, a token, a passphrase.
///
/// Every description of it reads `<redacted>`, reflection included. Only adapters may call ``reveal()``.
package struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let value: Value

    package init(_ value: Value) { self.value = value }

    /// The value itself. For adapters only, at the moment of use.
    package func reveal() -> Value { value }

    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(reflecting: "<redacted>") }
}

extension Secret where Value: Equatable {
    /// True where both hold the same value; neither is shown.
    package func matches(_ other: Secret<Value>) -> Bool { value == other.value }
}
