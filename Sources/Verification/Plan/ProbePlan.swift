package import MailscopeKit

/// What a run asks, and how patiently. The closed mailboxes themselves come from a ``ClosedMailboxSource``.
package struct ProbePlan: Sendable, Equatable {
    /// `https://host[:port]`, no slash at the end.
    package var graphRoot: String
    /// As configured: an id or a domain.
    package var tenant: String
    package var clientID: String
    /// What must be readable: the controls. At least one.
    package var open: [OpenMailbox]
    /// Roles that tokens of Graph may have; others are findings.
    package var wantedRoles: Set<String>
    package var doors: [ProbeDoor]
    /// Of the closed mailboxes those that a person has named, by the policy or the command line: their ``ClosedMailbox/keys``.
    /// No list may say that one of them is the open mailbox.
    package var namedClosed: Set<String> = []
    /// Whether archives are asked for by `MBX:` as well.
    package var probesArchives = false
    /// Rounds that must agree.
    package var rounds = 1
    /// Between two rounds.
    package var every: Duration = .seconds(300)
    /// How long to try again until confined; nil: once.
    package var wait: Duration?
    /// Requests in flight, over all mailboxes; never more than 4 in one.
    package var lanes = 8
    /// Probes after which the open mailbox is read again.
    package var controlEvery = 200
    package var patience = ProbePatience()

    package init(
        graphRoot: String, tenant: String, clientID: String, open: [OpenMailbox],
        wantedRoles: Set<String> = ProbePlan.mailRoles, doors: [ProbeDoor] = ProbeDoor.mail
    ) {
        self.graphRoot = graphRoot
        self.tenant = tenant
        self.clientID = clientID
        self.open = open
        self.wantedRoles = wantedRoles
        self.doors = doors
    }

    /// What reading mail needs, and no more.
    package static let mailRoles: Set<String> = ["Mail.Read", "Mail.ReadBasic", "Mail.ReadBasic.All"]

    /// What the open mailbox is read by: once for the doors of mail, which one permission opens, and by each other door.
    var controlDoors: [ProbeDoor] { [.messages] + ProbeDoor.otherData.filter(doors.contains) }

    /// The directory's id, where the archive's form of names is to be tried.
    var archiveTenant: String? { probesArchives ? tenant : nil }

    /// Whether the name of Exchange Online's own resource is certain here, so that a directory that does not know it has
    /// granted nothing on it.
    var isExchangeNamed: Bool { graphRoot == Cloud.global.graphRoot }
}

/// A mailbox that the app is meant to read.
package struct OpenMailbox: Sendable, Equatable {
    package var label: String
    package var objectID: String?

    package init(label: String, objectID: String? = nil) {
        self.label = label
        self.objectID = objectID
    }

    /// By which it is asked for.
    var key: String { objectID ?? label }
    var keys: Set<String> { Set([label, objectID].compactMap(\.self).map(ClosedMailbox.key)) }
}

/// How patient a run is.
package struct ProbePatience: Sendable, Equatable {
    /// Most requests where the network fails, or the service (500, 502, 504).
    package var tries = 4
    /// How long 429 and 503 are waited for: one mailbox's, the open one's, and all of them. The service's own limits are over
    /// windows of ten minutes.
    package var throttled: Duration = .seconds(1_800)
    package var firstWait: Duration = .seconds(1)
    package var longestWait: Duration = .seconds(120)
    /// How often a mailbox is asked for anew because its answers became void.
    package var repeats = 3
    package var deadlines = HTTPDeadlines(
        connect: .seconds(20), stall: .seconds(30), whole: .seconds(60))

    package init() {}
}
