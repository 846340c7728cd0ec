/// A shell that completions can be made for.
package enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish

    /// The completion for `root` and all under it, as text that this shell reads.
    package func completion(of root: Command) -> String {
        switch self {
        case .bash: BashCompletion(root).text
        case .zsh: ZshCompletion(root).text
        case .fish: FishCompletion(root).text
        }
    }

    /// One word of this shell, whatever is in it.
    func quoted(_ text: String) -> String {
        switch self {
        case .bash, .zsh: "'" + text.replacing("'", with: "'\\''") + "'"
        case .fish: "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
        }
    }
}

extension [Command] {
    /// Every way to an option's value, from here down, as `mailscope policy generate --output`.
    var valuedSpellings: [String] {
        self[0].paths.flatMap { path in
            path.allOptions.filter(\.takesValue).flatMap(\.spellings).map { path.words + " " + $0 }
        }
    }
}
