import CommandTree
import Testing

@Suite struct HelpTests {
    static let program = """
        post: carries letters

        USAGE
          post [OPTIONS] COMMAND

        COMMANDS
          send  sends letters to one address
          box   looks after the box

        OPTIONS
          -c, --config FILE  the configuration (default: /etc/post.yaml)
              --level LEVEL  how much to say: low or high (default: low)
          -h, --help         show this help
              --version      show the version

        """

    static let send = """
        post send: sends letters to one address

        USAGE
          post send --to ADDRESS [OPTIONS] LETTER…

        DESCRIPTION
          Each letter goes out once, in the order given; a letter that cannot be read
          stops the rest.

        OPERANDS
          LETTER…  a file with the letter's text

        OPTIONS
              --to ADDRESS  who gets it
          -n, --count N     how many (default: 3)
          -t, --tag TAG     a tag, as often as wanted
              --until DATE  where to stop
          -j, --json        print JSON
          -q, --quiet       say nothing
          -h, --help        show this help

        GLOBAL OPTIONS
          -c, --config FILE  the configuration (default: /etc/post.yaml)
              --level LEVEL  how much to say: low or high (default: low)

        EXIT CODES
          0   sent
          64  the command line makes no sense

        EXAMPLES
          post send --to a@contoso.test hello.txt
              sends one letter

        """

    @Test(arguments: ["", "--help", "-h", "help", "-c x", "--config x --help"])
    func ofTheProgram(line: String) throws {
        #expect(try SampleTree.shown(line) == Self.program)
    }

    @Test(arguments: ["send --help", "send -h x", "--help send", "help send", "send --to a --help"])
    func ofAVerb(line: String) throws {
        #expect(try SampleTree.shown(line) == Self.send)
    }

    @Test func ofAGroupWithoutAVerb() throws {
        #expect(
            try SampleTree.shown("box").hasPrefix(
                "post box: looks after the box\n\nUSAGE\n  post box [OPTIONS]"))
    }

    @Test func showsTheVersion() throws {
        #expect(try SampleTree.shown("--version") == "post 1.2.3\n")
    }

    @Test func givesALongSpellingALineOfItsOwn() throws {
        let option: Option<String?> = .text(
            "a-very-long-name-indeed", "WITH-A-VALUE", help: "is explained below")
        let root = Command("p", "x", options: [option]) { _ in 0 }
        guard case .show(let text) = try root.interpret(["--help"]) else { return }
        #expect(
            text.contains(
                "\n      --a-very-long-name-indeed WITH-A-VALUE\n                              is explained below\n"
            ))
    }
}
