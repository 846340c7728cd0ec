import CurlTransport
import FoundationEssentials
import LinuxHost
import MailscopeKit
import Synchronization

/// Looks at every precondition, one after the other. Reads what the daemon would read and asks what it would ask, once;
/// changes neither ledger nor mail, and keeps nothing.
final class Doctor: Sendable {
    let world: World
    let log: Log
    /// No step takes longer.
    let limit: Duration
    let disk = DiskThread(name: "doctor", count: 8)
    private let tell: @Sendable (Checkup) -> Void
    private let checks = Mutex<[Checkup]>([])
    /// What servers showed, newest last.
    let chains = Mutex<[ServerChain]>([])

    /// `tell` hears of each check when it is done.
    init(_ world: World, limit: Duration, tell: @escaping @Sendable (Checkup) -> Void) {
        self.world = world
        self.limit = limit
        self.tell = tell
        log = world.log()
    }

    var configuration: Configuration { world.configuration }

    /// The checks so far.
    var results: [Checkup] { checks.withLock { $0 } }

    /// Looks at everything; the configuration was read before.
    func run() async {
        add(
            .ok(
                .configuration,
                "\(configuration.file): \(configuration.mailbox), tenant \(configuration.registration.tenant)"
            ))
        let identity = checkIdentity()
        let network = await checkNetwork()
        let tokens = await checkToken(identity, network)
        await checkMailbox(tokens, network)
        await checkSinks()
        await checkState()
        await checkService()
    }

    func add(_ checkup: Checkup) {
        checks.withLock { $0.append(checkup) }
        tell(checkup)
    }

    func skip(_ names: Checkup.Name..., after failed: Checkup.Name) {
        for name in names { add(.skipped(name, after: failed)) }
    }

    /// The transport that all requests of the doctor use.
    func transport() throws(TransportSetupError) -> any HTTPTransport {
        let curl = try world.transport(log: log) { [self] chain in chains.withLock { $0.append(chain) } }
        return BoundedTransport(transport: curl, limit: limit)
    }
}
