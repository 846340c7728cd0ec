/// A cmdlet's name and parameters, as an administrator would type them. Names count in any case.
package struct CmdletCall: Sendable {
    package let name: String
    private let parameters: [(name: String, value: JSONValue)]

    package init(name: String, parameters: [JSONMember] = []) {
        self.name = name
        self.parameters = parameters.map { (String($0.name.drop { $0 == "-" }).lowercased(), $0.value) }
    }

    /// Refuses parameters that the cmdlet does not have. Those that every cmdlet has are let through.
    func allowing(_ names: [String]) throws(CmdletError) {
        let known = Set((names + Self.common).map { $0.lowercased() })
        for parameter in parameters where !known.contains(parameter.name) {
            throw .unknownParameter(parameter.name)
        }
    }

    /// True where the parameter was given as `$null`, which is not the same as not at all.
    func isNull(_ name: String) -> Bool { value(name) == .null }

    func text(_ name: String) -> String? {
        switch value(name) {
        case .string(let text)?: text
        case .integer(let number)?: "\(number)"
        default: nil
        }
    }

    func required(_ name: String) throws(CmdletError) -> String {
        guard let text = text(name), !text.isEmpty else { throw .missingParameter(name) }
        return text
    }

    /// One text, several with commas, or a list.
    func texts(_ name: String) -> [String] {
        switch value(name) {
        case .array(let elements)?: elements.compactMap(\.text)
        case .string(let text)?:
            text.split(separator: ",").map { part in
                String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        default: []
        }
    }

    /// A switch or a Boolean parameter; absent where it was not given.
    func truth(_ name: String) -> Bool? {
        switch value(name) {
        case .bool(let truth)?: truth
        case .string(let text)?: Bool(text.lowercased().filter { $0 != "$" })
        default: nil
        }
    }

    var isRehearsal: Bool { truth("WhatIf") ?? false }

    private func value(_ name: String) -> JSONValue? {
        parameters.first { $0.name == name.lowercased() }?.value
    }

    private static let common = [
        "Confirm", "WhatIf", "Force", "ErrorAction", "ErrorVariable", "WarningAction", "WarningVariable",
        "Verbose",
        "Debug", "OutVariable", "OutBuffer", "InformationAction", "ProgressAction",
    ]
}
