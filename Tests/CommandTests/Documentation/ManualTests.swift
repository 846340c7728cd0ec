import CommandTree
import FoundationEssentials
import TestSupport
import Testing

@testable import mailscope

/// The manual: made from the command line for section 1, written by hand for section 5.
@Suite struct ManualTests {
    @Test func hasAPageForEveryCommand() async throws {
        let pages = Set(try await pages(of: "mailscope"))
        for path in Program.command.paths {
            #expect(pages.contains(path.map(\.name).joined(separator: "-") + ".1"))
        }
        #expect(pages.count == Program.command.paths.count)
    }

    @Test(.enabled(if: Mandoc.path != nil, "skipped: no mandoc here: apt-get install mandoc"))
    func isCleanInTheEyesOfMandoc() async throws {
        try await withTemporaryFolder { folder in
            let files = try await writeAll(to: folder)
            let lint = try await ProgramRun(
                program: try #require(Mandoc.path), ["-M", folder.path, "-T", "lint", "-W", "style"] + files)
            #expect(lint.output == "")
        }
    }

    @Test(.enabled(if: Mandoc.path != nil, "skipped: no mandoc here: apt-get install mandoc"))
    func readsAsItIsTyped() async throws {
        try await withTemporaryFolder { folder in
            _ = try await writeAll(to: folder)
            let page = try await ProgramRun(
                program: try #require(Mandoc.path),
                ["-T", "utf8", "-O", "width=200", folder("man1/mailscope-verify-scope.1")])
            // Bold and underlined, a character is struck twice.
            let text = page.output.replacing(/.\u{8}/, with: "")
            #expect(text.contains("mailscope verify-scope [OPTIONS]"))
            #expect(text.contains("-q, --quiet"))
            #expect(text.contains("--closed-from FILE"))
            #expect(text.contains("mailscope verify-scope --closed boss@contoso.com"))
            #expect(text.contains("its signature by the app's key to FILE.jws."))
        }
    }

    @Test func explainsEveryKeyOfTheConfiguration() throws {
        let survey = YAMLKeys(schema: "docs/schema/mailscope.schema.json")
        #expect(try explained(in: "docs/man/mailscope.yaml.5") == survey.paths())
    }

    @Test func explainsEveryKeyOfAPolicySpecification() throws {
        let survey = YAMLKeys(schema: "docs/schema/mailscope-policy.schema.json")
        #expect(try explained(in: "docs/man/mailscope-policy.yaml.5") == survey.paths())
    }

    @Test func refusesAPageThatThereIsNot() async throws {
        #expect(
            try await ProgramRun(["manual", "mailscope-sing.1"]).transcript() == """
                mailscope: error: no page 'mailscope-sing.1'
                mailscope: hint: 'mailscope manual' names the pages
                exit 64

                """)
    }

    private func pages(of program: String) async throws -> [String] {
        try await ProgramRun(program: program, ["manual"]).output.split(separator: "\n").map(String.init)
    }

    /// All pages as man finds them, so that references between them are looked up.
    private func writeAll(to folder: TemporaryFolder) async throws -> [String] {
        var files: [String] = []
        for section in ["man1", "man5"] {
            try FileManager.default.createDirectory(
                atPath: folder(section), withIntermediateDirectories: true)
        }
        for program in ["mailscope", "mailscope-simulator"] {
            for page in try await pages(of: program) {
                let run = try await ProgramRun(program: program, ["manual", page])
                files.append(try folder.write("man1/" + page, run.output))
            }
        }
        for page in try PackageFiles.names(in: "docs/man") {
            let text = String(decoding: try PackageFiles.bytes("docs/man/" + page), as: UTF8.self)
            files.append(try folder.write("man5/" + page, text))
        }
        return files
    }

    private func explained(in page: String) throws -> [String] {
        String(decoding: try PackageFiles.bytes(page), as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix(".It Cm ") }.map { String($0.dropFirst(7)) }.sorted()
    }
}

/// The keys that a schema describes, by their way from the top.
private struct YAMLKeys {
    let schema: String

    func paths() throws -> [String] {
        let node = try JSONDecoder().decode(Node.self, from: Data(PackageFiles.bytes(schema)))
        return node.paths(below: "").sorted()
    }

    private struct Node: Decodable {
        let properties: [String: Node]?
        /// In an array, so that a node can hold one.
        let items: [Node]

        private enum Key: CodingKey { case properties, items }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            properties = try container.decodeIfPresent([String: Node].self, forKey: .properties)
            items = [try container.decodeIfPresent(Node.self, forKey: .items)].compactMap(\.self)
        }

        func paths(below path: String) -> [String] {
            (properties ?? [:]).flatMap { key, node in [path + key] + node.paths(below: path + key + ".") }
                + items.flatMap { $0.paths(below: path.dropLast() + "[].") }
        }
    }
}

private enum Mandoc {
    static let path =
        FileManager.default.isExecutableFile(atPath: "/usr/bin/mandoc") ? "/usr/bin/mandoc" : nil
}
