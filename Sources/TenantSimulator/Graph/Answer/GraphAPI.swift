import Synchronization

/// The simulated tenant's Graph v1.0, as far as mail goes: what `graph.microsoft.com` answers to an app that came with
/// a good token.
///
/// It answers as the sheet on Graph says; sections named in this folder are the sheet's.
package final class GraphAPI: Sendable {
    let store: MailStore
    let directory: Directory
    private let clock: SimulatorClock
    private let gate = MailboxGate()
    private let state: Mutex<GraphSwitches>

    package init(
        store: MailStore, directory: Directory, clock: SimulatorClock,
        switches: GraphSwitches = GraphSwitches()
    ) {
        self.store = store
        self.directory = directory
        self.clock = clock
        state = Mutex(switches)
    }

    /// The switches, which may change while requests come.
    package var switches: GraphSwitches { state.withLock { $0 } }

    /// Changes the switches, all at once.
    package func change(_ change: (inout GraphSwitches) -> Void) { state.withLock { change(&$0) } }

    var now: UTCTime { UTCTime(seconds: clock.epochSeconds) }

    /// Answers one request whose path begins with `/v1.0`; `$batch` too.
    ///
    /// - Parameters:
    ///   - request: as it came; `Host` decides what links in the answer begin with.
    ///   - caller: whose token came with it.
    ///   - latency: called while the request counts as in flight, for a delay that the limit of four must see.
    /// - Returns: the answer; errors are answers.
    package func answer(_ request: ServerRequest, caller: GraphCaller, latency: () -> Void = {})
        -> ServerResponse
    {
        if request.method.uppercased() == "POST",
            request.target.prefix(while: { $0 != "?" }).lowercased().hasSuffix("/$batch")
        {
            return answerBatch(request, caller: caller, latency: latency)
        }
        let call = begin(request, caller: caller)
        latency()
        defer { end(call) }
        return finish(call)
    }

    /// A request between its coming in and its answer.
    struct Call {
        let request: GraphRequest
        let caller: GraphCaller
        let target: Result<Target, GraphError>
        let lane: MailboxGate.Lane?
        let switches: GraphSwitches
    }

    /// What a path names.
    enum Target {
        case users
        case user(key: String)
        /// `rest` is the path behind the mailbox's key.
        case mailbox(SimulatedMailbox, key: String, rest: [String])
    }

    /// Takes a request in: finds the mailbox and a free lane.
    func begin(_ request: ServerRequest, caller: GraphCaller) -> Call {
        let switches = switches
        let request = GraphRequest(request, now: now)
        do throws(GraphError) {
            let target = try target(of: request, caller, switches)
            guard case .mailbox(let mailbox, _, _) = target else {
                return Call(
                    request: request, caller: caller, target: .success(target), lane: nil, switches: switches)
            }
            let lane = MailboxGate.Lane(appID: caller.appID, mailbox: mailbox.objectID)
            try gate.enter(lane, now: request.now, switches)
            return Call(
                request: request, caller: caller, target: .success(target), lane: lane, switches: switches)
        } catch {
            return Call(
                request: request, caller: caller, target: .failure(error), lane: nil, switches: switches)
        }
    }

    /// Answers a request that was taken in.
    func finish(_ call: Call) -> ServerResponse {
        do throws(GraphError) {
            switch try call.target.get() {
            case .users: return try listUsers(call)
            case .user(let key): return try getUser(call, key)
            case .mailbox(let mailbox, let key, let rest):
                return try route(MailboxCall(call: call, mailbox: mailbox, key: key), rest)
            }
        } catch {
            return call.request.respond(
                error, mailboxStyleWithInner: call.switches.mailboxErrorsHaveInnerError)
        }
    }

    /// Gives the lane back.
    func end(_ call: Call) {
        if let lane = call.lane { gate.leave(lane) }
    }

    private func target(
        of request: GraphRequest, _ caller: GraphCaller, _ switches: GraphSwitches
    ) throws(GraphError) -> Target {
        let segments = try ResourcePath(request.path).segments
        guard let first = segments.first?.lowercased(), first != "me" else {
            throw segments.isEmpty ? GraphError.unknownSegment("") : GraphError.me
        }
        guard first == "users" else { throw .unknownSegment(segments[0]) }
        if segments.count == 1 { return .users }
        let key = segments[1]
        if segments.count == 2 { return .user(key: key) }
        guard let mailbox = directory.mailbox(key) else {
            // Nothing can be allowed on what does not exist; an app without any role may be told no more.
            if !switches.namesUnknownMailboxFirst, caller.roles.isEmpty { throw .denied }
            throw .unknownMailbox(key)
        }
        return .mailbox(mailbox, key: key, rest: Array(segments.dropFirst(2)))
    }
}
