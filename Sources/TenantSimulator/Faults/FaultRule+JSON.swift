extension FaultRule {
    /// Reads `{"fault": "status", "status": 503, …, "path": "/v1.0/*", "count": 2}`: the fault's own members and the
    /// rule's beside each other.
    ///
    /// - Throws: ``AdministrationError`` for anything that is missing, unknown or out of bounds.
    package init(_ json: JSONValue) throws(AdministrationError) {
        let kind = try json.requiredText("fault")
        guard let own = Self.members[kind] else {
            throw AdministrationError(
                "there is no fault '\(kind)'; one of: \(Self.members.keys.sorted().joined(separator: ", "))")
        }
        try json.allowing(own.union(["fault", "method", "path", "app", "mailbox", "count", "probability"]))
        let probability = json["probability"]?.real ?? 1
        guard (0...1).contains(probability) else { throw AdministrationError("'probability' is from 0 to 1") }
        self.init(
            try Self.fault(kind, json), method: json["method"]?.text, path: json["path"]?.text,
            app: json["app"]?.text, mailbox: json["mailbox"]?.text, count: json["count"]?.whole,
            probability: probability)
    }

    private static let members: [String: Set<String>] = [
        "latency": ["milliseconds", "jitter-milliseconds"],
        "status": ["status", "body", "retry-after-seconds", "retry-after-date-seconds"],
        "drop": ["reset"], "garbage": [], "stall": ["after-bytes", "seconds"],
        "cut": ["after-bytes", "reset"],
        "trickle": ["bytes", "milliseconds"], "link": ["link"], "expired-token": [],
    ]

    private static func fault(_ kind: String, _ json: JSONValue) throws(AdministrationError) -> Fault {
        func number(_ name: String, default absent: Int? = nil) throws(AdministrationError) -> Int {
            guard let number = json[name]?.whole ?? absent, (0...1_000_000_000).contains(number) else {
                throw AdministrationError("'\(name)' (a whole number) is missing or out of bounds")
            }
            return number
        }
        let byReset = json["reset"]?.truth ?? false
        switch kind {
        case "latency":
            return .latency(
                fixed: .milliseconds(try number("milliseconds")),
                jitter: .milliseconds(try number("jitter-milliseconds", default: 0)))
        case "status":
            let status = try number("status")
            guard (400...599).contains(status), let body = FaultBody(rawValue: json["body"]?.text ?? "json")
            else {
                throw AdministrationError(
                    "'status' is from 400 to 599, 'body' one of json, html, text, empty")
            }
            var retryAfter: FaultRetryAfter?
            if let seconds = json["retry-after-seconds"]?.whole { retryAfter = .seconds(seconds) }
            if let seconds = json["retry-after-date-seconds"]?.whole { retryAfter = .date(seconds: seconds) }
            return .status(status, body: body, retryAfter: retryAfter)
        case "drop": return .drop(byReset: byReset)
        case "garbage": return .garbage
        case "stall":
            return .stall(after: try number("after-bytes", default: 0), for: .seconds(try number("seconds")))
        case "cut": return .cut(after: try number("after-bytes"), byReset: byReset)
        case "trickle":
            return .trickle(bytes: try number("bytes"), every: .milliseconds(try number("milliseconds")))
        case "link": return .link(try json.requiredText("link"))
        default: return .expiredToken
        }
    }
}
