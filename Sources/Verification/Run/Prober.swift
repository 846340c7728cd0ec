import FoundationEssentials
import MailscopeKit

/// Asks for one thing until there is an answer that proves something, or no hope of one.
struct Prober: Sendable {
    let plan: ProbePlan
    let transport: any HTTPTransport
    let clock: any HostClock
    let log: Log
    let random: @Sendable () -> Double
    let forbearance: Forbearance

    /// What came of asking.
    struct Outcome {
        var judgement: AnswerClassifier.Judgement
        var status: Int?
        var requestID: String?
        var clientRequestID: String
        var time: Date
        var tries: Int
    }

    /// Throttling is waited out for as long as `allowance`; the network and the service get some more tries; a refused token
    /// one, for valid ones are refused for seconds at times. Of the open mailbox (`isOpen`) the little that is asked for is
    /// read, so that its connection stays in use; of others nothing.
    ///
    /// - Throws: ``CancellationError`` when the task is cancelled.
    func ask(
        _ target: ProbeTarget, token: Secret<String>, gate: RequestGate, allowance: Duration,
        isOpen: Bool = false
    ) async throws(CancellationError) -> Outcome {
        let lane: GateLane
        do throws(GateError) { lane = try await gate.enter() } catch { throw CancellationError() }
        defer { lane.release() }
        let started = clock.uptime
        var tries = 0
        var failures = 0
        var throttles = 0
        var wantsNewConnection = false
        while true {
            tries += 1
            let id = UUID().uuidString.lowercased()
            var request = target.request(
                root: plan.graphRoot, token: token, id: id, deadlines: plan.patience.deadlines)
            request.wantsNewConnection = wantsNewConnection
            wantsNewConnection = false
            let answer = await send(request, id: id, readsSuccess: isOpen)
            if Task.isCancelled { throw CancellationError() }
            let outcome = Outcome(
                judgement: answer.judgement, status: answer.head?.status,
                requestID: answer.head?.headers["request-id"].map { ServerText.line($0, limit: 100) },
                clientRequestID: id, time: clock.now, tries: tries)
            if answer.head != nil, answer.judgement.doubt != .throttled {
                forbearance.answered(isOpen: isOpen)
            }
            let pause: Duration
            switch answer.judgement.doubt {
            case .throttled:
                throttles += 1
                let asked = answer.head?.headers["retry-after"].flatMap {
                    RetryAfter.parse($0, now: clock.now)
                }
                let wait = Swift.max(
                    asked ?? .zero, throttles == 1 && asked != nil ? .zero : backoff(throttles))
                guard clock.uptime - started + wait <= allowance else { return outcome }
                wantsNewConnection = answer.head?.status == 503
                gate.fence(for: wait)
                pause = .zero
            case .serviceFault, .noAnswer, .tokenRefused:
                failures += 1
                let limit = answer.judgement.doubt == .tokenRefused ? 2 : plan.patience.tries
                guard answer.isTransient, failures < limit else { return outcome }
                wantsNewConnection = answer.judgement.doubt == .noAnswer
                pause = backoff(failures)
            default: return outcome
            }
            log.debug(
                "a probe proved nothing, asking again",
                [LogField("try", tries), LogField("reason", answer.judgement.detail ?? "none")])
            do throws(GateError) { try await lane.again(after: pause) } catch { throw CancellationError() }
        }
    }

    private struct Answer {
        var head: HTTPResponseHead?
        var judgement: AnswerClassifier.Judgement
        var isTransient = true
    }

    private func send(_ request: HTTPRequest, id: String, readsSuccess: Bool) async -> Answer {
        do throws(TransportError) {
            let stream = try await transport.open(request)
            let head = stream.head
            if head.status == 200 {
                // The head says enough. What comes behind it is somebody's, or nobody's.
                if readsSuccess { await drain(stream) }
                stream.close()
                return Answer(head: head, judgement: AnswerClassifier.judge(head, body: [], id: id))
            }
            defer { stream.close() }
            var body: [UInt8] = []
            while let piece = try await stream.next() {
                body += piece
                if body.count > AnswerClassifier.bodyLimit { break }
            }
            return Answer(head: head, judgement: AnswerClassifier.judge(head, body: body, id: id))
        } catch {
            return Answer(
                head: nil,
                judgement: AnswerClassifier.Judgement(
                    answer: .inconclusive, doubt: .noAnswer, detail: "\(error)"),
                isTransient: error.isTransient)
        }
    }

    /// Reads a small answer to its end and forgets it.
    private func drain(_ stream: any HTTPBodyStream) async {
        var size = 0
        do throws(TransportError) {
            while size <= AnswerClassifier.bodyLimit, let piece = try await stream.next() {
                size += piece.count
            }
        } catch { return }
    }

    /// Full jitter: anything up to a bound that doubles, but not nothing.
    private func backoff(_ count: Int) -> Duration {
        let bound = Swift.min(
            plan.patience.firstWait * (1 << Swift.min(count - 1, 16)), plan.patience.longestWait)
        return bound * (0.25 + 0.75 * random())
    }
}
