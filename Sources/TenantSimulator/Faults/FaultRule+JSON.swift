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
        let probability = json["probability"].map { $0.real ?? -1 } ?? 1
        guard (0...1).contains(probability) else {
            throw AdministrationError("'probability' must be a number from 0 to 1")
        }
        self.init(
            try Self.fault(kind, json), method: try json.optionalText("method"),
            path: try json.optionalText("path"), app: try json.optionalText("app"),
            mailbox: try json.optionalText("mailbox"),
            count: try json.optionalWhole("count", in: 1...1_000_000_000), probability: probability)
    }

    private static let members: [String: Set<String>] = [
        "latency": ["milliseconds", "jitter-milliseconds"],
        "status": ["status", "body", "retry-after-seconds", "retry-after-date-seconds"],
        "drop": ["reset"], "garbage": [], "stall": ["after-bytes", "seconds"],
        "cut": ["after-bytes", "reset"],
        "trickle": ["bytes", "milliseconds"], "link": ["link"], "expired-token": [],
    ]

    private static func fault(_ kind: String, _ json: JSONValue) throws(AdministrationError) -> Fault {
        let milliseconds = 0...86_400_000
        let bytes = 0...1_000_000_000
        guard let byReset = json["reset"].map(\.truth) ?? false else {
            throw AdministrationError("'reset' must be true or false")
        }
        switch kind {
        case "latency":
            return .latency(
                fixed: .milliseconds(try json.requiredWhole("milliseconds", in: milliseconds)),
                jitter: .milliseconds(
                    try json.requiredWhole("jitter-milliseconds", in: milliseconds, default: 0)))
        case "status": return try status(json)
        case "drop": return .drop(byReset: byReset)
        case "garbage": return .garbage
        case "stall":
            return .stall(
                after: try json.requiredWhole("after-bytes", in: bytes, default: 0),
                for: .seconds(try json.requiredWhole("seconds", in: 0...86_400)))
        case "cut":
            return .cut(after: try json.requiredWhole("after-bytes", in: bytes), byReset: byReset)
        case "trickle":
            return .trickle(
                bytes: try json.requiredWhole("bytes", in: 1...1_000_000_000),
                every: .milliseconds(try json.requiredWhole("milliseconds", in: milliseconds)))
        case "link": return .link(try json.requiredText("link"))
        default: return .expiredToken
        }
    }

    private static func status(_ json: JSONValue) throws(AdministrationError) -> Fault {
        let status = try json.requiredWhole("status", in: 400...599)
        guard let body = FaultBody(rawValue: try json.optionalText("body") ?? "json") else {
            throw AdministrationError("'body' must be one of json, html, text, empty")
        }
        // The service may name a time that is over.
        let wait = -1_000_000_000...1_000_000_000
        let seconds = try json.optionalWhole("retry-after-seconds", in: wait)
        let date = try json.optionalWhole("retry-after-date-seconds", in: wait)
        guard seconds == nil || date == nil else {
            throw AdministrationError(
                "'retry-after-seconds' and 'retry-after-date-seconds' cannot both be given")
        }
        return .status(
            status, body: body,
            retryAfter: seconds.map { .seconds($0) } ?? date.map { .date(seconds: $0) })
    }
}
