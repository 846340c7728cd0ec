import FoundationEssentials

extension GraphMail {
    /// One request and what it is about.
    struct Exchange {
        let request: ScopedRequest
        let subject: GraphError.Subject
        /// Most bytes that are taken whole: the answer, or a refusal of a stream.
        let bodyLimit: Int
    }

    /// Asks until there is an answer that `read` takes, or no hope.
    func whole<Value>(
        _ exchange: Exchange, read: ([UInt8]) throws(JSONReader.Fault) -> Value
    ) async throws(GraphError) -> (bytes: [UInt8], value: Value) {
        let ask = self.request(for: exchange, accept: "application/json")
        let (_, result) = try await self.ask(ask, exchange.subject, isStreamed: false) {
            (answer) throws(Malformed) -> (bytes: [UInt8], value: Value) in
            if let type = answer.head.headers["content-type"], !type.lowercased().contains("json") {
                throw Malformed(type: type, body: answer.body)
            }
            do throws(JSONReader.Fault) {
                return (answer.body, try read(answer.body))
            } catch {
                throw Malformed(fault: error, body: answer.body)
            }
        }
        return result
    }

    /// Asks until there is a body to read, or no hope.
    func stream(_ exchange: Exchange) async throws(GraphError) -> any HTTPBodyStream {
        let ask = self.request(for: exchange, accept: "text/plain, */*")
        let (lane, stream) = try await self.ask(ask, exchange.subject, isStreamed: true) {
            (answer) throws(Malformed) -> any HTTPBodyStream in
            // The service says text/plain of a message; html is a proxy's, and json an error's.
            let type = answer.head.headers["content-type"] ?? ""
            let isForeign = ["html", "json"].contains { type.lowercased().contains($0) }
            guard let stream = answer.stream, !isForeign else {
                answer.stream?.close()
                throw Malformed(type: type, body: [])
            }
            return stream
        }
        return LaneStream(stream, lane: lane)
    }

    private func ask<Value>(
        _ request: HTTPRequest, _ subject: GraphError.Subject, isStreamed: Bool,
        read: (Answer) throws(Malformed) -> Value
    ) async throws(GraphError) -> (lane: GateLane, value: Value) {
        var request = request
        var patience = Patience(settings: settings, random: random)
        let lane = try await gated { () async throws(GateError) in try await gate.enter() }
        while true {
            let token = try await currentToken()
            request.bearer = token
            request.headers = headers(like: request.headers)
            request.wantsNewConnection = patience.wantsNewConnection
            let pause: Duration
            switch await send(request, isStreamed: isStreamed) {
            case .failure(let error): pause = try self.pause(after: error, &patience)
            case .success(let answer) where (200..<300).contains(answer.head.status):
                do throws(Malformed) {
                    guard answer.head.status == 200 else { throw Malformed(status: answer.head.status) }
                    let value = try read(answer)
                    preferences.look(at: answer.head, log: log)
                    answered()
                    return (lane, value)
                } catch {
                    pause = try self.pause(after: error, &patience)
                }
            case .success(let answer): pause = try await self.pause(after: answer, token, subject, &patience)
            }
            try await gated { () async throws(GateError) in try await lane.again(after: pause) }
        }
    }

    // MARK: What follows a try that failed

    private func pause(after error: TransportError, _ patience: inout Patience) throws(GraphError) -> Duration
    {
        switch error {
        case .cancelled: throw .cancelled
        case .tooLarge(_, let limit): throw .tooLarge(limit: limit)
        default: break
        }
        let pause = error.isTransient ? patience.next(after: .transport) : nil
        guard let pause else { throw .transport(error, tries: Swift.max(1, patience.tries)) }
        log.debug("no answer, trying again", retryFields(patience, pause) + [LogField("reason", error)])
        failed([LogField("reason", error)])
        return pause
    }

    private func pause(after malformed: Malformed, _ patience: inout Patience) throws(GraphError) -> Duration
    {
        guard let pause = patience.next(after: .malformed) else { throw .malformed(detail: malformed.detail) }
        log.debug(
            "no answer of Graph, trying again",
            retryFields(patience, pause) + [LogField("reason", malformed.detail)])
        failed([LogField("reason", malformed.detail)])
        return pause
    }

