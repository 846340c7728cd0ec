import FoundationEssentials
import Testing
import Verification

@testable import mailscope

/// The schema in docs/schema holds for what the program writes, every key of it.
@Suite struct ReportSchemaTests {
    static let path = "docs/schema/verification-report.schema.json"

    /// The sample with all that is optional.
    private func fullReport() throws -> VerificationReport {
        var report = try SampleReport.read()
        report.plan.waitSeconds = 14_400
        report.resumed = try JSONDecoder().decode(
            VerificationReport.Resumption.self,
            from: Data(#"{"mailboxes": 3, "oldest": 0, "newest": 60}"#.utf8))
        report.toConclude = ["run it again"]
        return report
    }

    private func faults(_ report: VerificationReport) throws -> [String] {
        let schema = try JSONDecoder().decode(JSONTree.self, from: Data(PackageFiles.bytes(Self.path)))
        let value = try JSONDecoder().decode(JSONTree.self, from: Data(report.json()))
        return schema.faults(of: value, root: schema)
    }

    @Test func describesAReport() throws {
        #expect(try faults(fullReport()) == [])
        #expect(try faults(SampleReport.read()) == [])
    }

    @Test func describesARedactedReport() throws {
        let redactor = ReportRedactor { text in
            let digit = String(text.utf8.count % 10)
            return String(repeating: digit, count: 64)
        }
        #expect(try faults(redactor.report(fullReport())) == [])
    }

    @Test func knowsAllThatTheProgramCanSay() throws {
        let schema = try JSONDecoder().decode(JSONTree.self, from: Data(PackageFiles.bytes(Self.path)))
        let definitions = schema["$defs"]
        let words = { (tree: JSONTree?) in Set((tree?["enum"]?.items ?? []).compactMap(\.text)) }
        let probe = definitions?["probe"]?["properties"]
        #expect(words(definitions?["door"]) == Set(ProbeDoor.allCases.map(\.rawValue)))
        #expect(words(definitions?["nameKind"]) == Set(ProbeName.Kind.allCases.map(\.rawValue)))
        #expect(words(definitions?["doubt"]) == Set(ProbeFinding.Doubt.allCases.map(\.rawValue)))
        #expect(words(probe?["answer"]) == Set(ProbeFinding.Answer.allCases.map(\.rawValue)))
        #expect(words(probe?["way"]) == Set(ProbeFinding.Way.allCases.map(\.rawValue)))
        #expect(words(schema["properties"]?["verdict"]) == Set(Verdict.allCases.map(\.rawValue)))
        #expect(
            words(definitions?["mailbox"]?["properties"]?["state"])
                == Set(MailboxFinding.State.allCases.map(\.rawValue)))
        #expect(
            words(definitions?["role"]?["properties"]?["bearing"])
                == Set(RoleFinding.Bearing.allCases.map(\.rawValue)))
        #expect(schema["properties"]?["schema"]?["const"]?.text == VerificationReport.currentSchema)
    }

    @Test func refusesWhatIsNoReport() throws {
        var report = try SampleReport.read()
        report.schema = "mailscope.verify-scope/2"
        report.controlsHeld = -1
        #expect(try faults(report) == ["$.controlsHeld: below 0", "$.schema: not the constant"])
    }
}

/// Any JSON, and as much of JSON Schema as the schema of reports needs.
private indirect enum JSONTree: Decodable, Equatable {
    case object([String: JSONTree])
    case array([JSONTree])
    case string(String)
    case number(Double)
    case bool(Bool)
    case null

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONTree].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONTree].self))
        }
    }

    subscript(key: String) -> JSONTree? {
        if case .object(let members) = self { members[key] } else { nil }
    }
    var items: [JSONTree] { if case .array(let items) = self { items } else { [] } }
    var text: String? { if case .string(let text) = self { text } else { nil } }

    private var type: String {
        switch self {
        case .object: "object"
        case .array: "array"
        case .string: "string"
        case .number(let number): number == number.rounded() ? "integer" : "number"
        case .bool: "boolean"
        case .null: "null"
        }
    }

    /// What of `value` does not fit this schema.
    func faults(of value: JSONTree, root: JSONTree, at path: String = "$") -> [String] {
        if let name = self["$ref"]?.text?.split(separator: "/").last {
            return root["$defs"]?[String(name)]?.faults(of: value, root: root, at: path)
                ?? ["\(path): no definition"]
        }
        var faults: [String] = []
        if let type = self["type"]?.text, type != value.type {
            return ["\(path): \(value.type), not \(type)"]
        }
        if let constant = self["const"], constant != value { faults.append("\(path): not the constant") }
        if let words = self["enum"], !words.items.contains(value) {
            faults.append("\(path): not among the words")
        }
        if case .number(let least)? = self["minimum"], case .number(let number) = value, number < least {
            faults.append("\(path): below \(Int(least))")
        }
        if case .number(let least)? = self["minItems"], Double(value.items.count) < least {
            faults.append("\(path): too few")
        }
        if let items = self["items"] {
            for (index, item) in value.items.enumerated() {
                faults += items.faults(of: item, root: root, at: "\(path)[\(index)]")
            }
        }
        guard case .object(let members) = value else { return faults }
        for name in (self["required"]?.items ?? []).compactMap(\.text) where members[name] == nil {
            faults.append("\(path): without \(name)")
        }
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            if let schema = self["properties"]?[name] {
                faults += schema.faults(of: member, root: root, at: "\(path).\(name)")
            } else if self["additionalProperties"] == .bool(false) {
                faults.append("\(path): \(name) is unknown")
            } else if let schema = self["additionalProperties"] {
                faults += schema.faults(of: member, root: root, at: "\(path).\(name)")
            }
        }
        return faults
    }
}
