/// Completion for bash 4 and later, on its own: the package `bash-completion` is not needed.
struct BashCompletion {
    private let root: Command

    init(_ root: Command) { self.root = root }

    var text: String {
        let function = "_" + root.name.map { $0 == "-" ? "_" : String($0) }.joined()
        return """
            # bash completion for \(root.name), made from its own description of its command line.
            \(function)() {
                local path=\(root.name) current=${COMP_WORDS[COMP_CWORD]} option= prefix= word i
                local operands=0 plain= verbs= options= kind= values=
                COMPREPLY=()
                # The verb so far, and the option that waits for its value. COMP_WORDBREAKS splits --name=value in three.
                for ((i = 1; i < COMP_CWORD; i++)); do
                    word=${COMP_WORDS[i]}
                    if [[ $option ]]; then
                        [[ $word == '=' ]] || option=
                    elif [[ $plain ]]; then
                        operands=$((operands + 1))
                    elif [[ $word == -- ]]; then
                        plain=1
                    else
                        case "$path $word" in
            \(cases(groupsAndVerbs) { "path+=\" $word\"" })
            \(cases([root].valuedSpellings) { "option=$word" })
                        *' '-*) ;;
                        *) operands=$((operands + 1)) ;;
                        esac
                    fi
                done
                [[ $option && $current == '=' ]] && current=
                if [[ ! $plain && ! $option && $current == --*=* ]]; then
                    option=${current%%=*} prefix=${current%%=*}= current=${current#*=}
                fi
                case $path in
            \(commands)
                esac
                if [[ $option ]]; then
                    case "$path $option" in
            \(values)
                    *) kind=text ;;
                    esac
                elif [[ ! $plain && $current == -* ]]; then
                    kind=words values=$options
                elif [[ $verbs ]]; then
                    kind=words values=$verbs
                fi
                case $kind in
                file)
                    compopt -o filenames 2>/dev/null
                    mapfile -t COMPREPLY < <(compgen -f -- "$current")
                    ;;
                directory)
                    compopt -o filenames 2>/dev/null
                    mapfile -t COMPREPLY < <(compgen -d -- "$current")
                    ;;
                words) mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current") ;;
                esac
                [[ -z $prefix ]] || COMPREPLY=("${COMPREPLY[@]/#/$prefix}")
            }
            complete -F \(function) \(root.name)

            """
    }

    private var groupsAndVerbs: [String] { root.paths.dropFirst().map(\.words) }

    /// One branch of a `case`; nothing where there is no pattern.
    private func cases(_ patterns: [String], _ body: () -> String) -> String {
        guard !patterns.isEmpty else { return "            # none" }
        let alternatives = patterns.map(Shell.bash.quoted).joined(separator: " | \\\n                ")
        return "            \(alternatives))\n                \(body())\n                ;;"
    }

    /// What each command takes where no option waits for its value.
    private var commands: String {
        root.paths.map { path in
            let command = path[path.count - 1]
            var lines = ["    \(Shell.bash.quoted(path.words)))"]
            if !command.children.isEmpty {
                lines.append(
                    "        verbs=\(Shell.bash.quoted(command.children.map(\.name).joined(separator: " ")))")
            }
            var options = path.allOptions.map { "--\($0.name)" } + ["--help"]
            if path.count == 1, command.version != nil { options.append("--version") }
            lines.append("        options=\(Shell.bash.quoted(options.joined(separator: " ")))")
            if !command.operands.isEmpty { lines += operands(command.operands) }
            return (lines + ["        ;;"]).joined(separator: "\n")
        }.joined(separator: "\n")
    }

    private func operands(_ operands: [Operand]) -> [String] {
        let branches = operands.enumerated().compactMap { index, operand in
            assignment(operand.takes).map { "        \(operand.most > 1 ? "*" : String(index))) \($0) ;;" }
        }
        return branches.isEmpty ? [] : ["        case $operands in"] + branches + ["        esac"]
    }

    /// What may follow an option.
    private var values: String {
        root.paths.flatMap { path in
            path.allOptions.filter(\.takesValue).compactMap { option in
                assignment(option.takes).map { assignment in
                    let patterns = option.spellings.map { Shell.bash.quoted(path.words + " " + $0) }
                    return "        \(patterns.joined(separator: " | "))) \(assignment) ;;"
                }
            }
        }.joined(separator: "\n")
    }

    private func assignment(_ takes: OptionValues) -> String? {
        switch takes {
        case .text: nil
        case .file: "kind=file"
        case .directory: "kind=directory"
        case .among(let words): "kind=words values=\(Shell.bash.quoted(words.joined(separator: " ")))"
        }
    }
}
