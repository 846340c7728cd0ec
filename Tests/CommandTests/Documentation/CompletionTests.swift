import FoundationEssentials
import TestSupport
import Testing

/// The completions, asked for by the shells themselves.
@Suite struct CompletionTests {
    /// What a shell must offer after a line: exactly these words, in any order.
    static let expected: [String: [String]] = [
        "mailscope pol": ["policy"],
        "mailscope conf": ["config"],
        "mailscope policy ": ["new", "generate", "adopt", "explain", "commands", "check"],
        "mailscope --config other.yaml policy g": ["generate"],
        "mailscope --log-level info quarantine r": ["retry"],
        "mailscope --log-level ": ["trace", "debug", "info", "notice", "warning", "error"],
        "mailscope policy generate --method ": ["application-access-policy", "rbac"],
        "mailscope policy generate --me": ["--method"],
        "mailscope policy generate --mi": ["--migrate"],
        "mailscope verify-scope --closed a@contoso.test --closed": ["--closed", "--closed-from"],
        "mailscope completion ": ["bash", "fish", "zsh"],
        "mailscope -c /etc/nsswitch.c": ["/etc/nsswitch.conf"],
        "mailscope policy generate /etc/nsswitch.c": ["/etc/nsswitch.conf"],
        "mailscope fetch po": [],
        "mailscope --vers": ["--version"],
    ]

    @Test func offersInBashWhatFits() async throws {
        try await withTemporaryFolder { folder in
            let script = try await completion("bash", in: folder)
            let own = [
                // COMP_WORDBREAKS splits --name=value, and some people take the equals sign out of it.
                "mailscope --log-level = no": ["notice"], "mailscope --log-level=no": ["--log-level=notice"],
                "mailscope fetch -- --": [], "mailscope policy generate --output /etc/nsswitch.c": [],
            ]
            for (line, words) in Array(Self.expected) + Array(own) {
                let run = try await ProgramRun(
                    program: "/bin/bash",
                    [
                        "-c",
                        """
                        source "$1"
                        [[ $2 == *' ' ]] && COMP_WORDS=($2 '') || COMP_WORDS=($2)
                        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                        _mailscope
                        printf '%s\\n' "${COMPREPLY[@]}"
                        """, "bash", script, line,
                    ])
                #expect(offered(run.output) == Set(words), "\(line)")
                #expect(run.errors == "", "\(line)")
            }
        }
    }

    @Test(.enabled(if: Shells.zsh != nil, "skipped: no zsh here: apt-get install zsh"))
    func offersInZshWhatFits() async throws {
        try await withTemporaryFolder { folder in
            let script = try await completion("zsh", in: folder)
            let capture = PackageFiles.root + "/Tests/completion/capture.zsh"
            for (index, (line, words)) in Self.expected.enumerated() {
                let out = folder("hits-\(index)")
                let run = try await ProgramRun(
                    program: try #require(Shells.zsh), ["-f", capture, script, line, out],
                    environment: ["HOME": folder(".")])
                let found = try String(contentsOfFile: out, encoding: .utf8)
                #expect(found.hasSuffix("END\n"), "\(line): \(run.errors)")
                // zsh offers the last part of a path.
                #expect(
                    offered(found).subtracting(["END"])
                        == Set(words.map { $0.split(separator: "/").last.map(String.init) ?? $0 }),
                    "\(line)")
            }
        }
    }

    @Test(.enabled(if: Shells.fish != nil, "skipped: no fish here: apt-get install fish"))
    func offersInFishWhatFits() async throws {
        try await withTemporaryFolder { folder in
            let script = try await completion("fish", in: folder)
            for (line, words) in Self.expected {
                let run = try await ProgramRun(
                    program: try #require(Shells.fish),
                    ["-N", "-c", "source $argv[1]; complete -C $argv[2]", script, line],
                    environment: ["HOME": folder(".")])
                let found = run.output.split(separator: "\n").map { $0.split(separator: "\t")[0] }
                #expect(Set(found.map(String.init)) == Set(words), "\(line)")
                #expect(run.errors == "", "\(line)")
            }
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func isThereForTheSimulatorToo(shell: String) async throws {
        let run = try await ProgramRun(program: "mailscope-simulator", ["completion", shell])
        #expect(run.output.contains("register-certificate"))
        #expect(run.exitCode == 0)
    }

    @Test func refusesAShellThatItDoesNotKnow() async throws {
        #expect(
            try await ProgramRun(["completion", "bash2"]).transcript() == """
                mailscope: error: SHELL is bash, zsh or fish, not 'bash2'
                mailscope: hint: did you mean 'bash'?
                exit 64

                """)
    }

    private func completion(_ shell: String, in folder: TemporaryFolder) async throws -> String {
        let run = try await ProgramRun(["completion", shell])
        try folder.write("_mailscope", run.output)
        return folder("_mailscope")
    }

    private func offered(_ text: String) -> Set<String> { Set(text.split(separator: "\n").map(String.init)) }
}

private enum Shells {
    static let zsh = path("zsh")
    static let fish = path("fish")

    private static func path(_ name: String) -> String? {
        ["/usr/bin/", "/bin/", "/usr/local/bin/"].map { $0 + name }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }
}
