/// Completion for fish.
struct FishCompletion {
    private let root: Command

    init(_ root: Command) { self.root = root }

    var text: String {
        """
        # fish completion for \(root.name), made from its own description of its command line.

        # The verb that the words so far name.
        function \(verb)
            set -l path \(root.name)
            set -l waits no
            for word in (commandline -opc)[2..-1]
                if test $waits = yes
                    set waits no
                else if contains -- "$path $word" \(list([root].valuedSpellings))
                    set waits yes
                else if contains -- "$path $word" \(list(root.paths.dropFirst().map(\.words)))
                    set path "$path $word"
                end
            end
            test "$path" = "$argv"
        end

        complete -c \(root.name) -f
        complete -c \(root.name) -s h -l help -d 'show this help'
        \(root.paths.flatMap(lines).joined(separator: "\n"))

        """
    }

    private var verb: String { "__" + root.name.map { $0 == "-" ? "_" : String($0) }.joined() + "_verb_is" }

    private func list(_ words: [String]) -> String {
        words.map { "\\\n            \(Shell.fish.quoted($0))" }.joined(separator: " ")
    }

    private func lines(_ path: [Command]) -> [String] {
        let command = path[path.count - 1]
        let condition = Shell.fish.quoted("\(verb) \(path.words)")
        let start = "complete -c \(root.name) -n \(condition)"
        var lines = command.children.map { "\(start) -a \($0.name) -d \(Shell.fish.quoted($0.summary))" }
        if path.count == 1, command.version != nil {
            lines.append("\(start) -l version -d 'show the version'")
        }
        lines += path.allOptions.map { option in
            let short = option.short.map { "-s \($0) " } ?? ""
            let value = option.takesValue ? "-r \(values(option.takes)) " : ""
            return "\(start) \(short)-l \(option.name) \(value)-d \(Shell.fish.quoted(option.meaning))"
        }
        // fish does not count operands: what any of them takes is offered for all.
        lines += Set(command.operands.map { values($0.takes) }).sorted().filter { $0 != "-f" }.map {
            "\(start) \($0)"
        }
        return lines
    }

    private func values(_ takes: OptionValues) -> String {
        switch takes {
        case .text: "-f"
        case .file: "-F"
        case .directory: "-f -a '(__fish_complete_directories)'"
        case .among(let words): "-f -a \(Shell.fish.quoted(words.joined(separator: " ")))"
        }
    }
}
