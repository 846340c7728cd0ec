import FoundationEssentials

/// What an answer of the token endpoint amounts to. Decided by status and `error`, never by text.
enum TokenAnswer {
    case granted(Secret<String>, lifetime: Duration)
    /// Configuration, or what an administrator decided: waiting does not mend it.
    case refused(EntraErrorBody)
    /// Throttled, or the service is in trouble.
    case tryLater(detail: String, retryAfter: Duration?)
    /// From somebody else than a token endpoint.
    case useless(detail: String)

    init(_ response: HTTPResponse, now: Date) {
        let refusal = EntraErrorBody(response.body)
        let status = response.status
        if status == 408 || status == 429 || status >= 500
            || ["temporarily_unavailable", "server_error"].contains(refusal?.error)
        {
            let reason = refusal?.summary ?? Self.describe(response)
            self = .tryLater(
                detail: "status \(status): \(reason)",
                retryAfter: response.head.headers["Retry-After"].flatMap { RetryAfter.parse($0, now: now) })
        } else if let refusal {
            self = .refused(refusal)
        } else if status == 200, let grant = Grant(response.body) {
            self = .granted(Secret(grant.token), lifetime: grant.lifetime)
        } else {
            self = .useless(detail: Self.describe(response))
        }
    }

    /// The shape of a body, and its first line where it cannot hold a token.
    private static func describe(_ response: HTTPResponse) -> String {
        let type = response.head.headers["Content-Type"].map { ServerText.line($0, limit: 80) }
        let size = response.body.isEmpty ? "no body" : "\(response.body.count) bytes"
        let line = ServerText.firstLine(of: response.body)
        let isShown = !line.isEmpty && line.first != "{" && line.first != "["
        return "\(type ?? "no content type"), \(size)\(isShown ? ": \(line)" : "")"
    }

    private struct Grant {
        let token: String
        let lifetime: Duration

        init?(_ body: [UInt8]) {
            guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(body)),
                fields.tokenType.lowercased() == "bearer", !fields.accessToken.isEmpty,
                // It goes into a header.
                fields.accessToken.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
                let seconds = fields.expiresIn.number, (1...31_536_000).contains(seconds)
            else { return nil }
            token = fields.accessToken
            lifetime = .seconds(seconds)
        }
    }

    private struct Fields: Decodable {
        let tokenType: String
        let accessToken: String
        let expiresIn: LooseNumber

        enum CodingKeys: String, CodingKey {
            case tokenType = "token_type"
            case accessToken = "access_token"
            case expiresIn = "expires_in"
        }
    }
}

/// A number that some versions of the service write as text.
struct LooseNumber: Decodable {
    let number: Int?

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            number = Int(text)
        } else {
            number = Int(exactly: try value.decode(Double.self).rounded(.down))
        }
    }
}
