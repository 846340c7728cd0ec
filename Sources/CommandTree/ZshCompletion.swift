/// Completion for zsh, by its own `_arguments`: a function for each command.
struct ZshCompletion {
    private let root: Command

    init(_ root: Command) { self.root = root }

    var text: String {
        let functions = root.paths.map(function).joined(separator: "\n\n")
        let first = name([root])
        return """
            #compdef \(root.name)
            # zsh completion for \(root.name), made from its own description of its command line.

            \(functions)

            # Loaded by name from $fpath, or sourced.
            if [[ $funcstack[1] == \(first) ]]; then
                \(first) "$@"
            else
                compdef \(first) \(root.name)
            fi

            """
    }

    /// `_mailscope_policy_generate`
    private func name(_ path: [Command]) -> String {
        "_" + path.words.map { $0 == " " || $0 == "-" ? "_" : String($0) }.joined()
    }

    private func function(_ path: [Command]) -> String {
        let command = path[path.count - 1]
        var specifications =
            path.allOptions.map(specification) + ["'(-h --help)'{-h,--help}'[show this help]'"]
        if path.count == 1, command.version != nil { specifications.append("'--version[show the version]'") }
        if command.children.isEmpty {
            specifications += command.operands.map(operand)
            return "\(name(path))() {\n    \(arguments(specifications, flags: "-s -S"))\n}"
        }
        specifications += ["'1: :->verb'", "'*:: :->rest'"]
        let verbs = command.children.map { Shell.zsh.quoted(colonless($0.name) + ":" + $0.summary) }
        let branches = command.children.map { "        \($0.name)) \(name(path + [$0])) ;;" }
        return """
            \(name(path))() {
                local curcontext=$curcontext state line
                typeset -A opt_args
                local -a verbs=(
                    \(verbs.joined(separator: "\n        "))
                )
                \(arguments(specifications, flags: "-C -s -S"))
                case $state in
                verb) _describe command verbs ;;
                rest)
                    case $words[1] in
            \(branches.joined(separator: "\n"))
                    esac
                    ;;
                esac
            }
            """
    }

    private func arguments(_ specifications: [String], flags: String) -> String {
        "_arguments \(flags) : \\\n        " + specifications.joined(separator: " \\\n        ")
    }

    private func specification(_ option: any AnyOption) -> String {
        let exclusive = option.isRepeatable ? "*" : "(\(option.spellings.joined(separator: " ")))"
        // `+`: the value may stand in the same word; `=`: or after an equals sign; or in the next word.
        let long = "--\(option.name)" + (option.takesValue ? "=" : "")
        let tail =
            "[\(bracketless(option.meaning))]"
            + (option.placeholder.map { ":\(colonless($0)):\(action(option.takes))" } ?? "")
        guard let short = option.short else { return Shell.zsh.quoted(exclusive + long + tail) }
        return
            "\(Shell.zsh.quoted(exclusive)){-\(short)\(option.takesValue ? "+" : ""),\(long)}\(Shell.zsh.quoted(tail))"
    }

    private func operand(_ operand: Operand) -> String {
        let position = operand.most > 1 ? "*" : operand.least == 0 ? ":" : ""
        return Shell.zsh.quoted("\(position):\(colonless(operand.name)):\(action(operand.takes))")
    }

    private func action(_ takes: OptionValues) -> String {
        switch takes {
        case .text: " "
        case .file: "_files"
        case .directory: "_files -/"
        case .among(let words): "(\(words.joined(separator: " ")))"
        }
    }

    private func colonless(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
    }

    private func bracketless(_ text: String) -> String {
        colonless(text).replacing("[", with: "\\[").replacing("]", with: "\\]")
    }
}
