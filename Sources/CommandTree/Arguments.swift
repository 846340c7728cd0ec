/// What the user gave, by the option that asked for it.
package struct Arguments: Sendable {
    var values: [String: OptionValue] = [:]
    /// The words that are no options, in order; their number fits the command's operands.
    package internal(set) var operands: [String] = []
    /// The names of the options that the user gave.
    package internal(set) var given: Set<String> = []

    /// The value given, or the default. The option must be one of the command's or of a group's above it.
    package subscript<Value>(_ option: Option<Value>) -> Value {
        guard let value = option.value(in: values[option.name]) else {
            preconditionFailure("--\(option.name) is not an option of this command")
        }
        return value
    }
}
