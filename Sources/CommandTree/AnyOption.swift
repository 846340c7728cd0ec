/// An option of any value, as the parser, help, completions and man pages see it.
package protocol AnyOption: Sendable {
    /// Without its dashes.
    var name: String { get }
    /// The one-letter spelling, without its dash.
    var short: Character? { get }
    /// How help names the value; nil for a flag.
    var placeholder: String? { get }
    /// One sentence, without a full stop.
    var help: String { get }
    /// What texts it takes.
    var takes: OptionValues { get }
    /// Whether each time that it is given adds to what was given before.
    var isRepeatable: Bool { get }
    /// The default as help shows it.
    var shownDefault: String? { get }

    /// The value after `text` was given once more; nil where it is no such value.
    func value(of text: String, after sofar: OptionValue?) -> OptionValue?
    /// The value where the option is not given; nil where it must be given.
    var valueWhenAbsent: OptionValue? { get }
}

/// A value that an option has read, its type known to that option only.
package struct OptionValue: Sendable {
    let value: any Sendable
}

extension Option: AnyOption {
    package func value(of text: String, after sofar: OptionValue?) -> OptionValue? {
        read(text, sofar.flatMap { ($0.value as? Held)?.value }).map { OptionValue(value: Held(value: $0)) }
    }

    package var valueWhenAbsent: OptionValue? { absent.map { OptionValue(value: Held(value: $0)) } }

    func value(in held: OptionValue?) -> Value? { (held?.value as? Held)?.value }

    /// Keeps an optional value from melting into the optional around it.
    private struct Held: Sendable { let value: Value }
}
