package import MailscopeKit

/// What an answer proves. Pure; the one place where that is decided.
///
/// A 200 is judged by its head alone, so that nothing of a readable mailbox is ever looked at: it is Graph's where it
/// bears the marks that Graph's answers bear (a `request-id`, JSON of OData, and our own `client-request-id` where it is
/// repeated). A portal's page bears none of them, and is inconclusive. A 403 counts as denied only where its body is whole
/// and is Graph's own error of that code; a proxy's page is inconclusive. In doubt the answer proves nothing.
///
/// Source: Microsoft Graph "Error responses" and "JSON format"; response headers of Graph as recorded by its clients.
package enum AnswerClassifier {
    /// What is read of a refusal.
    static let bodyLimit = 64 << 10

    package struct Judgement: Sendable, Equatable {
        package var answer: ProbeFinding.Answer
        package var way: ProbeFinding.Way?
        package var doubt: ProbeFinding.Doubt?
        package var code: String?
        package var detail: String?
    }

    /// Judges an answer.
    ///
    /// `body` is that of a refusal, whole; for a success it is not asked for. `id` is the `client-request-id` that was sent.
    package static func judge(_ head: HTTPResponseHead, body: [UInt8], id: String) -> Judgement {
        guard isGraph(head, id: id) else {
            return Judgement(
                answer: .inconclusive, doubt: foreign(head.status),
                detail:
                    "status \(head.status), \(ServerText.line(head.headers["content-type"] ?? "no type", limit: 60))"
            )
        }
        if head.status == 200 { return Judgement(answer: .readable) }
        let refusal = GraphRefusal(head, body: body)
        guard let code = refusal.code else {
            return Judgement(
                answer: .inconclusive, doubt: foreign(head.status),
                detail: "status \(head.status) without a code")
        }
        if head.status == 403, refusal.has(code: "ErrorAccessDenied") {
            let isPolicy =
                refusal.message.contains("[RAOP]") || refusal.message.contains("AppOnly AccessPolicy")
            return Judgement(answer: .denied, way: isPolicy ? .accessPolicy : .unknown, code: code)
        }
        return Judgement(
            answer: .inconclusive, doubt: doubt(refusal), code: code,
            detail: "\(refusal.status) \(code): \(refusal.message)")
    }

    /// Whether the head bears the marks of Graph.
    static func isGraph(_ head: HTTPResponseHead, id: String) -> Bool {
        let type = head.headers["content-type"]?.lowercased() ?? ""
        guard type.hasPrefix("application/json"), let requestID = head.headers["request-id"],
            !requestID.isEmpty
        else { return false }
        // Somebody's cache would repeat another request's.
        if let repeated = head.headers["client-request-id"], repeated.lowercased() != id.lowercased() {
            return false
        }
        return head.status != 200 || type.contains("odata")
    }

    private static func foreign(_ status: Int) -> ProbeFinding.Doubt {
        switch status {
        case 429, 503: .throttled
        case 500...599: .serviceFault
        default: .notGraph
        }
    }

    private static func doubt(_ refusal: GraphRefusal) -> ProbeFinding.Doubt {
        switch refusal.status {
        case 401: .tokenRefused
        case 404 where refusal.has(code: "MailboxNotEnabledForRESTAPI"): .outOfReach
        case 404 where refusal.has(code: "RESTAPINotEnabledForComponentSharedMailbox"): .outOfReach
        case 404: .notFound
        case 429, 503: .throttled
        case 500...599: .serviceFault
        default: .otherRefusal
        }
    }
}
