import CommandTree
import FoundationEssentials
import TenantSimulator

/// The command line of the simulated tenant.
enum Simulator {
    static let command: Command = Command(
        "mailscope-simulator", "serves a simulated Microsoft 365 tenant on loopback, over HTTPS",
        discussion: """
            The tenant has a token endpoint, Graph's mail, and Exchange's ways to confine an app, with an administration \
            endpoint under /simulator/. Its certificate authority is made at start; clients must be told to trust it.
            """,
        examples: [
            Example(
                "mailscope-simulator --register-certificate app.pem --ca-out ca.pem",
                "three mailboxes, and an app that may read them")
        ],
        exitCodes: [
            ExitCodeMeaning(0, "stopped by SIGTERM, SIGINT or the end of its input"),
            ExitCodeMeaning(1, "could not serve: a file, a folder or the port cannot be used"),
            ExitCodeMeaning(2, "the tenant's file is wrong, or cannot be read"),
            ExitCodeMeaning(64, "the command line is wrong"),
        ],
        version: Release.version,
        children: [
            serve, .completion(of: "mailscope-simulator", { command }, answer: StandardOutput.write),
            .manual(of: "mailscope-simulator", { command }, answer: StandardOutput.write),
        ])

    private static let port = Option<UInt16>(
        "port", "PORT", takes: .text("a port from 0 to 65535"), default: 0, shownDefault: "0, any free one",
        help: "the loopback port to serve on", read: { UInt16($0) })
    private static let seed = number(
        "seed", 0...Int.max, default: 1, "makes the same tenant from the same number")
    private static let mailboxes = number(
        "mailboxes", 0...1_000_000, default: 3, "how many mailboxes there are")
    private static let messages = number(
        "messages", 0...10_000_000, default: 200, "how many messages each of them holds")
    private static let tenantFile = Option<String?>.text(
        "tenant-file", "FILE", takes: .file, help: "describes the tenant, instead of a generated one")
    private static let certificate = Option<String?>.text(
        "register-certificate", "FILE", takes: .file,
        help: "the public certificate of an app to register, with Mail.Read granted")
    private static let eml = Option<String?>.text(
        "eml", "FOLDER", takes: .directory, help: "a folder of .eml files to put into the first mailbox")
    private static let authority = Option<String?>.text(
        "ca-out", "FILE", takes: .file, help: "where to write the certificate that clients must trust")
    private static let json = Option<Bool>.flag("json", help: "print the ready line as JSON")
    private static let untilEOF = Option<Bool>.flag("until-eof", help: "stop when standard input ends")

    private static func number(
        _ name: String, _ bounds: ClosedRange<Int>, default absent: Int, _ help: String
    ) -> Option<Int> {
        Option(
            name, "NUMBER", takes: .text("a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"),
            default: absent, shownDefault: "\(absent)", help: help,
            read: { text in Int(text).flatMap { bounds.contains($0) ? $0 : nil } })
    }

    private static let serve = Command(
        "serve", "serves until it is told to stop",
        options: [
            port, seed, mailboxes, messages, tenantFile, certificate, eml, authority, json, untilEOF,
        ],
        examples: [
            Example(
                "mailscope-simulator serve --tenant-file tenant.yaml --port 8443 --ca-out ca.pem",
                "serves the tenant that a file describes")
        ]
    ) { arguments in
        let (tenant, client) = try makeTenant(arguments)
        let end = EndOfService(withInput: arguments[untilEOF])
        try tenant.start(port: arguments[port])
        if let path = arguments[authority] {
            do { try Data(tenant.caPEM.utf8).write(to: URL(filePath: path), options: .atomic) } catch {
                throw FileComplaint(error, at: path, to: .write)
            }
        }
        StandardOutput.write(ready(tenant, client: client, asJSON: arguments[json]) + "\n")
        await end.wait()
        tenant.stop()
        return 0
    }

    private static func makeTenant(
        _ arguments: Arguments
    ) throws -> (tenant: SimulatedTenant, client: String?) {
        let tenant: SimulatedTenant
        if let path = arguments[tenantFile] {
            tenant = try TenantFile.load(path)
        } else {
            tenant = SimulatedTenant(seed: UInt64(arguments[seed]))
            tenant.generate(mailboxes: arguments[mailboxes], messages: arguments[messages])
        }
        var client = tenant.directory.apps.first?.appID
        if let path = arguments[certificate] {
            client = try register(path, in: tenant)
        }
        if let folder = arguments[eml] {
            guard let first = tenant.directory.mailboxes.first else { throw Refusal.noMailbox }
            do { try tenant.mail.addFiles(of: folder, of: first.objectID) } catch {
                throw FileComplaint(error, at: folder)
            }
        }
        return (tenant, client)
    }

    /// Registers an app with the certificate in a file.
    private static func register(_ path: String, in tenant: SimulatedTenant) throws -> String {
        let bytes: [UInt8]
        do { bytes = [UInt8](try Data(contentsOf: URL(filePath: path))) } catch {
            throw FileComplaint(error, at: path)
        }
        do { return try tenant.registerApp(certificate: bytes).appID } catch {
            throw Refusal.noCertificate(file: path)
        }
    }

    /// One line: where the tenant is, and what a client must be told.
    private static func ready(_ tenant: SimulatedTenant, client: String?, asJSON: Bool) -> String {
        // A directory of 100,000 has no place on a line.
        let addresses = tenant.directory.mailboxes.prefix(100).map { $0.addresses[0] }
        guard asJSON else {
            return "serving \(tenant.baseURL) tenant \(tenant.directory.tenantID)"
                + (client.map { " client \($0)" } ?? "") + " mailboxes \(addresses.joined(separator: " "))"
        }
        let value = JSONValue.members([
            ("url", .string(tenant.baseURL)), ("tenant", .string(tenant.directory.tenantID)),
            ("domain", .string(tenant.directory.domain)), ("client", client.map { .string($0) }),
            ("mailboxes", .array(addresses.map { .string($0) })),
        ])
        return String(decoding: value.bytes, as: UTF8.self)
    }
}
