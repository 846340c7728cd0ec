import CommandTree
import FoundationEssentials
import LinuxHost
import MailscopeKit
import OpenSSLIdentity
import SQLiteLedger

/// The only place that joins all parts, as the configuration says.
struct World: Sendable {
    let surroundings: Surroundings
    let configuration: Configuration
    let console = Console()
    let clock = SystemClock()

    /// Reads the configuration that the command line names.
    init(_ arguments: Arguments) throws {
        surroundings = .ofThisProcess()
        var configuration = try Configuration.read(file: arguments[Options.config], in: surroundings)
        if let level = arguments[Options.logLevel] { configuration.log.level = level }
        self.configuration = configuration
    }

    /// The app's key and certificate, valid now.
    func signer() throws(IdentityError) -> any AssertionSigner {
        let files = configuration.certificate
        return try OpenSSLSigner(
            loading: IdentityFiles(
                key: files.key, certificate: files.certificate, passphrase: files.passphrase,
                credentialsDirectory: surroundings.credentialsDirectory), now: surroundings.now)
    }

    /// A look at the ledger, whoever has it.
    func ledgerForReading() async throws -> any Ledger {
        try mustHaveRun()
        return try await SQLiteLedger.openForReading(configuration.state)
    }

    /// The ledger for asking that messages be tried again, whoever has it.
    func ledgerForRetry() async throws -> any Ledger {
        try mustHaveRun()
        return try await SQLiteLedger.openForRetry(configuration.state)
    }

    private func mustHaveRun() throws {
        let path = configuration.state + "/" + SQLiteLedger.fileName
        if try FileSystem.facts(of: path) == nil {
            throw Failure(
                .failed, "nothing was fetched yet: there is no ledger in \(configuration.state)",
                hints: ["start the daemon, or run 'mailscope fetch'; 'state' in the configuration says where"]
            )
        }
    }
}
