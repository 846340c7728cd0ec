extension Command {
    /// `completion SHELL`: prints what makes a shell complete all of `tree`.
    ///
    /// `program` is the name of `tree`, which cannot be asked yet where this command is a part of it.
    package static func completion(
        of program: String, _ tree: @escaping @Sendable () -> Command,
        answer: @escaping @Sendable (String) throws -> Void
    ) -> Command {
        let shells = Shell.allCases.map(\.rawValue)
        return Command(
            "completion", "prints what makes a shell complete the command line",
            discussion: "The Debian package brings it already.",
            operands: [Operand("SHELL", takes: .among(shells), help: "bash, zsh or fish")],
            examples: [
                Example(
                    "\(program) completion bash", "for 'source <(…)', or a file in /etc/bash_completion.d")
            ],
            exitCodes: documented
        ) { arguments in
            if let shell = Shell(rawValue: arguments.operands[0]) { try answer(shell.completion(of: tree())) }
            return 0
        }
    }

    /// `manual [PAGE]`: prints one page of the manual of `tree`, in mdoc, or says which there are.
    ///
    /// `formats` are the pages of section 5 that all pages refer to.
    package static func manual(
        of program: String, formats: [String] = [], _ tree: @escaping @Sendable () -> Command,
        answer: @escaping @Sendable (String) throws -> Void
    ) -> Command {
        Command(
            "manual", "prints a page of the manual, or says which there are",
            discussion: "The Debian package brings the pages already.",
            operands: [Operand("PAGE", .optional, help: "a page's name, \(program).1 for one")],
            examples: [
                Example("\(program) manual", "names the pages"),
                Example("\(program) manual \(program).1 | man -l -", "shows the first of them"),
            ],
            exitCodes: documented
        ) { arguments in
            let pages = ManualPage.pages(of: tree(), formats: formats)
            guard let name = arguments.operands.first else {
                try answer(pages.map { $0.name + "\n" }.joined())
                return 0
            }
            guard let page = pages.first(where: { $0.name == name }) else {
                throw UsageError(message: "no page '\(name)'", hint: "'\(program) manual' names the pages")
            }
            try answer(page.text)
            return 0
        }
    }

    private static let documented = [
        ExitCodeMeaning(0, "done"), ExitCodeMeaning(64, "the command line makes no sense"),
    ]
}
