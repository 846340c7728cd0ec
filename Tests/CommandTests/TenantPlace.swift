import FoundationEssentials
import TenantSimulator
import TestSupport

@testable import mailscope

/// A simulated tenant with one app and its certificate, and a workplace whose configuration leads there.
final class TenantPlace: Sendable {
    static let mailbox = "22222222-0000-4000-8000-000000000000"
    static let client = "7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11"

    let tenant: SimulatedTenant
    let place: Workplace
    let baseURL: String

    /// `lines` are added to the configuration; `sinks` stand below `sinks:`.
    init(
        content: String = "mime", start: String = "start: all", sinks: String = "maildir: {path: mail}",
        lines: String = ""
    ) throws {
        tenant = SimulatedTenant()
        try tenant.start()
        baseURL = tenant.baseURL
        place = try Workplace(
            """
            tenant: \(tenant.directory.tenantID)
            client-id: \(Self.client)
            mailbox: reports@contoso.test
            cloud: custom
            authority: \(tenant.baseURL)
            graph: \(tenant.baseURL)
            ca-file: ca.pem
            certificate: {key: key.pem, file: certificate.pem}
            state: state
            content: \(content)
            \(start)
            sinks: {\(sinks)}
            \(lines)

            """)
        try place.folder.write("ca.pem", tenant.caPEM)
        var app = SimulatedApp(
            appID: Self.client, registrationID: "11111111-0000-4000-8000-000000000001",
            objectID: "11111111-0000-4000-8000-000000000002", displayName: "mailscope")
        let pem = try Data(contentsOf: URL(filePath: place.folder("certificate.pem")))
        if let certificate = RegisteredCertificate(
            reading: Array(pem), keyID: "11111111-0000-4000-8000-000000000003")
        {
            app.certificates = [certificate]
        }
        app.grants = [AppGrant("Mail.Read")]
        tenant.directory.add(app)
        for (number, name) in ["reports", "finance"].enumerated() {
            tenant.directory.add(
                SimulatedMailbox(
                    objectID: "22222222-0000-4000-8000-00000000000\(number)",
                    userPrincipalName: "\(name)@contoso.test"))
        }
    }

    deinit { tenant.stop() }

    /// Changes the configuration's text.
    func edit(_ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: place.config, encoding: .utf8)
        try place.folder.write("mailscope.yaml", text.replacing(old, with: new))
    }

    /// Puts `count` generated messages into the mailbox, the newest an hour old.
    func fill(_ count: Int, seed: UInt64 = 1) {
        let now = Int(Date().timeIntervalSince1970)
        tenant.mail.fill(Self.mailbox, count: count, seed: seed, last: UTCTime(seconds: now - 3_600))
    }

    /// Exchange confines the app to the mailbox by an access policy.
    func confine() {
        let group = SimulatedGroup(
            objectID: "33333333-0000-4000-8000-000000000001", name: "Scope", address: "scope@contoso.test",
            members: [Self.mailbox])
        tenant.exchange.change { configuration in
            configuration.groups[group.objectID] = group
            configuration.policies = [
                ApplicationAccessPolicy(
                    appID: Self.client, right: .restrictAccess, scopeObjectID: group.objectID,
                    scopeName: "Scope")
            ]
        }
    }

    func run(_ words: String..., environment: [String: String] = [:]) async throws -> ProgramRun {
        try await ProgramRun(words + ["--config", place.config], environment: environment)
    }

    /// What `mailscope` says and how it ends; what differs from run to run is left out.
    func transcript(_ words: String..., environment: [String: String] = [:]) async throws -> String {
        Self.settled(
            try await ProgramRun(words + ["--config", place.config], environment: environment)
                .transcript(replacing: [
                    place.folder.path: "DIR", baseURL: "TENANT", String(baseURL.dropFirst(8)): "TENANT-HOST",
                    tenant.directory.tenantID: "TENANT-ID",
                ]))
    }

    /// Ids, thumbprints, moments, sizes and durations differ from run to run.
    static func settled(_ text: String) -> String {
        text.replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) { match in
            match.output.0.contains("-0000-4000-8000-") || match.output.0 == client
                ? String(match.output.0) : "GUID"
        }
        .replacing(/[0-9A-F]{64}/, with: "SHA-256").replacing(/[0-9A-F]{40}/, with: "SHA-1")
        .replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/, with: "MOMENT")
        .replacing(/\([0-9.]+ [kM]?B?(bytes)?\)/, with: "(SIZE)")
        .replacing(/[0-9]+ of 9,990/, with: "N of 9,990").replacing(/[0-9.]+ s\b/, with: "T").replacing(
            /process [0-9]+/, with: "process PID"
        )
        .replacing(/port [0-9]+ after [0-9]+ ms/, with: "port PORT after T")
    }
}
