import FoundationEssentials
import MailscopeKit
import Synchronization

extension Doctor {
    /// The daemon's own question, for one message.
    static let query = MessageQuery(select: ["id", "receivedDateTime"], top: 1)

    /// Asks for a token, once, and looks at the app's permissions.
    func checkToken(
        _ identity: Identity?, _ network: Network?
    ) async -> (any AccessTokenSource)? {
        guard let identity else {
            let failed = results.last { $0.status == .failure && [.key, .certificate].contains($0.check) }
            skip(.token, .permissions, after: failed?.check ?? .key)
            return nil
        }
        guard let network else {
            skip(.token, .permissions, after: failedOfNetwork)
            return nil
        }
        guard !configuration.awaitsRegistration else {
            add(
                .failure(
                    .token, "'client-id' is all zeros: the app is not registered yet",
                    mends: ["put the Application (client) ID that IT gives you into \(configuration.file)"],
                    exitCode: .configuration))
            skip(.permissions, after: .token)
            return nil
        }
        let answer = Mutex<NextCertificateAnswer?>(nil)
        let tokens = TokenSource(
            registration: configuration.registration, cloud: configuration.cloud,
            algorithm: identity.current.algorithm, signer: identity.current.signer, next: identity.next,
            heard: { heard in answer.withLock { $0 = heard } }, transport: network.transport,
            clock: world.clock, log: log, policy: TokenRetryPolicy(attempts: 1))
        do throws(TokenError) {
            let token = try await tokens.token()
            let facts = TokenFacts(of: token)
            add(Self.given(facts, answer.withLock(\.self)))
            checkPermissions(facts)
            return tokens
        } catch {
            add(.failure(.token, error))
            skip(.permissions, after: .token)
            return nil
        }
    }

    private static func given(_ facts: TokenFacts?, _ answer: NextCertificateAnswer?) -> Checkup {
        let app = facts?.appDisplayName.map { " to the app '\($0)'" } ?? ""
        let text = "given\(app)" + (facts?.expiresAt.map { ", valid until \(UTCMoment.text($0))" } ?? "")
        switch answer {
        case nil: return .ok(.token, text)
        case .accepted?: return .ok(.token, text + ", by the next certificate")
        case .refused(let error)?:
            let reason = Failure(error).complaints.first?.message ?? "\(error)"
            return .warning(
                .token, text + ", by the current certificate only; for the next one: \(reason)",
                mends: [
                    "let IT add it, 'mailscope certificate show' has the lines; what is new takes some minutes"
                ])
        }
    }

    private var failedOfNetwork: Checkup.Name {
        let names: [Checkup.Name] = [.proxy, .names, .connection]
        return results.last { $0.status == .failure && names.contains($0.check) }?.check ?? .connection
    }

    private func checkPermissions(_ facts: TokenFacts?) {
        guard let facts else {
            add(.skipped(.permissions, "the token is of a form that cannot be looked into"))
            return
        }
        let advice = PermissionAdvice(roles: facts.roles ?? [], content: configuration.content)
        let app =
            "Entra admin center > Enterprise applications > \(facts.appDisplayName ?? configuration.registration.clientID) > Permissions"
        var mends: [String] = []
        var parts: [String] = []
        if let lack = advice.lack {
            parts.append(lack)
            mends.append(
                "unless Exchange's RBAC grants it: have Mail.Read granted, after the app is confined")
        }
        if !advice.superfluous.isEmpty {
            let list = advice.superfluous.map { "\($0.name) (\($0.opens))" }.joined(separator: "; ")
            parts.append("more than mailscope needs: " + list)
            mends.append("have them removed: \(app)")
        }
        guard parts.isEmpty else {
            add(.warning(.permissions, parts.joined(separator: "; "), mends: mends))
            return
        }
        add(
            .ok(
                .permissions,
                advice.needed.isEmpty
                    ? "none in Entra; 'mailbox' shows whether Exchange's RBAC opens it"
                    : advice.needed.joined(separator: ", ")
                        + "; whether it is confined to the mailbox, 'mailscope verify-scope' proves"))
    }

    /// Asks the mailbox what the daemon asks it.
    func checkMailbox(_ tokens: (any AccessTokenSource)?, _ network: Network?) async {
        guard let tokens, let network else { return skip(.mailbox, after: .token) }
        let mail: GraphMail
        do {
            var patience = GraphSettings()
            patience.tries = 1
            patience.faultTries = 1
            mail = GraphMail(
                scope: try configuration.scope, transport: network.transport, tokens: tokens,
                gate: await gate(), clock: world.clock, log: log, settings: patience)
        } catch {
            return add(.failure(.mailbox, error))
        }
        let content = configuration.content
        let answer = await TimeLimit.run(limit * 2) { await Self.ask(mail, content) }
        switch answer {
        case .success(let text)?: add(.ok(.mailbox, "\(configuration.mailbox) \(text)"))
        case .failure(let error)?: add(checkup(error))
        case nil:
            add(
                .warning(
                    .mailbox,
                    "no request was free: the daemon has used up the budget of ten minutes, or waits for the service",
                    mends: ["'mailscope status' shows the budget; try again in ten minutes"]))
        }
    }

    private func checkup(_ error: GraphError) -> Checkup {
        if case .unavailable(let refusal, _) = error, refusal.status == 429 {
            return .warning(
                .mailbox, "the service throttles the app in this mailbox: it said \(refusal)",
                mends: ["nothing is to be done where the daemon is at work just now; else \(refusal.remedy)"])
        }
        return .failure(.mailbox, error)
    }

    /// A page of one message, and the beginning of its text where that is what will be fetched.
    private static func ask(_ mail: GraphMail, _ content: MessageContent) async -> Result<String, GraphError>
    {
        do throws(GraphError) {
            let page = try await mail.page(query, bodyLimit: 1 << 20)
            guard let first = page.elements.first else { return .success("answers; it holds no message") }
            guard content == .mime else { return .success("answers") }
            do throws(GraphError) {
                try await mail.mime(first.id).close()
                return .success("answers, and gives the text of a message")
            } catch .gone {
                return .success("answers")
            }
        } catch {
            return .failure(error)
        }
    }

    /// The gate that all who ask this mailbox pass, with what the daemon has used of the budget. Nothing is written into
    /// its ledger: the doctor's few requests are within what the service allows beyond the budget.
    private func gate() async -> RequestGate {
        let ledger = try? await world.ledgerForReading()
        var limits = configuration.limits
        limits.lanes = 1
        return RequestGate(
            limits: limits, ledger: ledger.map(BookingsSoFar.init), clock: world.clock, log: log)
    }
}

/// Knows what was booked, and books nothing. A ledger that cannot be read is for another check to tell of.
private struct BookingsSoFar: RequestLedger {
    let ledger: any Ledger

    func bookings(since: Date) async throws(LedgerError) -> [RequestBooking] {
        (try? await ledger.bookings(since: since)) ?? []
    }

    func book(_ booking: RequestBooking) async throws(LedgerError) {}
}
