/// A page of the manual's first section, made from the command tree, in mdoc.
package struct ManualPage: Sendable {
    /// `mailscope-policy-generate.1`
    package let name: String
    package let text: String

    /// A page for `root` and one for each command under it.
    ///
    /// `formats` are the pages of section 5 that all of them refer to.
    package static func pages(of root: Command, formats: [String]) -> [ManualPage] {
        root.paths.map { path in
            ManualPage(
                name: title(of: path) + ".1",
                text: page(path, formats: formats).joined(separator: "\n") + "\n")
        }
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ]

    /// `mailscope-policy-generate`
    private static func title(of path: [Command]) -> String { path.map(\.name).joined(separator: "-") }

    private static func page(_ path: [Command], formats: [String]) -> [String] {
        let command = path[path.count - 1]
        let date = Release.date
        var lines = [
            ".\\\" Made from the program's own description of its command line.",
            ".Dd \(months[date.month - 1]) \(date.day), \(date.year)",
            ".Dt \(title(of: path).uppercased()) 1",
            ".Os",
            ".Sh NAME",
            ".Nm \(title(of: path))",
            ".Nd \(Roff.escaped(command.summary, hyphen: "-"))",
            ".Sh SYNOPSIS",
        ]
        lines += synopsis(path)
        lines.append(".Sh DESCRIPTION")
        lines += description(path)
        lines += list(
            "COMMANDS",
            command.children.map { ("Xr \(title(of: path + [$0])) 1", $0.summary) })
        lines += list("OPERANDS", command.operands.map { (operand($0), $0.help) })
        lines += list("OPTIONS", path.allOptions.map { (option($0), $0.meaning) } + builtIns(path))
        lines += list("EXIT STATUS", command.exitCodes.map { (String($0.code), $0.meaning) })
        lines += examples(command)
        return lines + seeAlso(path, formats: formats)
    }

    private static func synopsis(_ path: [Command]) -> [String] {
        let command = path[path.count - 1]
        var lines = [self.command(path)]
        for option in command.options where option.valueWhenAbsent == nil {
            lines.append(".Fl \\-\(Roff.escaped(option.name)) Ar \(Roff.argument(option.placeholder ?? ""))")
        }
        lines.append(".Op Ar OPTIONS")
        if !command.children.isEmpty { lines.append(".Ar COMMAND") }
        return lines + command.operands.map { ($0.least == 0 ? ".Op " : ".") + operand($0) }
    }

    private static func description(_ path: [Command]) -> [String] {
        let command = path[path.count - 1]
        // Help says the summary above; a page has it in NAME only, and DESCRIPTION must say something.
        guard !command.discussion.isEmpty else {
            return [self.command(path)] + Roff.lines(command.summary + ".")
        }
        return Array(
            command.discussion.split(separator: "\n\n").map { Roff.lines($0) }.joined(separator: [".Pp"]))
    }

    /// `.Nm mailscope Cm policy generate`
    private static func command(_ path: [Command]) -> String {
        let verbs = path.dropFirst().map { " " + Roff.argument($0.name) }.joined()
        return ".Nm \(Roff.argument(path[0].name))" + (verbs.isEmpty ? "" : " Cm" + verbs)
    }

    private static func operand(_ operand: Operand) -> String {
        "Ar \(Roff.argument(operand.name))" + (operand.most > 1 ? " ..." : "")
    }

    private static func option(_ option: any AnyOption) -> String {
        let value = option.placeholder.map { " Ar \(Roff.argument($0))" } ?? ""
        return (option.short.map { "Fl \($0) , " } ?? "") + "Fl \\-\(Roff.escaped(option.name))" + value
    }

    private static func builtIns(_ path: [Command]) -> [(String, String)] {
        let version = path.count == 1 && path[0].version != nil
        return [("Fl h , Fl \\-help", "show the help")]
            + (version ? [("Fl \\-version", "show the version")] : [])
    }

    /// A section with a list of heads, which are mdoc already, and texts; nothing where there are none.
    private static func list(_ name: String, _ rows: [(head: String, text: String)]) -> [String] {
        guard !rows.isEmpty else { return [] }
        return [".Sh \(name)", ".Bl -tag -width Ds"]
            + rows.flatMap { [".It \($0.head)"] + Roff.lines($0.text.sentence + ".") } + [".El"]
    }

    private static func examples(_ command: Command) -> [String] {
        guard !command.examples.isEmpty else { return [] }
        let shown = command.examples.map { example in
            Roff.lines(example.meaning.sentence + ":")
                + [".Pp", ".Dl \(Roff.argument(example.line))"]
        }
        return [".Sh EXAMPLES"] + Array(shown.joined(separator: [".Pp"]))
    }

    /// The program, the groups above, the verbs beside, and the formats.
    private static func seeAlso(_ path: [Command], formats: [String]) -> [String] {
        let own = title(of: path)
        var names: Set<String> = []
        for length in path.indices.dropFirst() { names.insert(title(of: Array(path[..<length]))) }
        if path.count > 2 {
            let group = Array(path.dropLast())
            names.formUnion(path[path.count - 2].children.map { title(of: group + [$0]) })
        }
        names.remove(own)
        let references =
            names.sorted().map { $0 + " 1" }
            + formats.sorted().map { $0 + " 5" }
        guard let last = references.last else { return [] }
        return [".Sh SEE ALSO"] + references.dropLast().map { ".Xr \($0) ," } + [".Xr \(last)"]
    }
}

extension String {
    /// With a capital first letter.
    fileprivate var sentence: String { prefix(1).uppercased() + dropFirst() }
}
