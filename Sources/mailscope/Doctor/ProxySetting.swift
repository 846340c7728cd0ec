/// Which proxy libcurl takes for an https address, by the environment. Knows nothing of the user and the password that
/// may stand in a proxy's address.
///
/// Source: curl's manual, "Environment"; CURLOPT_PROXY(3), CURLOPT_NOPROXY(3).
enum ProxySetting: Equatable {
    case none
    /// A proxy is set, and `variable` takes this host out.
    case exempt(variable: String)
    case proxy(Proxy, variable: String)
    /// What `variable` holds is no address of a proxy.
    case unusable(variable: String)

    struct Proxy: Equatable {
        /// `http`, `socks5h`, …
        let scheme: String
        let host: String
        let port: Int
        let hasCredentials: Bool

        /// Whether it looks up the names of the hosts behind it.
        var resolvesNames: Bool { !["socks4", "socks5"].contains(scheme) }

        var text: String {
            "\(scheme)://\(host):\(port)" + (hasCredentials ? " (with a user name, not shown)" : "")
        }
    }

    init(host: String, environment: [String: String]) {
        let filled = { (name: String) -> (name: String, value: String)? in
            environment[name].flatMap { $0.isEmpty ? nil : (name, $0) }
        }
        let candidates = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        guard let setting = candidates.lazy.compactMap(filled).first else {
            self = .none
            return
        }
        if let exception = filled("no_proxy") ?? filled("NO_PROXY"),
            Self.covers(exception.value, host: host)
        {
            self = .exempt(variable: exception.name)
        } else if let proxy = Proxy(setting.value) {
            self = .proxy(proxy, variable: setting.name)
        } else {
            self = .unusable(variable: setting.name)
        }
    }

    /// Whether `no_proxy` names the host or a domain that it is in. Networks (`10.0.0.0/8`) match addresses only, which
    /// no cloud has for a name.
    private static func covers(_ list: String, host: String) -> Bool {
        if list == "*" { return true }
        let name = Self.plain(host.lowercased()[...])
        return list.lowercased().split { $0 == "," || $0 == " " || $0 == "\t" }.contains { entry in
            let entry = Self.plain(entry.hasPrefix(".") ? entry.dropFirst() : entry)
            return !entry.isEmpty && (name == entry || name.hasSuffix("." + entry))
        }
    }

    /// Without the dot at the end of a full name, and without the brackets of an address.
    private static func plain(_ name: Substring) -> Substring {
        if name.hasPrefix("["), name.hasSuffix("]") { return name.dropFirst().dropLast() }
        return name.hasSuffix(".") ? name.dropLast() : name
    }
}

extension ProxySetting.Proxy {
    /// Reads `[scheme://][user[:password]@]host[:port][/]`; nil where libcurl would not take it.
    fileprivate init?(_ text: String) {
        var rest = text[...]
        var scheme = "http"
        if let mark = rest.firstRange(of: "://") {
            scheme = rest[..<mark.lowerBound].lowercased()
            rest = rest[mark.upperBound...]
        }
        guard ["http", "https", "socks4", "socks4a", "socks5", "socks5h"].contains(scheme) else { return nil }
        rest = rest.prefix { $0 != "/" }
        let at = rest.lastIndex(of: "@")
        if let at { rest = rest[rest.index(after: at)...] }
        var port = scheme == "https" ? 443 : 1_080
        let afterHost = rest.lastIndex(of: "]").map { rest.index(after: $0) } ?? rest.startIndex
        if let colon = rest[afterHost...].firstIndex(of: ":") {
            guard let number = UInt16(rest[rest.index(after: colon)...]), number > 0 else { return nil }
            port = Int(number)
            rest = rest[..<colon]
        }
        let isName = rest.utf8.allSatisfy { byte in
            (UInt8(ascii: "!")...UInt8(ascii: "~")).contains(byte) && byte != UInt8(ascii: "@")
        }
        guard !rest.isEmpty, isName else { return nil }
        self.init(scheme: scheme, host: String(rest), port: port, hasCredentials: at != nil)
    }
}
