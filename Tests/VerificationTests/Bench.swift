import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity
import Synchronization
import Testing

@testable import TenantSimulator
@testable import Verification

/// A tenant with an app, one open mailbox and some that must be closed.
struct Bench {
    static let key = TokenKey()

    let tenant: SimulatedTenant
    var app: SimulatedApp
    let open: SimulatedMailbox
    var closed: [SimulatedMailbox]
    var plan: ProbePlan
    let events = Events()

    init(closed names: [String] = ["boss"], seed: UInt64 = 1, roles: [String] = ["Mail.Read"]) {
        let clock = SimulatorClock(frozen: Date(timeIntervalSince1970: 1_800_000_000))
        tenant = SimulatedTenant(seed: seed, clock: clock, tokenKey: Self.key)
        var random = SeededGenerator(seed: seed ^ 0xabcd)
        open = SimulatedMailbox(objectID: random.guid(), userPrincipalName: "reports@contoso.test")
        closed = names.map {
            SimulatedMailbox(
                objectID: random.guid(), userPrincipalName: "\($0)@contoso.test",
                addresses: ["\($0)@contoso.test", "\($0).alias@contoso.test"])
        }
        app = SimulatedApp(
            appID: random.guid(), registrationID: random.guid(), objectID: random.guid(), displayName: "m")
        app.secrets = [AppSecret(value: "secret", end: .distantFuture)]
        app.grants = Set(roles.map { AppGrant($0) })
        plan = ProbePlan(
            graphRoot: "https://graph.test", tenant: tenant.directory.tenantID, clientID: app.appID,
            open: [OpenMailbox(label: open.userPrincipalName, objectID: open.objectID)])
        tenant.directory.add(open)
        for mailbox in closed { tenant.directory.add(mailbox) }
        tenant.directory.add(app)
    }

    /// A policy that restricts the app to a group with these members.
    func restrict(
        to members: [String], appID: String? = nil,
        right: ApplicationAccessPolicy.AccessRight = .restrictAccess
    ) {
        let group = SimulatedGroup(
            objectID: "99999999-0000-4000-8000-000000000001", name: "Scope", address: "scope@contoso.test",
            members: Set(members))
        tenant.exchange.change { configuration in
            configuration.groups[group.objectID] = group
            configuration.policies.append(
                ApplicationAccessPolicy(
                    appID: appID ?? app.appID, right: right, scopeObjectID: group.objectID, scopeName: "Scope"
                ))
        }
    }

    /// A role of RBAC, for the whole organisation where `scope` is not given.
    func assign(
        _ role: String = "Application Mail.Read", scope: RoleAssignment.Scope = .organization,
        isEnabled: Bool = true
    ) {
        guard let role = ApplicationRole.named(role) else { return }
        tenant.exchange.change { configuration in
            configuration.assignments.append(
                RoleAssignment(
                    name: "row-\(configuration.assignments.count)", role: role,
                    assignee: app.objectID, scope: scope, isEnabled: isEnabled))
        }
    }

    var list: [ClosedMailbox] {
        closed.map {
            ClosedMailbox(
                objectID: $0.objectID, userPrincipalName: $0.userPrincipalName, addresses: $0.addresses,
                isKnownToExist: true)
        }
    }

    func transport(
        _ faults: [NetworkFault] = [], rate: Double = 0, limit: Int = .max, sparesOpen: Bool = false,
        latency: Duration = .milliseconds(20),
        seed: UInt64 = 1, before: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> TenantTransport {
        TenantTransport(
            tenant, open: [open.objectID], faults: faults, rate: rate, faultLimit: limit,
            sparesOpen: sparesOpen,
            latency: latency,
            seed: seed, before: before)
    }

    func verification(
        _ transport: any HTTPTransport, list: [ClosedMailbox]? = nil,
        source: (any ClosedMailboxSource)? = nil, journal: (any ProbeJournal)? = nil,
        tokens: (any AccessTokenSource)? = nil, emit: @escaping @Sendable (ProbeEvent) -> Void = { _ in }
    ) -> Verification {
        let events = events
        let both: @Sendable (ProbeEvent) -> Void = { event in
            events.add(event)
            emit(event)
        }
        return Verification(
            plan: plan, closed: source ?? ClosedMailboxArray(name: "--closed", list ?? self.list),
            transport: transport,
            tokens: tokens ?? TenantTokens(tenant, app: app),
            exchangeTokens: TenantTokens(tenant, app: app, scope: "https://outlook.office365.com/.default"),
            journal: journal, clock: TenantClock(tenant.clock), log: .silent, tool: "test",
            sha256: SHA256.digest, random: { 0.5 },
            emit: both)
    }

    func report(_ transport: TenantTransport? = nil) async throws -> VerificationReport {
        try await verification(transport ?? self.transport()).run()
    }
}

/// All events of a run.
final class Events: Sendable {
    private let all = Mutex<[ProbeEvent]>([])
    func add(_ event: ProbeEvent) { all.withLock { $0.append(event) } }
    var list: [ProbeEvent] { all.withLock { $0 } }
    var notices: [String] {
        list.compactMap { if case .notice(let text, _) = $0 { text } else { nil } }
    }
    var voided: Int { list.count { if case .voided = $0 { true } else { false } } }
    var waits: Int { list.count { if case .waiting = $0 { true } else { false } } }
}
