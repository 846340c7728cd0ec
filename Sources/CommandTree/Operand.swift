/// A word of a command that is no option: a file, an id.
package struct Operand: Sendable {
    /// How many words it stands for.
    package enum Count: Sendable {
        case one
        case optional
        /// Any number of words, none included.
        case any
        case oneOrMore
    }

    package let name: String
    package let help: String
    package let count: Count
    package let takes: OptionValues

    /// `name` is as help shows it, `FILE` for one.
    package init(_ name: String, _ count: Count = .one, takes: OptionValues = .text("a value"), help: String)
    {
        self.name = name
        self.help = help
        self.count = count
        self.takes = takes
    }

    /// As the usage line shows it.
    var usage: String {
        switch count {
        case .one: name
        case .optional: "[\(name)]"
        case .any: "[\(name)…]"
        case .oneOrMore: "\(name)…"
        }
    }

    var least: Int { count == .one || count == .oneOrMore ? 1 : 0 }
    var most: Int { count == .any || count == .oneOrMore ? .max : 1 }
}
