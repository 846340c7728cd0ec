import CurlTransport
import FoundationEssentials
import LinuxHost
import MailscopeKit
import Synchronization

extension Doctor {
    /// The servers that answered.
    struct Network: Sendable {
        let transport: any HTTPTransport
    }

    private struct Server: Sendable {
        /// What it is for.
        let role: String
        let host: String
        /// A page that needs no token.
        let url: String
    }

    private struct Answer: Sendable {
        let date: String?
        /// Our clock in the middle between question and answer.
        let moment: Date
    }

    /// Looks at proxy, names, connections and clock.
    ///
    /// - Returns: nil where a server cannot be reached.
    func checkNetwork() async -> Network? {
        let servers: [Server]
        let transport: any HTTPTransport
        do {
            servers = try self.servers()
            transport = try self.transport()
        } catch {
            add(.failure(.connection, error))
            skip(.clock, after: .connection)
            return nil
        }
        guard let settings = checkProxy(servers) else {
            skip(.names, .connection, .clock, after: .proxy)
            return nil
        }
        guard await checkNames(settings) else {
            skip(.connection, .clock, after: .names)
            return nil
        }
        var answers: [Answer] = []
        for server in servers {
            if let answer = await checkConnection(server, over: transport) { answers.append(answer) }
        }
        guard answers.count == servers.count else {
            skip(.clock, after: .connection)
            return nil
        }
        checkClock(answers)
        return Network(transport: transport)
    }

    /// One where both are the same, as with a simulated tenant.
    private func servers() throws -> [Server] {
        let cloud = configuration.cloud
        let metadata =
            "\(cloud.authority)/\(configuration.registration.tenant)/v2.0/.well-known/openid-configuration"
        let token = Server(role: "token service", host: Self.host(cloud.authority), url: metadata)
        guard cloud.authority != cloud.graphRoot else { return [token] }
        // The daemon's own address, made by the one who makes all of them. Without a token it is answered 401.
        let mail = try configuration.scope.messages(Self.query).url
        return [token, Server(role: "Microsoft Graph", host: Self.host(cloud.graphRoot), url: mail)]
    }

    /// `host[:port]` of a root.
    private static func host(_ root: String) -> String { String(root.dropFirst("https://".count)) }

