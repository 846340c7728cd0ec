/// What a command line asks for.
package enum Invocation: Sendable {
    /// This text on stdout, exit code 0.
    case show(String)
    /// This verb; `name` is its whole name, `mailscope quarantine list`.
    case run(Command, name: String, Arguments)
}

extension Command {
    /// Does what `words` ask for.
    ///
    /// - Parameters:
    ///   - words: the command line without the program's name.
    ///   - answer: takes text for stdout, its line break included.
    ///   - complain: takes text for stderr, its line break included.
    /// - Returns: the exit code.
    /// - Throws: what the verb throws, but for a ``UsageError``: that is complained of.
    package func perform(
        _ words: [String], answer: (String) -> Void, complain: (String) -> Void
    ) async throws -> Int32 {
        do {
            switch try interpret(words) {
            case .show(let text):
                answer(text)
                return 0
            case .run(let command, _, let arguments):
                return try await command.run?(arguments) ?? 0
            }
        } catch let error as UsageError {
            complain("\(name): error: \(error.message)\n")
            if let hint = error.hint { complain("\(name): hint: \(hint)\n") }
            return UsageError.exitCode
        }
    }
}
