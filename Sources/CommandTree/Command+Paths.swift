extension Command {
    /// This command and all under it, each as the way from this one to it, both included; groups before their verbs.
    package var paths: [[Command]] {
        [[self]] + children.flatMap { child in child.paths.map { [self] + $0 } }
    }
}

extension [Command] {
    /// `mailscope policy generate`.
    var words: String { map(\.name).joined(separator: " ") }

    /// The command's own options, then those of the groups above it, nearest first.
    var allOptions: [any AnyOption] { reversed().flatMap(\.options) }
}

extension AnyOption {
    /// Whether a word follows it.
    var takesValue: Bool { placeholder != nil }

    /// `--name`, and `-n` where there is one.
    var spellings: [String] { ["--\(name)"] + (short.map { ["-\($0)"] } ?? []) }

    /// Its help, and the words that it takes where they are few.
    var meaning: String {
        var meaning = help
        if case .among = takes { meaning += ": \(takes.description)" }
        if let shownDefault { meaning += " (default: \(shownDefault))" }
        return meaning
    }
}
