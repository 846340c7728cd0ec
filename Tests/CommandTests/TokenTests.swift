import FoundationEssentials
import TenantSimulator
import Testing

@testable import mailscope

@Suite struct TokenTests {
    @Test func showsWhatTheTokenSays() async throws {
        let tenant = try TenantPlace()
        let text = try await tenant.transcript("token")
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("issued") && !$0.hasPrefix("expires") }
        #expect(
            lines.joined(separator: "\n") == """
                for                TENANT
                tenant             TENANT-ID
                app                7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11
                name               mailscope
                service principal  11111111-0000-4000-8000-000000000002
                type               app
                roles              Mail.Read
                exit 0
                """)
    }

    @Test func printsNothingButTheTokenWhereAskedTo() async throws {
        let tenant = try TenantPlace()
        let run = try await tenant.run("token", "--raw")
        #expect(run.output.split(separator: ".").count == 3)
        #expect(run.errors == "")
    }

    @Test func tellsOfACertificateThatTheTenantDoesNotKnow() async throws {
        let tenant = try TenantPlace()
        try tenant.place.writeIdentity()
        let text = try await tenant.transcript("token")
        #expect(
            text.hasPrefix(
                "mailscope: error: the tenant gave no token: the app registration does not know the certificate that signed; "
                    + "the service decoded the thumbprint SHA-256, which is ours (SHA-1 SHA-1, SHA-256 SHA-256)\n"
                    + "mailscope: hint: upload the certificate (not the key) at Entra admin center"))
        #expect(text.contains("\nmailscope: hint: it said AADSTS700027: "))
        #expect(text.hasSuffix("(correlation id GUID, trace id GUID)\nexit 4\n"))
    }

    @Test func tellsOfAWrongTenant() async throws {
        let tenant = try TenantPlace()
        try tenant.edit(tenant.tenant.directory.tenantID, "33333333-0000-4000-8000-000000000000")
        let text = try await tenant.transcript("token")
        #expect(
            text.hasPrefix(
                """
                mailscope: error: the tenant gave no token: there is no directory 33333333-0000-4000-8000-000000000000 in this cloud (custom)
                mailscope: hint: set tenant to the Directory (tenant) ID of the app's Overview page, and cloud to the tenant's cloud
                mailscope: hint: it said AADSTS90002: Tenant '33333333-0000-4000-8000-000000000000' not found.
                """))
        #expect(text.hasSuffix("\nexit 4\n"))
    }

    @Test func tellsOfAnUnknownAuthority() async throws {
        let tenant = try TenantPlace()
        try tenant.edit("ca-file: ca.pem\n", "")
        let text = try await tenant.transcript("token")
        #expect(
            text == """
                mailscope: error: no token: the certificate of TENANT-HOST is not trusted: its issuer is no authority that this system knows (SSL certificate problem: unable to get local issuer certificate)
                mailscope: hint: where a proxy opens TLS on purpose, put its authority's certificate in a file and set 'ca-file'
                exit 1

                """)
    }

    @Test func tellsOfANetworkThatIsNotThere() async throws {
        let tenant = try TenantPlace()
        tenant.tenant.stop()
        let text = try await tenant.transcript("token", "--log-level", "error")
        #expect(
            text == """
                mailscope: error: no token: no connection to TENANT-HOST (Failed to connect to localhost port PORT after T: Couldn't connect to server)
                mailscope: hint: check network, firewall and $HTTPS_PROXY: curl -v TENANT/
                exit 1

                """)
    }
}
