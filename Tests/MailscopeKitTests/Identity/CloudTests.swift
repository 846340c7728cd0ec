import MailscopeKit
import Testing

@Suite struct CloudTests {
    let registration = try! AppRegistration(
        tenant: "contoso.test", clientID: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")

    @Test(arguments: [
        (Cloud.global, "login.microsoftonline.com", "graph.microsoft.com"),
        (Cloud.usgov, "login.microsoftonline.us", "graph.microsoft.us"),
        (Cloud.dod, "login.microsoftonline.us", "dod-graph.microsoft.us"),
        (Cloud.china, "login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn"),
    ])
    func setsAuthorityGraphAndScopeTogether(cloud: Cloud, login: String, graph: String) {
        #expect(cloud.tokenEndpoint(of: registration) == "https://\(login)/contoso.test/oauth2/v2.0/token")
        #expect(cloud.graphRoot == "https://\(graph)")
        #expect(cloud.scope == "https://\(graph)/.default")
        #expect(cloud.hasDelta == (cloud.name != .china))
        #expect(Cloud.named(cloud.name) == cloud)
        // What no source says is not guessed.
        #expect(
            cloud.forExchange?.scope
                == (cloud.name == .global ? "https://outlook.office365.com/.default" : nil))
    }

    @Test(arguments: [
        ("https://localhost:8443", "https://localhost:8443"),
        ("https://localhost:8443/", "https://localhost:8443"),
        ("HTTPS://Login.Example.TEST:443", "https://login.example.test"),
        ("https://[::1]:99", "https://[::1]:99"),
        ("https://127.0.0.1:1", "https://127.0.0.1:1"),
    ])
    func takesHTTPSRoots(text: String, normal: String) throws {
        let cloud = try Cloud.custom(authority: text, graphRoot: text)
        #expect(cloud.authority == normal && cloud.scope == normal + "/.default")
    }

    @Test(arguments: [
        "", "localhost", "http://localhost", "https://", "https:///", "https://user@host",
        "https://host/path",
        "https://host//", "https://host?x", "https://host#x", "https://host:0", "https://host:65536",
        "https://host:", "https://host:+1", "https://ho st", "https://-host", "https://host..test",
        "https://höst",
        "https://[::1", "https://[]", "https://[::1]x", "https://host\\evil", "https://host:1:2",
        "https://host%2f",
        "https://host\r\nx",
    ])
    func refusesEverythingElse(text: String) {
        #expect(throws: CloudError.self) {
            try Cloud.custom(authority: text, graphRoot: "https://graph.test")
        }
        #expect(throws: CloudError.self) {
            try Cloud.custom(authority: "https://login.test", graphRoot: text)
        }
    }

    @Test func takesAScopeOfItsOwnForACustomCloud() throws {
        let root = "https://localhost:8443"
        let scope = "https://graph.microsoft.com/.default"
        #expect(try Cloud.custom(authority: root, graphRoot: root, scope: scope).scope == scope)
        #expect(throws: CloudError.notADefaultScope("Mail.Read")) {
            try Cloud.custom(authority: root, graphRoot: root, scope: "Mail.Read")
        }
    }

    @Test(arguments: [
        "common", "Organizations", "consumers", "", "contoso", "con toso.test", "a/b.test", "..", "a@b.test",
    ])
    func refusesTenantsThatAreNone(tenant: String) {
        #expect(throws: AppRegistrationError.self) {
            try AppRegistration(tenant: tenant, clientID: registration.clientID)
        }
    }

    @Test(arguments: [
        "", "mailscope", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeeeé", "aaaaaaaabbbbccccddddeeeeeeeeeeee",
    ])
    func refusesClientIDsThatAreNone(clientID: String) {
        #expect(throws: AppRegistrationError.notAClientID(clientID)) {
            try AppRegistration(tenant: "contoso.test", clientID: clientID)
        }
    }
}