    private static func name(of host: String) -> String {
        if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }) }
        return String(host.prefix { $0 != ":" })
    }

    // MARK: Proxy and names

    private func checkProxy(_ servers: [Server]) -> [(name: String, setting: ProxySetting)]? {
        let settings = servers.map { server in
            let name = Self.name(of: server.host)
            return (
                name: name, setting: ProxySetting(host: name, environment: world.surroundings.environment)
            )
        }
        for (_, setting) in settings {
            guard case .unusable(let variable) = setting else { continue }
            add(
                .failure(
                    .proxy,
                    "what $\(variable) holds is no address of a proxy (not shown: it may hold a password)",
                    mends: [
                        "write it as http://host:port; for a daemon, in its unit: Environment=\(variable)=…"
                    ]))
            return nil
        }
        let texts = settings.map { name, setting in
            switch setting {
            case .none, .unusable: "none for \(name)"
            case .exempt(let variable): "none for \(name), by $\(variable)"
            case .proxy(let proxy, let variable): "\(proxy.text) for \(name), by $\(variable)"
            }
        }
        let isNone = settings.allSatisfy { $0.setting == .none }
        add(.ok(.proxy, isNone ? "none is set" : texts.joined(separator: "; ")))
        return settings
    }

    private func checkNames(_ settings: [(name: String, setting: ProxySetting)]) async -> Bool {
        var names: [(name: String, what: String)] = []
        for (name, setting) in settings {
            if case .proxy(let proxy, _) = setting {
                names.append((Self.name(of: proxy.host), "the proxy "))
                if proxy.resolvesNames { continue }
            }
            names.append((name, ""))
        }
        var texts: [String] = []
        for (index, (name, what)) in names.enumerated()
        where !names[..<index].contains(where: { $0.name == name }) {
            let found = await TimeLimit.run(limit) { [disk] in
                await disk.run { () -> Result<[String], HostNames.Failure> in
                    do throws(HostNames.Failure) { return .success(try HostNames.addresses(of: name)) } catch
                    {
                        return .failure(error)
                    }
                }
            }
            let mend = "look at the name servers of this machine: getent ahosts \(name); cat /etc/resolv.conf"
            switch found {
            case .success(let addresses)?:
                texts.append("\(what)\(name) is \(addresses.prefix(3).joined(separator: ", "))")
            case .failure(let reason)?:
                add(.failure(.names, "\(what)\(name) was not found: \(reason)", mends: [mend]))
                return false
            case nil:
                add(
                    .failure(
                        .names, "nobody said in \(Quantity.time(limit)) where \(what)\(name) is",
                        mends: [mend]))
                return false
            }
        }
        add(.ok(.names, texts.joined(separator: "; ")))
        return true
    }

    // MARK: Connection and clock

    private func checkConnection(_ server: Server, over transport: any HTTPTransport) async -> Answer? {
        let before = world.clock.now
        do throws(TransportError) {
            let answer = try await transport.send(HTTPRequest(url: server.url, bodyLimit: 1 << 20))
            let after = world.clock.now
            add(connected(server))
            return Answer(
                date: answer.head.headers["date"],
                moment: before + after.timeIntervalSince(before) / 2)
        } catch .tooLarge {
            add(connected(server))
            return Answer(date: nil, moment: before)
        } catch {
            add(unconnected(server, error))
            return nil
        }
    }

    private func chain(of server: Server) -> ServerChain? {
        chains.withLock { $0.last { $0.host == server.host } }
    }

    private func connected(_ server: Server) -> Checkup {
        guard let chain = chain(of: server), let own = chain.links.first else {
            return .ok(.connection, "\(server.role) \(server.host)")
        }
        let text =
            "\(server.role) \(server.host): \(own.subject), by \(own.issuer), until \(UTCMoment.text(own.notAfter))"
        // Who speaks for Microsoft's own names without being trusted by this system opens TLS on the way.
        guard chain.endsInOwnAuthority, configuration.cloud.name != .custom else {
            return .ok(.connection, text)
        }
        return .warning(
            .connection,
            text + "; trusted by 'ca-file' only, so a proxy opens TLS on the way and sees tokens and mail",
            mends: ["have \(Self.name(of: server.host)) excepted from inspection, or keep it so on purpose"])
    }

    private func unconnected(_ server: Server, _ error: TransportError) -> Checkup {
        guard case .notTrusted(let host, let reason, _) = error, let chain = chain(of: server),
            let own = chain.links.first
        else { return .failure(.connection, error) }
        let culprit =
            chain.faultAt.flatMap { chain.links.indices.contains($0) ? chain.links[$0] : nil } ?? own
        var text = "the certificate of \(host) is not trusted: \(reason); "
        text += culprit == own ? "it is " : "the fault is at "
        text += "\(culprit.subject), by \(culprit.issuer), valid "
        text += "\(UTCMoment.text(culprit.notBefore)) to \(UTCMoment.text(culprit.notAfter))"
        if chain.faultAt == nil { text += ", for \(own.names.isEmpty ? "no name" : own.names)" }
        let now = world.surroundings.now
        let mends: [String] =
            if now < culprit.notBefore || now > culprit.notAfter {
                [
                    "set this machine's clock first: timedatectl; if it is right, the server's owner must renew it"
                ]
            } else if chain.faultAt == nil {
                [
                    "check the address in the configuration; a proxy or a captive network may answer in its place"
                ]
            } else {
                [
                    "where \(culprit.issuer) is a proxy that opens TLS on purpose, put its authority's certificate in a file and set 'ca-file'",
                    "else somebody stands in between: send nothing through this network",
                ]
            }
        return .failure(.connection, text, mends: mends)
    }

    /// More than a minute is a clock that nobody sets; the service is documented to take five minutes in practice, and
    /// an assertion lives ten.
    private func checkClock(_ answers: [Answer]) {
        let now = world.clock.now
        let offsets = answers.compactMap { answer in
            // A whole second of the server's: its middle.
            answer.date.flatMap { HTTPDate.parse($0, now: now) }.map {
                answer.moment.timeIntervalSince($0) - 0.5
            }
        }
        guard let offset = offsets.max(by: { abs($0) < abs($1) }) else {
            add(.skipped(.clock, "the server did not say what time it is"))
            return
        }
        let size = Quantity.time(.seconds(abs(offset).rounded()))
        let text = "this machine's is \(size) \(offset > 0 ? "ahead of" : "behind") the server's"
        let mends = ["have it set by NTP: timedatectl set-ntp true"]
        switch abs(offset) {
        case ..<60: add(.ok(.clock, "within \(Self.clockPrecision(offset)) of the server's"))
        case ..<300: add(.warning(.clock, text + "; beyond 5 minutes no token is given", mends: mends))
        default:
            add(.failure(.clock, text + "; the token service takes 5 minutes at the most", mends: mends))
        }
    }

    private static func clockPrecision(_ offset: TimeInterval) -> String {
        abs(offset) < 2 ? "2 seconds" : Quantity.time(.seconds(Int(abs(offset).rounded(.up))))
    }
}
