/// One cmdlet with its parameters, as a value: a line of PowerShell, or a call of a simulated Exchange.
package struct PolicyCmdlet: Sendable, Equatable {
    /// What a parameter is given.
    package enum Argument: Sendable, Equatable {
        /// Somebody's text, which is always quoted.
        case text(String)
        case texts([String])
        /// A fixed word of PowerShell's own: `RestrictAccess`, `Security`.
        case word(String)
        case truth(Bool)
    }

    /// A parameter and its argument.
    package struct Parameter: Sendable, Equatable {
        package let name: String
        package let argument: Argument
    }

    package let name: String
    package let parameters: [Parameter]

    package init(_ name: String, _ parameters: KeyValuePairs<String, Argument> = [:]) {
        self.name = name
        self.parameters = parameters.map { Parameter(name: $0.key, argument: $0.value) }
    }

    /// As an administrator would type it: printable ASCII, one line, every text between single quotes.
    package var line: String {
        parameters.reduce(name) { $0 + " -\($1.name)" + $1.argument.suffix }
    }
}

extension PolicyCmdlet.Argument {
    /// With what parts it from the parameter's name.
    fileprivate var suffix: String {
        switch self {
        case .text(let text): " " + PowerShellLiteral.argument(text)
        case .texts(let texts): " " + texts.map(PowerShellLiteral.argument).joined(separator: ", ")
        case .word(let word): " " + word
        case .truth(let truth): truth ? " $true" : " $false"
        }
    }
}
