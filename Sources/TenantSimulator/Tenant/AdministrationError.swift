/// An administrator asked for something that cannot be done. The text says what is wrong.
package struct AdministrationError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

extension JSONValue {
    /// A member that must be there and be text.
    func requiredText(_ name: String) throws(AdministrationError) -> String {
        guard let text = try optionalText(name) else {
            throw AdministrationError("'\(name)' (text) is missing")
        }
        return text
    }

    /// A member that, where it is there, must be text.
    func optionalText(_ name: String) throws(AdministrationError) -> String? {
        guard members != nil else { throw AdministrationError("the body must be a JSON object") }
        guard let value = self[name] else { return nil }
        guard let text = value.text else { throw AdministrationError("'\(name)' must be text") }
        return text
    }

    /// A member that must be there, unless there is a value for its absence, and be a whole number within `bounds`.
    func requiredWhole(
        _ name: String, in bounds: ClosedRange<Int>, default absent: Int? = nil
    ) throws(AdministrationError) -> Int {
        guard let number = try optionalWhole(name, in: bounds) ?? absent else {
            throw AdministrationError(
                "'\(name)' is missing: a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    /// A member that, where it is there, must be a whole number within `bounds`.
    func optionalWhole(
        _ name: String, in bounds: ClosedRange<Int>
    ) throws(AdministrationError) -> Int? {
        guard let value = self[name] else { return nil }
        guard let number = value.whole, bounds.contains(number) else {
            throw AdministrationError(
                "'\(name)' must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    /// Refuses members that nobody knows.
    func allowing(_ names: Set<String>) throws(AdministrationError) {
        guard let members else { throw AdministrationError("the body must be a JSON object") }
        for member in members where !names.contains(member.name) {
            throw AdministrationError(
                "'\(member.name)' is not known here; one of: \(names.sorted().joined(separator: ", "))")
        }
    }
}
