import FoundationEssentials
import Testing
import YAMLDocument

@testable import mailscope

@Suite struct SchemaTests {
    static let schema = "docs/schema/mailscope.schema.json"
    static let surroundings = Surroundings(
        environment: ["CREDENTIALS_DIRECTORY": "/run/credentials"],
        now: Date(timeIntervalSince1970: 1_780_000_000))

    @Test func knowsTheReadersKeysAndNoOthers() throws {
        let schema = try JSONDecoder().decode(SchemaNode.self, from: Data(PackageFiles.bytes(Self.schema)))
        let survey = YAMLMapping.survey()
        _ = Configuration.read(survey, file: "x.yaml", in: Self.surroundings)
        #expect(Set(schema.paths()).subtracting(survey.askedPaths) == [], "the reader does not know these")
        #expect(Set(survey.askedPaths).subtracting(schema.paths()) == [], "the schema does not know these")
        #expect(survey.askedPaths.contains("sinks.maildir.path"))
    }

    @Test func explainsEveryKeyInTheReference() throws {
        let schema = try JSONDecoder().decode(SchemaNode.self, from: Data(PackageFiles.bytes(Self.schema)))
        let page = String(decoding: try PackageFiles.bytes("docs/configuration.md"), as: UTF8.self)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") || $0.hasPrefix("`sinks`*") }
        let explained = Set(
            rows.compactMap { $0.split(separator: "`").dropFirst($0.hasPrefix("|") ? 1 : 0).first })
        #expect(schema.paths().filter { !explained.contains(Substring($0)) } == [])
    }

    @Test func refusesUnknownKeysAtEveryLevel() throws {
        let schema = try JSONDecoder().decode(SchemaNode.self, from: Data(PackageFiles.bytes(Self.schema)))
        #expect(schema.open(at: "the top") == [])
    }

    @Test(arguments: try PackageFiles.names(in: "docs/examples"))
    func describesExamplesThatTheReaderTakes(name: String) throws {
        let bytes = try PackageFiles.bytes("docs/examples/" + name)
        #expect(
            String(decoding: bytes, as: UTF8.self).hasPrefix(
                "# yaml-language-server: $schema=../schema/mailscope.schema.json\n"))
        _ = try Configuration.read(
            file: PackageFiles.root + "/docs/examples/" + name, in: Self.surroundings)
    }

    @Test func showsEveryKeyInOneExample() throws {
        let schema = try JSONDecoder().decode(SchemaNode.self, from: Data(PackageFiles.bytes(Self.schema)))
        let example = try #require(try YAMLValue.parse(PackageFiles.bytes("docs/examples/everything.yaml")))
        let alternatives: Set = [
            "since", "sinks.maildir", "sinks.maildir.path", "sinks.maildir.syncfs", "sinks.json-lines.stdout",
        ]
        #expect(Set(schema.paths()).subtracting(paths(of: example)) == alternatives)
    }

    private func paths(of value: YAMLValue) -> Set<String> {
        guard case .mapping(let members) = value.content else { return [] }
        return Set(
            members.flatMap { member in [member.key] + paths(of: member.value).map { member.key + "." + $0 } }
        )
    }
}

/// The part of a JSON schema that names keys.
private struct SchemaNode: Decodable {
    let properties: [String: SchemaNode]?
    let additionalProperties: Bool?

    private enum Key: CodingKey { case properties, additionalProperties }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        properties = try container.decodeIfPresent([String: SchemaNode].self, forKey: .properties)
        additionalProperties = try container.decodeIfPresent(Bool.self, forKey: .additionalProperties)
    }

    func paths() -> [String] {
        (properties ?? [:]).flatMap { key, node in [key] + node.paths().map { key + "." + $0 } }
    }

    func open(at path: String) -> [String] {
        guard let properties else { return [] }
        return (additionalProperties == false ? [] : [path]) + properties.flatMap { $1.open(at: $0) }
    }
}
