extension Command {
    /// The whole help of this command, wrapped at 80 columns, its last line break included.
    ///
    /// `path` leads from the program to this command, both included.
    package func helpText(path: [Command]) -> String {
        let name = path.map(\.name).joined(separator: " ")
        var text = HelpText()
        text.paragraph("\(name): \(summary)")
        text.heading("USAGE")
        text.line("  " + usage(path: path))
        if !discussion.isEmpty {
            text.heading("DESCRIPTION")
            for (i, paragraph) in discussion.split(separator: "\n\n").enumerated() {
                if i > 0 { text.line("") }
                text.paragraph(String(paragraph), indent: 2)
            }
        }
        text.table("COMMANDS", children.map { ($0.name, $0.summary) })
        text.table("OPERANDS", operands.map { ($0.usage, $0.help) })
        text.table("OPTIONS", options.map(\.helpRow) + builtIns(path: path))
        text.table("GLOBAL OPTIONS", path.dropLast().flatMap(\.options).map(\.helpRow))
        text.table("EXIT CODES", exitCodes.map { (String($0.code), $0.meaning) })
        if !examples.isEmpty { text.heading("EXAMPLES") }
        for example in examples {
            text.line("  " + example.line)
            text.paragraph(example.meaning, indent: 6)
        }
        return text.text
    }

    /// The usage line, without "usage:".
    package func usage(path: [Command]) -> String {
        var words = path.map(\.name)
        for option in options where option.valueWhenAbsent == nil {
            words.append("--\(option.name) \(option.placeholder ?? "")")
        }
        words.append("[OPTIONS]")
        if !children.isEmpty { words.append("COMMAND") }
        words += operands.map(\.usage)
        return words.joined(separator: " ")
    }

    private func builtIns(path: [Command]) -> [(String, String)] {
        var rows = [("-h, --help", "show this help")]
        if path.count == 1, version != nil { rows.append(("    --version", "show the version")) }
        return rows
    }
}

extension AnyOption {
    /// Its spellings, and what it does.
    fileprivate var helpRow: (String, String) {
        var spelling = (short.map { "-\($0), " } ?? "    ") + "--\(name)"
        if let placeholder { spelling += " \(placeholder)" }
        return (spelling, meaning)
    }
}
