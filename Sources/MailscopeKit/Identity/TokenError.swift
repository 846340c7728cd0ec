/// Why there is no token. One case per act; all say what it means and what to do.
package enum TokenError: Error, Equatable {
    /// The directory answered with an error of its own that waiting does not mend (AADSTS…).
    case refused(EntraRefusal)
    /// Throttled or in trouble, tries used up; wait `retryAfter`.
    case unavailable(detail: String, retryAfter: Duration?)
    /// No answer came.
    case transport(TransportError)
    /// What came is no token response: a proxy's page, for one. The status is 0 where it was too large to be taken.
    case notATokenResponse(status: Int, detail: String)
    /// Our own key failed.
    case signing(SigningError)
}

/// The directory's refusal, with what it means and what to do. Source: the service's error body.
package struct EntraRefusal: Error, Equatable, Sendable {
    /// `invalid_client`, `unauthorized_client`, …
    package let error: String
    /// The first of `error_codes`, 700027 for one.
    package let code: Int?
    /// The service's own sentence, without its trailing ids.
    package let text: String
    package let correlationID: String?
    package let traceID: String?
    /// For a person: what it means here.
    package let meaning: String
    /// For a person: what mends it.
    package let remedy: String

    package init(
        error: String, code: Int?, text: String, correlationID: String?, traceID: String?, meaning: String,
        remedy: String
    ) {
        self.error = error
        self.code = code
        self.text = text
        self.correlationID = correlationID
        self.traceID = traceID
        self.meaning = meaning
        self.remedy = remedy
    }
}
