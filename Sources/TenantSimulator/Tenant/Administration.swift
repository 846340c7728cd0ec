internal import FoundationEssentials

/// What is under `/simulator/`: for tests, demonstrations and people who play the administrator. No token is asked
/// for; the server listens on loopback only.
struct Administration {
    let tenant: SimulatedTenant

    func answer(_ request: ServerRequest, _ target: RequestTarget) -> ServerResponse {
        var answer = answerWithoutNewline(request, target)
        // People read this in a terminal.
        if case .bytes(let bytes) = answer.body { answer.body = .bytes(bytes + [UInt8(ascii: "\n")]) }
        return answer
    }

    private static let routes: KeyValuePairs<String, String> = [
        "GET": "/simulator/state", "GET": "/simulator/requests", "DELETE": "/simulator/requests",
        "GET": "/simulator/faults", "POST": "/simulator/faults", "DELETE": "/simulator/faults",
        "POST": "/simulator/clock", "POST": "/simulator/switches", "POST": "/simulator/entra",
        "POST": "/simulator/exchange", "POST": "/simulator/mail",
    ]

    private func answerWithoutNewline(_ request: ServerRequest, _ target: RequestTarget) -> ServerResponse {
        let topic = target.segments.dropFirst().joined(separator: "/")
        do {
            switch (request.method, topic) {
            case ("GET", ""):
                return .json(["routes": .array(Self.routes.map { .string("\($0.key) \($0.value)") })])
            case ("GET", "state"): return .json(state)
            case ("GET", "requests"): return .json(try requests(target))
            case ("DELETE", "requests"):
                tenant.log.clear()
                return .json([:])
            case ("GET", "faults"): return .json(["faults": tenant.faults.json])
            case ("POST", "faults"): return .json(try addFaults(body(request)))
            case ("DELETE", "faults"):
                tenant.faults.clear(try number("id", of: target))
                return .json([:])
            case ("POST", "clock"): return .json(try moveClock(body(request)))
            case ("POST", "switches"): return .json(try setSwitches(body(request)))
            case ("POST", "entra"):
                return .json(try EntraAdministration(tenant: tenant).perform(body(request)))
            case ("POST", "exchange"): return try exchange(body(request))
            case ("POST", "mail"): return .json(try MailAdministration(tenant: tenant).perform(body(request)))
            default:
                return .json(
                    [
                        "error": .string(
                            "there is no \(request.method) of '\(topic)' here; GET /simulator/ lists what there is"
                        )
                    ], status: 404)
            }
        } catch {
            return .json(["error": .string("\(error)")], status: 400)
        }
    }

    private func body(_ request: ServerRequest) throws(AdministrationError) -> JSONValue {
        guard let value = JSONValue.parse(request.body) else {
            throw AdministrationError("the body is no JSON")
        }
        return value
    }

    private var state: JSONValue {
        let configuration = tenant.exchange.configuration
        return [
            "tenant": .string(tenant.directory.tenantID), "domain": .string(tenant.directory.domain),
            "time": .string(UTCText(tenant.clock.now).precise), "switches": tenant.switches.now.json,
            "requests": .integer(tenant.log.count), "faults": tenant.faults.json,
            "apps": .array(tenant.directory.apps.map(\.json)),
            "mailboxes": .array(
                tenant.directory.mailboxes.map { $0.json(messages: tenant.mail.count(of: $0.objectID)) }),
            "policies": .integer(configuration.policies.count),
            "role-assignments": .integer(configuration.assignments.count),
        ]
    }

    private func requests(_ target: RequestTarget) throws(AdministrationError) -> JSONValue {
        let names = ["after", "app", "limit", "mailbox", "method", "path", "status"]
        for (name, _) in target.query where !names.contains(name) {
            throw AdministrationError(
                "'\(name)' is no filter; one of: \(names.joined(separator: ", "))")
        }
        let found = tenant.log.entries(
            after: try number("after", of: target) ?? 0, method: target.query("method"),
            path: target.query("path"), app: target.query("app"), mailbox: target.query("mailbox"),
            status: try number("status", of: target))
        let limit = try number("limit", of: target) ?? 10_000
        return ["total": .integer(found.count), "requests": .array(found.suffix(limit).map(\.json))]
    }

    private func number(_ name: String, of target: RequestTarget) throws(AdministrationError) -> Int? {
        guard let text = target.query(name) else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw AdministrationError("'\(name)' must be a whole number, not '\(text)'")
        }
        return number
    }

    private func addFaults(_ body: JSONValue) throws(AdministrationError) -> JSONValue {
        let rules = body.elements ?? [body]
        var parsed: [FaultRule] = []
        for rule in rules { parsed.append(try FaultRule(rule)) }
        return ["ids": .array(parsed.map { .integer(tenant.faults.add($0)) })]
    }

    private func moveClock(_ body: JSONValue) throws(AdministrationError) -> JSONValue {
        try body.allowing(["advance-seconds"])
        guard let seconds = body["advance-seconds"]?.real, abs(seconds) < 1e9 else {
            throw AdministrationError(
                "'advance-seconds' must be a number between -1000000000 and 1000000000")
        }
        tenant.clock.advance(by: .seconds(seconds))
        return ["time": .string(UTCText(tenant.clock.now).precise)]
    }

    private func setSwitches(_ body: JSONValue) throws(AdministrationError) -> JSONValue {
        guard let members = body.members else { throw AdministrationError("the body must be a JSON object") }
        var (switches, ofGraph) = (tenant.switches.now, tenant.graph.switches)
        for member in members {
            let text = member.value.text ?? String(decoding: member.value.bytes, as: UTF8.self)
            guard switches.set(member.name, to: text) || ofGraph.set(member.name, to: text) else {
                let names = TenantSwitches.names + GraphSwitches.names
                throw AdministrationError(
                    names.contains(member.name)
                        ? "'\(member.name)' cannot be \(text)"
                        : "'\(member.name)' is no switch; one of: \(names.joined(separator: ", "))")
            }
        }
        let (changed, changedGraph) = (switches, ofGraph)
        tenant.switches.change { $0 = changed }
        tenant.graph.change { $0 = changedGraph }
        return changed.json
    }

    private func exchange(_ body: JSONValue) throws(AdministrationError) -> ServerResponse {
        try body.allowing(["cmdlet", "parameters"])
        let call = CmdletCall(
            name: try body.requiredText("cmdlet"), parameters: body["parameters"]?.members ?? [])
        do throws(CmdletError) {
            return .json(["output": .array(try ExchangeShell(service: tenant.exchange).run(call))])
        } catch {
            return .json(["error": error.json], status: 400)
        }
    }
}

extension SimulatedApp {
    var json: JSONValue {
        [
            "app-id": .string(appID), "object-id": .string(objectID),
            "registration-id": .string(registrationID),
            "display-name": .string(displayName), "enabled": .bool(isEnabled),
            "certificates": .array(certificates.map { .string($0.thumbprint) }),
            "roles": .array(grants.map(\.role).sorted().map { .string($0) }),
        ]
    }
}

extension SimulatedMailbox {
    func json(messages: Int) -> JSONValue {
        [
            "address": .string(addresses[0]), "messages": .integer(messages), "object-id": .string(objectID),
            "user-principal-name": .string(userPrincipalName),
            "addresses": .array(addresses.map { .string($0) }), "display-name": .string(displayName),
            "kind": .string(kind.rawValue), "state": .string(state.rawValue),
        ]
    }
}
