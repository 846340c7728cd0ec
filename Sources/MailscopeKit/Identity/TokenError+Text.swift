extension EntraRefusal: CustomStringConvertible {
    package var description: String { Self.summary(error: error, code: code, text: text) }

    static func summary(error: String, code: Int?, text: String) -> String {
        let name = code.map { "AADSTS\($0) (\(error))" } ?? error
        return text.isEmpty ? name : "\(name): \(text)"
    }
}

extension TokenError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let refusal):
            "the directory gave no token: \(refusal.meaning) [\(refusal)]\(Self.ids(refusal))"
        case .unavailable(let detail, let retryAfter):
            "the token service cannot answer now: \(detail)"
                + (retryAfter.map { "; it asks to wait \($0.components.seconds) seconds" } ?? "")
        case .transport(let error): "the token service was not reached: \(error)"
        case .notATokenResponse(let status, let detail):
            "what came from the token service's address is no token response: "
                + (status == 0 ? detail : "status \(status), \(detail)")
        case .signing(let error): "the assertion could not be signed: \(error)"
        }
    }

    /// What to do about it; nil where it goes away by itself or was asked for.
    package var hint: String? {
        switch self {
        case .refused(let refusal): refusal.remedy
        case .unavailable: "wait and try again; nothing is wrong with the configuration"
        case .transport(.cancelled): nil
        case .transport: "check the network, the proxy settings and the cloud of the configuration"
        case .notATokenResponse:
            "a proxy or a sign-in page of the network may stand in between; check cloud too"
        case .signing: "check certificate.key and certificate.file, or set the other assertion-algorithm"
        }
    }

    private static func ids(_ refusal: EntraRefusal) -> String {
        let ids = [("correlation id", refusal.correlationID), ("trace id", refusal.traceID)]
            .compactMap { name, id in id.map { "\(name) \($0)" } }
        return ids.isEmpty ? "" : " (\(ids.joined(separator: ", ")))"
    }
}
