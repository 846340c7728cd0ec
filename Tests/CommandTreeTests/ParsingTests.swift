import CommandTree
import Testing

@Suite struct ParsingTests {
    @Test(arguments: [
        "--to a x --count 4", "--to=a x --count=4", "x -n 4 --to a", "-n4 --to a x",
        "--to a -n 9 --count 4 -- x",
    ])
    func takesOptionsInEverySpellingAndPlace(line: String) throws {
        let (name, arguments) = try SampleTree.arguments("send " + line)
        #expect(name == "post send")
        #expect(arguments[SampleTree.to] == "a")
        #expect(arguments[SampleTree.count] == 4)
        #expect(arguments.operands == ["x"])
    }

    @Test func givesDefaultsWhereNothingWasSaid() throws {
        let (_, arguments) = try SampleTree.arguments("send --to a x")
        #expect(arguments[SampleTree.config] == "/etc/post.yaml")
        #expect(arguments[SampleTree.count] == 3)
        #expect(arguments[SampleTree.until] == nil)
        #expect(arguments[SampleTree.tag] == [])
        #expect(arguments[SampleTree.json] == false)
        #expect(arguments.given == ["to"])
    }

    @Test func collectsWhatMayBeGivenOften() throws {
        let (_, arguments) = try SampleTree.arguments("send -t red --to a --tag=blue x --until today")
        #expect(arguments[SampleTree.tag] == ["red", "blue"])
        #expect(arguments[SampleTree.until] == "today")
    }

    @Test(arguments: ["-c f box list -j", "box --config f list --json", "box list -j --config=f"])
    func takesAGroupsOptionsAnywhere(line: String) throws {
        let (name, arguments) = try SampleTree.arguments(line)
        #expect(name == "post box list")
        #expect(arguments[SampleTree.config] == "f")
        #expect(arguments[SampleTree.json])
    }

    @Test func takesFlagsInOneWordWithAValueLast() throws {
        let (_, arguments) = try SampleTree.arguments("send --to a -jqn5 x")
        #expect(arguments[SampleTree.json])
        #expect(arguments[SampleTree.quiet])
        #expect(arguments[SampleTree.count] == 5)
    }

    @Test func leavesWordsAfterTwoDashesAlone() throws {
        let (_, arguments) = try SampleTree.arguments("send --to=--odd -- --help -j -")
        #expect(arguments.operands == ["--help", "-j", "-"])
        #expect(arguments[SampleTree.to] == "--odd")
    }

    @Test(arguments: [
        ("snd", "post has no command 'snd'", "did you mean 'send'?"),
        ("frobnicate", "post has no command 'frobnicate'", "commands: send, box"),
        ("box lsit", "post box has no command 'lsit'", "did you mean 'list'?"),
        ("--json", "post has no option '--json'", "--json belongs after the command: send"),
        ("box list --jsn", "post box list has no option '--jsn'", "did you mean '--json'?"),
        (
            "box list --xyzzy", "post box list has no option '--xyzzy'",
            "'post box list --help' lists its options"
        ),
        ("box list -x", "post box list has no option '-x'", "'post box list --help' lists its options"),
        ("send x", "--to is missing", "--to ADDRESS: who gets it"),
        ("send --to a", "LETTER is missing", "LETTER: a file with the letter's text"),
        ("send x --to", "--to needs a value", "write it as --to ADDRESS"),
        ("send --to --json x", "--to needs a value", "write it as --to ADDRESS"),
        ("send --to a -n 10 x", "-n takes a whole number from 1 to 9, not '10'", "-n N: how many"),
        (
            "send --to a --count x x", "--count takes a whole number from 1 to 9, not 'x'",
            "--count N: how many"
        ),
        ("--level loud send", "--level takes low or high, not 'loud'", "--level LEVEL: how much to say"),
        ("box list --json=yes", "--json takes no value", "write it as --json"),
        ("box list extra", "'extra' is one word too many", "usage: post box list [OPTIONS]"),
    ])
    func refusesWithWhatToDo(line: String, message: String, hint: String) {
        #expect(throws: UsageError(message: message, hint: hint)) { try SampleTree.arguments(line) }
    }

    @Test func suggestsOnlyWhatIsNear() {
        let root = Command("p", "", children: [Command("run", "") { _ in 0 }, Command("rm", "") { _ in 0 }])
        #expect(throws: UsageError(message: "p has no command 'x'", hint: "commands: run, rm")) {
            _ = try root.interpret(["x"])
        }
    }

    @Test func performsAVerbAndReturnsItsCode() async throws {
        let code = try await SampleTree.root.perform(["box", "empty"], answer: { _ in }, complain: { _ in })
        #expect(code == 7)
    }

    @Test func complainsInTwoLinesAndEndsWith64() async throws {
        var complaints = ""
        let code = try await SampleTree.root.perform(
            ["box", "lis"], answer: { _ in }, complain: { complaints += $0 })
        #expect(code == 64)
        #expect(
            complaints == "post: error: post box has no command 'lis'\npost: hint: did you mean 'list'?\n")
    }
}
