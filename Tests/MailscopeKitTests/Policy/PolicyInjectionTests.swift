import Testing

@testable import MailscopeKit

/// Whatever stands in a text field is refused, or comes out as that one value and changes nothing else.
@Suite struct PolicyInjectionTests {
    typealias Field = (name: String, set: @Sendable (inout PolicySpecification, String) -> Void)

    static let fields: [Field] = [
        ("tenantID", { $0.tenantID = $1 }), ("domain", { $0.domain = $1 }),
        ("name", { $0.application.name = $1 }), ("clientID", { $0.application.clientID = $1 }),
        ("servicePrincipalID", { $0.application.servicePrincipalID = $1 }),
        ("certificate", { $0.application.certificate = $1 }), ("address", { $0.mailboxes[0].address = $1 }),
        ("objectID", { $0.mailboxes[0].objectID = $1 }), ("groupName", { $0.group?.name = $1 }),
        ("groupAddress", { $0.group?.address = $1 }), ("groupOwner", { $0.group?.owner = $1 }),
        ("scope", { $0.scope = $1 }), ("closed", { $0.closed[0] = $1 }),
    ]

    @Test func knowsEnoughHostileValues() { #expect(Set(HostileValues.all).count >= 200) }

    @Test(arguments: fields.map(\.name))
    func isRefusedOrStaysOneValue(field: String) throws {
        let set = try #require(Self.fields.first { $0.name == field }).set
        let base = try Self.blocks(of: PolicySamples.specification(), PolicySamples.specification(.rbac)).map(
            \.rest)
        var taken = 0
        let asAddress = HostileValues.all.map { $0 + "@contoso.com" }
        for value in HostileValues.all + asAddress {
            var (policy, roles) = (PolicySamples.specification(), PolicySamples.specification(.rbac))
            set(&policy, value)
            set(&roles, value)
            guard policy.objections().isEmpty, roles.objections().isEmpty else { continue }
            taken += 1
            let blocks = try Self.blocks(of: policy, roles)
            #expect(blocks.map(\.rest) == base, "\(value.debugDescription)")
            #expect(
                field == "domain" || blocks.contains { Self.holds($0, value) }, "\(value.debugDescription)")
            for specification in [policy, roles] {
                for line in try #require(PolicyLines.lines(of: specification)) {
                    let isPrintable = line.utf8.allSatisfy { byte in byte >= 0x20 && byte <= 0x7e }
                    #expect(isPrintable)
                }
            }
        }
        // Names are free text, and addresses may have an apostrophe; ids leave nothing to choose.
        let isFree = ["name", "groupName", "scope"].contains(field)
        #expect(isFree ? taken > 100 : taken < 60, "\(taken)")
    }

    @Test func keepsThePageAPage() throws {
        for value in HostileValues.all {
            var specification = PolicySamples.specification()
            specification.application.name = value
            specification.group?.name = value
            guard specification.objections().isEmpty else { continue }
            let page = try #require(try PolicySamples.folder(specification).files.first).bytes
            let isASCII = page.allSatisfy { byte in
                byte < 0x7f && (byte >= 0x20 || byte == 0x0a || byte == 0x0d)
            }
            #expect(isASCII)
            let lines = String(decoding: page, as: UTF8.self).split(
                separator: "\r\n", omittingEmptySubsequences: false)
            #expect(lines.filter { $0.hasPrefix("```") }.count == 2)
            #expect(lines.filter { $0.hasPrefix("#") && $0.hasPrefix("# ") }.count == 3)
            #expect(!lines.prefix(4).joined().contains { "<>`$*_[".contains($0) })
        }
    }

    private static func texts(of specifications: [PolicySpecification]) throws -> [String] {
        try specifications.flatMap { specification in
            try PolicySamples.folder(specification).files.filter { $0.name.hasSuffix(".ps1") }
                .map { String(decoding: $0.bytes, as: UTF8.self) }
        }
    }

    private static func blocks(of specifications: PolicySpecification...) throws -> [ValueBlock] {
        try texts(of: specifications).map { try ValueBlock(of: $0) }
    }

    private static func holds(_ block: ValueBlock, _ value: String) -> Bool {
        block.values.values.contains { $0.contains { PowerShellLiteralTests.isExactly($0, value) } }
    }
}
