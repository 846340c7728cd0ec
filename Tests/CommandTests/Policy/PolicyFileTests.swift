import FoundationEssentials
import MailscopeKit
import TestSupport
import Testing
import YAMLDocument

@testable import mailscope

@Suite struct PolicyFileTests {
    static let good = """
        tenant: {id: 11111111-2222-4333-8444-555555555555, domain: contoso.onmicrosoft.com}
        application: {name: Invoice reader}
        mailboxes:
          - address: invoices@contoso.com
        method: application-access-policy
        group:
          name: mailscope invoices
          address: mailscope-invoices@contoso.com
          owner: admin@contoso.com

        """

    func read(_ text: String) throws -> PolicySpecification {
        let top = try YAMLMapping(file: "x.yaml", bytes: Array(text.utf8))
        let place = FilePlace(configurationFile: "x.yaml", surroundings: SchemaTests.surroundings)
        let specification = PolicySpecification.read(top, place: place, method: nil)
        try top.finish()
        return try #require(specification)
    }

    /// What is found, a line a finding and a line its hint.
    func findings(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch let findings as YAMLFindings {
            return findings.findings.flatMap { ["\($0)"] + ($0.hint.map { ["  " + $0] } ?? []) }
        } catch {
            return ["\(error)"]
        }
    }

    @Test func takesWhatIsUsual() throws {
        let specification = try read(Self.good)
        #expect(specification.permissions == [.mailRead])
        #expect(specification.method == .applicationAccessPolicy)
        #expect(!specification.isComplete)
        #expect(specification.scopeName == "mailscope invoices")
    }

    @Test(arguments: [
        ("method: application-access-policy", "method: none", "x.yaml:5:9: method: 'none' confines nothing"),
        (
            "  - address: invoices@contoso.com", "  - address: '*@contoso.com'",
            "x.yaml:4:14: mailboxes[1].address: '*@contoso.com' has a '*'"
        ),
        (
            "\n  - address: invoices@contoso.com", " all",
            "x.yaml:3:12: mailboxes: 'all' would open every mailbox"
        ),
        ("\n  - address: invoices@contoso.com", " []", "x.yaml:3:12: mailboxes: names no mailbox"),
        (
            "  - address: invoices@contoso.com", "  - invoices@contoso.com",
            "x.yaml:4:3: mailboxes: takes keys for each mailbox"
        ),
        (
            "method:", "access-right: DenyAccess\nmethod:",
            "x.yaml:5:15: access-right: DenyAccess closes the group's mailboxes and leaves every other one open"
        ),
        (
            "  owner:", "  kind: dynamic\n  owner:",
            "x.yaml:9:9: group.kind: a dynamic group is no security principal"
        ),
        ("  owner: admin@contoso.com", "", "x.yaml:6:1: group.owner: is missing"),
        ("method:", "permission: Mail.Read\nmethod:", "x.yaml:5:1: there is no key 'permission' here"),
        (
            "method:", "permissions: [Mail.Send]\nmethod:",
            "x.yaml:5:15: permissions[1]: takes Mail.Read or Mail.ReadBasic, not 'Mail.Send'"
        ),
        (
            "id: 11111111-2222-4333-8444-555555555555", "id: contoso.com",
            "x.yaml:1:14: tenant.id: takes a GUID"
        ),
        (
            "contoso.onmicrosoft.com}", "contoso.com}",
            "x.yaml:1:60: tenant.domain: takes the tenant's first domain"
        ),
        (
            "name: Invoice reader", "name: \"a\\u202Eb\"",
            "x.yaml:2:21: application.name: has a character that cannot be seen, U+202E"
        ),
        ("method:", "closed: [x]\nmethod:", "x.yaml:5:10: closed[1]: takes a mail address, not 'x'"),
        (
            "method:", "closed: [invoices@contoso.com]\nmethod:",
            "x.yaml:5:9: closed: 'invoices@contoso.com' cannot be open and closed"
        ),
        ("method: application-access-policy", "", "x.yaml:1:1: method: is missing"),
        (
            "name: Invoice reader", "name: x, certificate: nowhere.pem",
            "x.yaml:2:37: application.certificate: nowhere.pem does not exist"
        ),
    ])
    func refusesWithPlaceAndMend(old: String, new: String, expected: String) {
        let found = findings(Self.good.replacing(old, with: new))
        #expect(found.first?.hasPrefix(expected) ?? false, "\(found)")
        #expect(found.count >= 2, "a finding needs its mend: \(found)")
    }

    @Test func saysThatNamesAreTooLong() {
        let long = String(repeating: "x", count: 65)
        #expect(
            findings(Self.good.replacing("mailscope invoices", with: long))
                .contains("x.yaml:7:9: group.name: has 65 characters; 64 are the limit"))
    }

    @Test func hasASchemaWithTheReadersKeysAndNoOthers() throws {
        let bytes = try PackageFiles.bytes("docs/schema/mailscope-policy.schema.json")
        let schema = try JSONDecoder().decode(ListSchema.self, from: Data(bytes))
        let survey = YAMLMapping.survey()
        let place = FilePlace(configurationFile: "x.yaml", surroundings: SchemaTests.surroundings)
        _ = PolicySpecification.read(survey, place: place, method: nil)
        #expect(Set(survey.askedPaths) == Set(schema.paths()))
        #expect(survey.askedPaths.contains("mailboxes[].object-id"))
        #expect(schema.open(at: "the top") == [])
    }

    @Test func offersATemplateThatCanBeRead() throws {
        let template = PolicyTemplate.text(from: nil)
        let zero = "00000000-0000-0000-0000-000000000000"
        #expect(try read(template).tenantID == zero)
        let configuration = try ConfigurationTests().read(ConfigurationTests.good)
        #expect(
            PolicyTemplate.text(from: configuration).contains(
                "client-id: 7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11"))
        #expect(PolicyTemplate.text(from: configuration).contains("  - address: reports@contoso.com"))
    }
}

/// The part of a JSON schema that names keys, with those of lists' elements.
private final class ListSchema: Decodable {
    let properties: [String: ListSchema]?
    let additionalProperties: Bool?
    let items: ListSchema?

    func paths() -> [String] {
        var found: [String] = []
        for (key, node) in properties ?? [:] {
            found.append(key)
            for path in node.paths() { found.append("\(key).\(path)") }
            for path in node.items?.paths() ?? [] { found.append("\(key)[].\(path)") }
        }
        return found
    }

    func open(at path: String) -> [String] {
        guard let properties else { return items?.open(at: path) ?? [] }
        var found: [String] = additionalProperties == false ? [] : [path]
        for (key, node) in properties { found += node.open(at: key) }
        return found
    }
}
