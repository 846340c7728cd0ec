import Testing

@testable import MailscopeKit

@Suite struct PolicySpecificationTests {
    @Test func hasNothingAgainstTheUsual() {
        #expect(PolicySamples.specification().objections().isEmpty)
        #expect(PolicySamples.specification(.rbac).objections().isEmpty)
    }

    typealias Change = @Sendable (inout PolicySpecification) -> Void

    static let faults: [(PolicyObjection.Field, Change)] = [
        (.tenantID, { $0.tenantID = "contoso.com" }), (.domain, { $0.domain = "contoso.com" }),
        (.applicationName, { $0.application.name = "a\u{202e}b" }),
        (.clientID, { $0.application.clientID = "x" }),
        (.servicePrincipalID, { $0.application.servicePrincipalID = PolicySamples.client.uppercased() }),
        (.certificate, { $0.application.certificate = "a'" }), (.mailboxes, { $0.mailboxes = [] }),
        (.mailboxAddress(0), { $0.mailboxes[0].address = "*@contoso.com" }),
        (.mailboxAddress(1), { $0.mailboxes.append(.init(address: "INVOICES@contoso.com")) }),
        (.mailboxObjectID(0), { $0.mailboxes[0].objectID = PolicySamples.principal }),
        (.permissions, { $0.permissions = [] }), (.permissions, { $0.permissions = [.mailRead, .mailRead] }),
        (.group, { $0.group = nil }), (.groupName, { $0.group?.name = String(repeating: "x", count: 65) }),
        (.groupName, { $0.group?.name = PolicySamples.box }), (.scope, { $0.scope = PolicySamples.box }),
        (.groupAddress, { $0.group?.address = "invoices@contoso.com" }),
        (.groupOwner, { $0.group?.owner = "admin" }), (.scope, { $0.scope = "x\u{0}" }),
        (.closed(0), { $0.closed = ["Invoices@contoso.com"] }),
        (.closed(1), { $0.closed = ["a@contoso.com", "A@contoso.com"] }),
    ]

    @Test(arguments: faults.indices)
    func objectsWithTheField(index: Int) {
        var specification = PolicySamples.specification()
        Self.faults[index].1(&specification)
        #expect(specification.objections().map(\.field) == [Self.faults[index].0])
        #expect(throws: PolicyObjections.self) { try PolicySamples.folder(specification) }
    }

    @Test func boundsTheFilterOfAScope() {
        var specification = PolicySamples.specification(.rbac)
        specification.mailboxes = (0...PolicySpecification.scopeLimit).map {
            .init(address: "a\($0)@contoso.com")
        }
        #expect(specification.objections().map(\.field) == [.mailboxes])
        specification.method = .applicationAccessPolicy
        #expect(specification.objections().isEmpty)
    }

    @Test func takesRecordsInEveryEncodingOfPowerShell() throws {
        let text =
            #"{"schema": "mailscope-app/1", "tenantId": "\#(PolicySamples.box)", "clientId": "\#(PolicySamples.client)", "servicePrincipalId": "\#(PolicySamples.principal)", "thumbprint": null, "mailboxes": []}"#
        let plain: [UInt8] = Array(text.utf8)
        var little: [UInt8] = [0xff, 0xfe]
        var big: [UInt8] = [0xfe, 0xff]
        for unit in text.utf16 {
            little += [UInt8(unit & 0xff), UInt8(unit >> 8)]
            big += [UInt8(unit >> 8), UInt8(unit & 0xff)]
        }
        let marked: [UInt8] = [0xef, 0xbb, 0xbf] + plain
        for bytes in [plain, marked, little, big] {
            #expect(try #require(RegisteredApp(bytes)).clientId == PolicySamples.client)
        }
        #expect(RegisteredApp(Array(text.replacing("mailscope-app/1", with: "x").utf8)) == nil)
        #expect(RegisteredApp(Array(text.replacing(PolicySamples.client, with: "$(x)").utf8)) == nil)
        #expect(RegisteredApp([0xff, 0xfe, 0x41]) == nil)
    }
}
