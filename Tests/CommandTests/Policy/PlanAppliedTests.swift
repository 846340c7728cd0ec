import FoundationEssentials
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

/// The plan that the scripts are written from, applied to a tenant: it does confine.
@Suite struct PlanAppliedTests {
    @Test(arguments: ["application-access-policy", "rbac"])
    func opensOneMailboxAndNoOther(method: String) async throws {
        let place = try TenantPlace(content: "headers", sinks: "json-lines: {path: lines}")
        place.fill(3)
        func administer(_ path: String, _ body: String) {
            let answer = place.tenant.answer(
                ServerRequest(
                    method: "POST", target: "/simulator/" + path, headers: [], body: Array(body.utf8)))
            #expect(answer.status == 200, "\(body)")
        }
        if method == "rbac" {
            administer("entra", #"{"action":"revoke","app":"\#(TenantPlace.client)","role":"Mail.Read"}"#)
        }
        let specification = try place.place.folder.write(
            "policy.yaml",
            """
            tenant: {id: \(place.tenant.directory.tenantID), domain: contoso.onmicrosoft.com}
            application:
              name: Reader
              client-id: \(TenantPlace.client)
              object-id: 11111111-0000-4000-8000-000000000002
              certificate: certificate.pem
            mailboxes: [{address: reports@contoso.test, object-id: \(TenantPlace.mailbox)}]
            permissions: [Mail.Read]
            method: \(method)
            group: {name: Readers, address: readers@contoso.test, owner: finance@contoso.test}
            closed: [finance@contoso.test]
            """)
        let plan = try await ProgramRun(["policy", "commands", specification, "--json"])
        #expect(plan.exitCode == 0, "\(plan.errors)")
        for line in plan.output.split(separator: "\n") {
            let request = try #require(line.firstRange(of: #","request":"#)).upperBound
            administer(
                line.contains(#""at":"exchange""#) ? "exchange" : "entra", String(line[request...].dropLast())
            )
        }
        let open = try await place.run("fetch")
        #expect(open.exitCode == 0, "\(open.errors)")
        try place.edit("mailbox: reports@contoso.test", "mailbox: finance@contoso.test")
        try place.edit("state: state", "state: other")
        let closed = try await place.run("fetch")
        #expect(closed.exitCode == 4, "\(closed.errors)")
    }
}
