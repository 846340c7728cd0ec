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
