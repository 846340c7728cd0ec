import FoundationEssentials
import Glibc
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

/// At the most talkative level, through success and every kind of failure, no secret is said or kept.
@Suite(.timeLimit(.minutes(20))) struct SecretTests {
    static let passphrase = "correct-Horse-battery-7/staple"

    /// A workplace whose key is encrypted, the secrets of all that happened there, and all that was said.
    private final class Scene {
        let tenant: TenantPlace
        /// Parts of the private key, in all forms.
        let keyParts: [String]
        var said = ""

        init(content: String = "mime", sinks: String = "maildir: {path: mail}") throws {
            tenant = try TenantPlace(content: content, sinks: sinks, lines: "poll: 5s")
            let folder = tenant.place.folder
            let plain = [UInt8](try Data(contentsOf: URL(filePath: folder("key.pem"))))
            let encrypted = try #require(encryptedKey(plain, passphrase: SecretTests.passphrase))
            try folder.write("key.pem", String(decoding: encrypted, as: UTF8.self))
            try folder.write("passphrase", SecretTests.passphrase + "\n")
            try tenant.place.setMode(0o600, of: "passphrase")
            try tenant.edit("file: certificate.pem", "file: certificate.pem, passphrase-file: passphrase")
            let lines = (plain + encrypted).split(separator: 10).filter { $0.first != UInt8(ascii: "-") }
            let text = plain.split(separator: 10).filter { $0.first != UInt8(ascii: "-") }.joined()
            let der = [UInt8](try #require(Data(base64Encoded: Data(text))))
            // Past the head that all keys share.
            let pieces = stride(from: 48, to: der.count - 24, by: 24).map { Array(der[$0..<($0 + 24)]) }
            // The modulus is in the certificate too; nobody may print it all the same.
            keyParts =
                lines.map { String(decoding: $0, as: UTF8.self) }.filter { $0.count >= 32 }
                + pieces.flatMap { piece in
                    let hex = piece.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
                    return [
                        hex.joined(), hex.joined().uppercased(), hex.joined(separator: ":"),
                        Data(piece).base64EncodedString(),
                    ]
                }
        }

        func run(_ words: String...) async throws -> ProgramRun {
            let run = try await ProgramRun(
                words + ["--log-level", "trace", "--config", tenant.place.config])
            said += run.output + run.errors
            return run
        }

        /// Runs the daemon until it says `text`, and stops it.
        func daemon(until text: String) async throws {
            let daemon = try ProgramRun.Started(
                words: ["run", "--log-level", "trace", "--config", tenant.place.config])
            try await daemon.untilItSays(text)
            daemon.send(SIGTERM)
            let end = try await daemon.end()
            said += end.output + end.errors
        }

        /// Everything that stands in the state directory, the spool among it.
        func kept() throws -> [UInt8] {
            try ["state", "state/spool"].map { tenant.place.folder($0) }.flatMap { folder in
                try tenant.names(in: folder).flatMap { name in
                    [UInt8]((try? Data(contentsOf: URL(filePath: folder + "/" + name))) ?? Data())
                }
            }
        }

        /// Looks for every secret in all that was said, and in what was kept.
        func expectNoSecret(
            tokens isAnyToken: Bool = true, _ sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let tokens = tenant.tenant.issuedTokens
            let assertions = tenant.tenant.receivedAssertions
            #expect(!isAnyToken || !assertions.isEmpty && !tokens.isEmpty)
            #expect(said.contains("transfer "), "it was talkative: \(said.prefix(300))")
            #expect(keyParts.count > 100)
            let kept = String(decoding: try kept(), as: UTF8.self)
            for (name, text) in [("output", said), ("state", kept)] {
                let text = Array(text.utf8)
                func look(_ secret: some StringProtocol, _ kind: String) {
                    #expect(
                        text.firstRange(of: Array(secret.utf8)) == nil, "\(kind) in \(name)",
                        sourceLocation: sourceLocation)
                }
                for (kind, parts) in [("a token", tokens), ("an assertion", assertions)] {
                    for whole in parts {
                        // Its claims and its signature: beginning, middle and end, should it have been shortened.
                        for part in whole.split(separator: ".").dropFirst() {
                            look(part.prefix(24), kind)
                            look(part.dropFirst(part.count / 2).prefix(24), kind)
                            look(part.suffix(24), kind)
                        }
                    }
                }
                for part in keyParts { look(part, "a part of the key") }
                look(SecretTests.passphrase, "the passphrase")
            }
        }
    }

    @Test func saysNoneWhereAllGoesWell() async throws {
        let scene = try Scene()
        scene.tenant.fill(12)
        #expect(try await scene.run("config", "check").exitCode == 0)
        #expect(try await scene.run("token").exitCode == 0)
        #expect(try await scene.run("token", "--json").exitCode == 0)
        #expect(try await scene.run("fetch").exitCode == 0)
        #expect(try await scene.run("status").exitCode == 0)
        #expect(try await scene.run("quarantine", "list").exitCode == 0)
        try await scene.daemon(until: "ready")
        try scene.tenant.expectMaildirHoldsTheMailbox()
        try scene.expectNoSecret()
        // That the search finds what there is to find: the one exception.
        let raw = try await scene.run("token", "--raw")
        #expect(scene.tenant.tenant.issuedTokens.contains { raw.output.hasPrefix($0) })
        #expect(raw.output.split(separator: "\n").count == 1)
    }

    @Test func saysNoneWhereTheTokenServiceRefuses() async throws {
        let scene = try Scene()
        let faults = scene.tenant.tenant.faults
        for status in [400, 401, 403, 429, 500] {
            faults.clear()
            faults.add(
                FaultRule(.status(status, body: status == 401 ? .html : .json), path: "*/oauth2/*"))
            // Throttling and outages are waited for; a signal ends that.
            if status >= 429 {
                try await scene.daemon(until: "oauth2")
            } else {
                #expect(try await scene.run("token").exitCode != 0)
            }
        }
        faults.clear()
        // A certificate that the directory does not know.
        scene.tenant.tenant.directory.changeApp(TenantPlace.client) { $0.certificates = [] }
        #expect(try await scene.run("token").exitCode == 4)
        #expect(try await scene.run("fetch").exitCode == 4)
        try scene.expectNoSecret(tokens: false)
        #expect(!scene.tenant.tenant.receivedAssertions.isEmpty)
    }

    @Test func saysNoneWhereGraphRefuses() async throws {
        let scene = try Scene()
        scene.tenant.fill(3)
        let faults = scene.tenant.tenant.faults
        faults.add(FaultRule(.expiredToken, path: "/v1.0/*", count: 1))
        #expect(try await scene.run("fetch").exitCode == 0)
        faults.add(FaultRule(.status(401), path: "/v1.0/*"))
        #expect(try await scene.run("fetch").exitCode != 0)
        faults.clear()
        faults.add(FaultRule(.link("https://graph.example.test/v1.0/users/x/messages"), path: "/v1.0/*"))
        faults.add(FaultRule(.cut(after: 100), path: "*value*", count: 1))
        faults.add(FaultRule(.garbage, path: "/v1.0/*", count: 1))
        _ = try await scene.run("fetch")
        faults.clear()
        scene.tenant.tenant.directory.changeApp(TenantPlace.client) { $0.grants = [] }
        #expect(try await scene.run("fetch").exitCode == 4)
        try scene.expectNoSecret()
    }

    @Test func saysNoneWhereTheServerIsNotTrusted() async throws {
        let scene = try Scene()
        try scene.tenant.place.folder.write("ca.pem", TestAuthority.shared.get().caPEM)
        #expect(try await scene.run("token").exitCode == 1)
        #expect(try await scene.run("fetch").exitCode == 1)
        try scene.expectNoSecret(tokens: false)
        #expect(scene.tenant.tenant.receivedAssertions.isEmpty)
    }

    @Test func saysNoneWhereThePassphraseIsWrong() async throws {
        let scene = try Scene()
        let wrong = "almost-" + Self.passphrase
        try scene.tenant.place.folder.write("passphrase", wrong)
        for verb in [["config", "check"], ["token"], ["fetch"], ["run"]] {
            let run = try await ProgramRun(
                verb + ["--log-level", "trace", "--config", scene.tenant.place.config])
            #expect(run.exitCode == 2)
            #expect(run.errors.contains("does not open"))
            #expect(!run.transcript().contains(Self.passphrase))
            scene.said += run.transcript()
        }
        for part in scene.keyParts { #expect(!scene.said.contains(part)) }
    }
}