    private func pause(
        after answer: Answer, _ token: Secret<String>, _ subject: GraphError.Subject,
        _ patience: inout Patience
    ) async throws(GraphError) -> Duration {
        let refusal = GraphRefusal(answer.head, body: answer.body)
        guard let kind = Patience.Trouble(refusal) else { throw GraphError(refusal, about: subject) }
        if kind == .forbidden || kind == .unauthorized, patience.count(of: kind) == 0 {
            // A role that was granted after the token was made shows only in a new one.
            _ = await tokens.discard(token)
        }
        let retryAfter = answer.head.headers["retry-after"].flatMap { RetryAfter.parse($0, now: clock.now) }
        guard let pause = patience.next(after: kind, retryAfter: retryAfter) else {
            switch kind {
            case .busy, .fault: throw .unavailable(refusal, tries: patience.tries)
            default: throw GraphError(refusal, about: subject)
            }
        }
        log.debug(
            "refused, trying again",
            retryFields(patience, pause) + refusal.fields
                + (retryAfter.map { [LogField("retry-after", $0.components.seconds)] } ?? []))
        failed(refusal.fields)
        guard refusal.status == 429 || refusal.status == 503 else { return pause }
        patience.wantsNewConnection = refusal.status == 503
        gate.fence(for: pause)
        return .zero
    }

    /// Of an outage of both services one line tells: the first one's.
    private func failed(_ reason: @autoclosure () -> [LogField]) {
        if trouble.failed(at: clock.uptime, log: log, reason: reason()) { tokens.trouble?.leaveToOthers() }
    }

    private func answered() {
        if trouble.succeeded(at: clock.uptime, log: log) { tokens.trouble?.takeBack() }
    }

    private func retryFields(_ patience: Patience, _ pause: Duration) -> [LogField] {
        [LogField("try", patience.tries), LogField("pause", pause)]
    }

    // MARK: Sending

    private func request(for exchange: Exchange, accept: String) -> HTTPRequest {
        var headers: HTTPHeaders = ["Accept": accept, "Prefer": "IdType=\"ImmutableId\""]
        if exchange.request.isDelta {
            headers.append("Prefer", "odata.maxpagesize=\(settings.deltaPageSize)")
        }
        let isStreamed = exchange.subject == .content
        return HTTPRequest(
            url: exchange.request.url, headers: headers,
            deadlines: isStreamed ? settings.streamDeadlines : settings.deadlines,
            bodyLimit: exchange.bodyLimit)
    }

    /// The same, under a new `client-request-id`.
    private func headers(like old: HTTPHeaders) -> HTTPHeaders {
        var headers = HTTPHeaders(old.fields.filter { $0.name != "client-request-id" })
        headers.append("client-request-id", UUID().uuidString.lowercased())
        return headers
    }

    private func send(_ request: HTTPRequest, isStreamed: Bool) async -> Result<Answer, TransportError> {
        do {
            if !isStreamed {
                let response = try await transport.send(request)
                return .success(Answer(head: response.head, body: response.body, stream: nil))
            }
            let stream = try await transport.open(request)
            if stream.head.status == 200 {
                return .success(Answer(head: stream.head, body: [], stream: stream))
            }
            return .success(Answer(head: stream.head, body: await beginning(of: stream), stream: nil))
        } catch {
            return .failure(error)
        }
    }

    /// The words of a refusal, as far as they come.
    private func beginning(of stream: any HTTPBodyStream) async -> [UInt8] {
        defer { stream.close() }
        var body: [UInt8] = []
        while body.count < 64 << 10, let piece = try? await stream.next() { body += piece }
        return body
    }

    private func currentToken() async throws(GraphError) -> Secret<String> {
        do {
            return try await tokens.token()
        } catch {
            throw error == .transport(.cancelled) ? .cancelled : .token(error)
        }
    }

    private func gated<Value>(
        _ pass: () async throws(GateError) -> Value
    ) async throws(GraphError) -> Value {
        do {
            return try await pass()
        } catch {
            switch error {
            case .ledger(let error): throw .ledger(error)
            case .cancelled: throw .cancelled
            }
        }
    }
}

/// What one try brought.
private struct Answer {
    let head: HTTPResponseHead
    let body: [UInt8]
    /// Of a 200 whose body was not asked for whole.
    let stream: (any HTTPBodyStream)?
}

/// A success that is not Graph's.
private struct Malformed: Error {
    let detail: String

    init(status: Int) { detail = "status \(status)" }

    init(type: String, body: [UInt8]) {
        let kind = type.isEmpty ? "nothing" : ServerText.line(type, limit: 60)
        detail = "it is \(kind)" + Self.quoted(body)
    }

    init(fault: JSONReader.Fault, body: [UInt8]) {
        // Where it is JSON, its beginning says nothing and the rest may be somebody's mail.
        let isJSON = body.first == UInt8(ascii: "{")
        detail = "\(fault.reason) at byte \(fault.offset)" + (isJSON ? "" : Self.quoted(body))
    }

    private static func quoted(_ body: [UInt8]) -> String {
        let line = ServerText.firstLine(of: body)
        return line.isEmpty ? "" : ", beginning '\(line)'"
    }
}
