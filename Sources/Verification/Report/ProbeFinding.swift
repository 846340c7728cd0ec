package import FoundationEssentials

/// What one probe found. Holds nothing of what the answer said but its code.
package struct ProbeFinding: Codable, Sendable, Equatable {
    /// What the answer means.
    package enum Answer: String, Codable, Sendable, CaseIterable {
        /// 200 from Graph: the mailbox is open by this door.
        case readable
        /// 403 `ErrorAccessDenied` from Graph, between controls that held.
        case denied
        /// Denied, and the open mailbox is denied by this door too: the app has no permission for it. Not readable, but no
        /// proof of a scope.
        case notGranted
        /// Anything else.
        case inconclusive
    }

    /// What denied it.
    package enum Way: String, Codable, Sendable, CaseIterable {
        /// The refusal bears `[RAOP]`.
        case accessPolicy
        /// RBAC, no permission at all, or a change under way: the service says the same for all of them.
        case unknown
    }

    /// Why it proves nothing.
    package enum Doubt: String, Codable, Sendable, CaseIterable {
        /// 404: no such mailbox, or no such name of it.
        case notFound
        /// 404 `MailboxNotEnabledForRESTAPI` and the like: no licence, deleted, on-premises.
        case outOfReach
        /// 401, again with a new token.
        case tokenRefused
        /// 429 or 503 until patience ended.
        case throttled
        /// 5xx.
        case serviceFault
        /// No whole answer came.
        case noAnswer
        /// An answer that bears no mark of Graph: a proxy's or a portal's page.
        case notGraph
        /// Graph refused for another reason than access.
        case otherRefusal
        /// Denied, but without controls on both sides with the same token.
        case noControl
        /// Denied by a door of other data, but no control held for this door.
        case noDoorControl
        /// There was no token.
        case noToken
        /// It was not asked for: the open mailbox, or the service as a whole, gave no answer before.
        case notAsked
    }

    package var name: ProbeName
    package var door: ProbeDoor
    package var answer: Answer
    package var way: Way?
    package var doubt: Doubt?
    /// One line for a person, where something was not as usual.
    package var detail: String?
    package var status: Int?
    /// The service's own code, `ErrorAccessDenied`.
    package var code: String?
    /// By which the tenant's administrator finds the call in the activity logs.
    package var requestID: String?
    package var clientRequestID: String?
    /// When the answer was there.
    package var time: Date
    /// From 1.
    package var round: Int
    /// Requests that it took.
    package var tries: Int
    /// Which token of the report: counts from 1; 0 for an answer of an interrupted run.
    package var token: Int

    package init(
        name: ProbeName, door: ProbeDoor, answer: Answer, way: Way? = nil, doubt: Doubt? = nil,
        detail: String? = nil, status: Int? = nil, code: String? = nil, requestID: String? = nil,
        clientRequestID: String? = nil, time: Date, round: Int, tries: Int, token: Int
    ) {
        self.name = name
        self.door = door
        self.answer = answer
        self.way = way
        self.doubt = doubt
        self.detail = detail
        self.status = status
        self.code = code
        self.requestID = requestID
        self.clientRequestID = clientRequestID
        self.time = time
        self.round = round
        self.tries = tries
        self.token = token
    }
}

extension ProbeFinding.Answer: Comparable {
    /// The worse the greater.
    var rank: Int {
        switch self {
        case .denied: 0
        case .notGranted: 1
        case .inconclusive: 2
        case .readable: 3
        }
    }

    package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
}

extension ProbeFinding.Doubt {
    /// What it means, without a full stop.
    package var meaning: String {
        switch self {
        case .notFound: "the service knows no such mailbox"
        case .outOfReach: "the mailbox is out of Graph's reach: no licence, deleted, or on-premises"
        case .tokenRefused: "the service did not take the token"
        case .throttled: "the service throttled it to the end"
        case .serviceFault: "the service was in trouble"
        case .noAnswer: "no whole answer came"
        case .notGraph: "what answered is not Microsoft Graph"
        case .otherRefusal: "Graph refused for another reason than access"
        case .noControl: "denied, but the open mailbox was not readable around it with the same token"
        case .noDoorControl: "denied, but no control held for this door"
        case .noToken: "there was no token"
        case .notAsked: "it was not asked for, because nothing was answered before"
        }
    }

    /// What would make it conclusive, without a full stop.
    package var mend: String {
        switch self {
        case .notFound: "check the spelling, or take the mailbox off the list"
        case .outOfReach: "choose mailboxes that have a licence and live in Exchange Online"
        case .tokenRefused: "see that the app is enabled and that its clock is right, then run it again"
        case .throttled: "run it again with fewer --lanes or more --patience, or when the app is less busy"
        case .serviceFault: "run it again later"
        case .noAnswer: "see to the network, then run it again"
        case .notGraph: "let requests to Microsoft Graph pass without a proxy that answers in its place"
        case .otherRefusal: "look at the code in the findings"
        case .noControl: "see that the open mailbox is readable: mailscope fetch must work"
        case .noDoorControl: "see why the open mailbox cannot be read by this door, or leave --all-data out"
        case .noToken: "see that 'mailscope token' works"
        case .notAsked:
            "see that the open mailbox is readable and the service has time, then run it again, with more --patience"
        }
    }
}
