extension Command {
    /// Reads the command line, GNU's way: `--name value`, `--name=value`, `-n value`, `-nvalue`, flags in one word
    /// (`-ab`), options before and after operands, `--` before operands that look like options.
    ///
    /// A group's options may stand anywhere; a verb's own stand after its name. `-h` and `--help` anywhere.
    ///
    /// - Parameter words: without the program's name.
    /// - Returns: the verb to run, or the text to show.
    /// - Throws: ``UsageError`` for the first word that makes no sense.
    package func interpret(_ words: [String]) throws(UsageError) -> Invocation {
        var reader = WordReader(root: self, words: words)
        return try reader.invocation()
    }
}

private struct WordReader {
    /// From the program to the verb.
    var path: [Command]
    var rest: ArraySlice<String>
    var arguments = Arguments()

    init(root: Command, words: [String]) {
        path = [root]
        rest = words[...]
    }

    var command: Command { path[path.count - 1] }
    var name: String { path.map(\.name).joined(separator: " ") }
    var options: [any AnyOption] { path.reversed().flatMap(\.options) }

    mutating func invocation() throws(UsageError) -> Invocation {
        var takesOptions = true
        while let word = rest.popFirst() {
            if takesOptions, word == "--" {
                takesOptions = false
            } else if takesOptions, word == "--help" || word == "-h" {
                return .show(try help())
            } else if takesOptions, word == "--version", let version = path[0].version {
                return .show("\(path[0].name) \(version)\n")
            } else if takesOptions, word.hasPrefix("--") {
                try long(word)
            } else if takesOptions, word.hasPrefix("-"), word.count > 1 {
                try short(word)
            } else if command.children.isEmpty {
                arguments.operands.append(word)
            } else if path.count == 1, word == "help" {
                return .show(try help())
            } else {
                path.append(try child(word))
            }
        }
        guard command.children.isEmpty else { return .show(command.helpText(path: path)) }
        try complete()
        return .run(command, name: name, arguments)
    }

    /// The help of what the words so far and the verbs among the remaining name.
    private mutating func help() throws(UsageError) -> String {
        for word in rest where !word.hasPrefix("-") && !command.children.isEmpty {
            path.append(try child(word))
        }
        return command.helpText(path: path)
    }

    private func child(_ word: String) throws(UsageError) -> Command {
        if let child = command.children.first(where: { $0.name == word }) { return child }
        let names = command.children.map(\.name)
        throw UsageError(
            message: "\(name) has no command '\(word)'",
            hint: names.nearest(to: word).map { "did you mean '\($0)'?" }
                ?? "commands: " + names.joined(separator: ", "))
    }

    private mutating func long(_ word: String) throws(UsageError) {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        guard let option = options.first(where: { $0.name == parts[0] }) else {
            throw UsageError(message: "\(name) has no option '--\(parts[0])'", hint: hint(for: parts[0]))
        }
        if option.placeholder == nil, parts.count > 1 {
            throw UsageError(message: "--\(option.name) takes no value", hint: "write it as --\(option.name)")
        }
        try give(option, spelled: "--\(option.name)", attached: parts.count > 1 ? parts[1] : nil)
    }

    private mutating func short(_ word: String) throws(UsageError) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = options.first(where: { $0.short == letter }) else {
                throw UsageError(
                    message: "\(name) has no option '-\(letter)'", hint: "'\(name) --help' lists its options")
            }
            if option.placeholder == nil {
                try give(option, spelled: "-\(letter)", attached: nil)
            } else {
                try give(option, spelled: "-\(letter)", attached: letters.isEmpty ? nil : String(letters))
                return
            }
        }
    }

    private mutating func give(_ option: any AnyOption, spelled: String, attached: String?) throws(UsageError)
    {
        var text = attached
        if text == nil, let placeholder = option.placeholder {
            // A word that looks like an option is one; such a value is given as --name=value.
            guard let next = rest.first, !next.hasPrefix("--") else {
                throw UsageError(
                    message: "\(spelled) needs a value", hint: "write it as \(spelled) \(placeholder)")
            }
            text = rest.popFirst()
        }
        guard
            let value = option.value(
                of: text ?? "",
                after: arguments.given.contains(option.name)
                    ? arguments.values[option.name] : nil)
        else {
            throw UsageError(
                message: "\(spelled) takes \(option.takes.description), not '\(text ?? "")'",
                hint: "\(spelled) \(option.placeholder ?? ""): \(option.help)")
        }
        arguments.values[option.name] = value
        arguments.given.insert(option.name)
    }

    private func hint(for unknown: String) -> String {
        if let near = (options.map(\.name) + ["help"]).nearest(to: unknown) {
            return "did you mean '--\(near)'?"
        }
        let owners = command.children.filter { $0.options.contains { $0.name == unknown } }.map(\.name)
        guard owners.isEmpty else {
            return "--\(unknown) belongs after the command: " + owners.joined(separator: ", ")
        }
        return "'\(name) --help' lists its options"
    }

    /// Fills in defaults, and asks for what is missing.
    private mutating func complete() throws(UsageError) {
        for option in options where arguments.values[option.name] == nil {
            guard let value = option.valueWhenAbsent else {
                throw UsageError(
                    message: "--\(option.name) is missing",
                    hint: "--\(option.name) \(option.placeholder ?? ""): \(option.help)")
            }
            arguments.values[option.name] = value
        }
        let operands = command.operands
        let least = operands.reduce(0) { $0 + $1.least }
        if arguments.operands.count < least {
            let missing = operands.filter { $0.least > 0 }[arguments.operands.count]
            throw UsageError(message: "\(missing.name) is missing", hint: "\(missing.name): \(missing.help)")
        }
        let bounded = operands.allSatisfy { $0.most == 1 }
        if bounded, arguments.operands.count > operands.count {
            throw UsageError(
                message: "'\(arguments.operands[operands.count])' is one word too many",
                hint: "usage: " + command.usage(path: path))
        }
        for (operand, word) in zip(operands, arguments.operands) {
            guard case .among(let words) = operand.takes, !words.contains(word) else { continue }
            throw UsageError(
                message: "\(operand.name) is \(operand.takes.description), not '\(word)'",
                hint: words.nearest(to: word).map { "did you mean '\($0)'?" })
        }
    }
}
