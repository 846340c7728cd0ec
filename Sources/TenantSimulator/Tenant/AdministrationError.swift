/// An administrator asked for something that cannot be done. The text says what is wrong.
package struct AdministrationError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

extension JSONValue {
    /// A member that must be there and be text.
    func requiredText(_ name: String) throws(AdministrationError) -> String {
        guard let text = self[name]?.text else { throw AdministrationError("'\(name)' (text) is missing") }
        return text
    }

    /// Refuses members that nobody knows.
    func allowing(_ names: Set<String>) throws(AdministrationError) {
        guard let members else { throw AdministrationError("the body must be a JSON object") }
        for member in members where !names.contains(member.name) {
            throw AdministrationError("'\(member.name)' is not known here")
        }
    }
}
