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

    /// The script that surely carries a field's value.
    static func carrier(of field: String) -> String {
        switch field {
        case "name", "certificate": "1-register.ps1"
        case "closed": "4-check.ps1"
        default: "2-confine.ps1"
        }
    }

    @Test(arguments: fields.map(\.name))
    func isRefusedOrStaysOneValue(field: String) throws {
        let set = try #require(Self.fields.first { $0.name == field }).set
        let carrier = Self.carrier(of: field)
        var taken = 0
        let asAddress = HostileValues.all.map { $0 + "@contoso.com" }
        for (index, value) in (HostileValues.all + asAddress).enumerated() {
            let usesRoles = field == "scope" || (!field.hasPrefix("group") && index.isMultiple(of: 2))
            let base = PolicySamples.specification(usesRoles ? .rbac : .applicationAccessPolicy)
            var specification = base
            set(&specification, value)
            guard specification.objections().isEmpty else { continue }
            taken += 1
            let folder = try PolicySamples.folder(specification)
            // Each value in the script that carries it, and each script in its turn.
            for name in Set([carrier, folder.scripts[index % folder.scripts.count].name]) {
                let block = try Self.block(name, of: folder)
                let rest = try Self.block(name, of: PolicySamples.folder(base)).rest
                #expect(block.rest == rest, "\(name): \(value.debugDescription)")
                if name == carrier, field != "domain" {
                    #expect(Self.holds(block, value), "\(name): \(value.debugDescription)")
                }
            }
            for line in try #require(PolicyLines.lines(of: specification)) {
                let isPrintable = line.utf8.allSatisfy { byte in byte >= 0x20 && byte <= 0x7e }
                #expect(isPrintable)
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

    private static func block(_ name: String, of folder: PolicyFolder) throws -> ValueBlock {
        let script = try #require(folder.scripts.first { $0.name == name })
        return try ValueBlock(of: String(decoding: folder.file(script).bytes, as: UTF8.self))
    }

    private static func holds(_ block: ValueBlock, _ value: String) -> Bool {
        block.values.values.contains { $0.contains { PowerShellLiteralTests.isExactly($0, value) } }
    }
}
