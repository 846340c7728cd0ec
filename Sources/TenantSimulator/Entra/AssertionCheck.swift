internal import FoundationEssentials

/// Whether an assertion proves that the app asks. Tolerates what the service demonstrably does: either thumbprint
/// with either padding, any base64, times in any form, one audience in a list, hours of life, a `jti` used twice.
struct AssertionCheck {
    let app: SimulatedApp
    /// The client id as the request wrote it.
    let clientID: String
    let tenantID: String
    /// Names by which an audience may call the tenant, in lower case.
    let tenantNames: Set<String>
    /// The token endpoint's time.
    let now: Date
    let skew: TimeInterval
    /// How late the front end that has the request learns of changes, from 0 to 1.
    let share: Double

    /// The order of these checks is inferred; the service documents none.
    ///
    /// - Throws: ``EntraFault`` for the first thing that is wrong.
    func verify(_ compact: String) throws(EntraFault) {
        let assertion = try ClientAssertion(compact)
        guard let key = assertion.key else { throw .noThumbprint }
        guard let algorithm = AssertionAlgorithm(rawValue: assertion.algorithm) else {
            throw .wrongAlgorithm(assertion.algorithm)
        }
        try verifyAudience(assertion)
        try verifyParties(assertion)
        try verifyTimes(assertion)

        guard
            let certificate = app.certificates.first(where: {
                $0.isKnown(at: now, share: share) && key.names($0)
            })
        else {
            throw .unknownKey(thumbprint: key.printed, app: app.appID)
        }
        guard (certificate.start...certificate.end).contains(now) else {
            throw .expiredKey(
                thumbprint: key.printed, app: app.appID, start: certificate.start, end: certificate.end)
        }
        guard let bits = certificate.rsaBits else { throw .wrongAlgorithm(assertion.algorithm) }
        guard bits >= 2_048 else { throw .weakKey }
        guard certificate.verifies(assertion.signature, over: assertion.signed, algorithm: algorithm) else {
            throw .wrongSignature(
                thumbprint: key.printed, app: app.appID, start: certificate.start, end: certificate.end)
        }
    }

    private func verifyAudience(_ assertion: ClientAssertion) throws(EntraFault) {
        let audiences = assertion.audiences
        guard let audience = audiences.first else { throw .missingClaim("aud") }
        guard audiences.count == 1 else { throw .severalAudiences(audiences.count) }
        guard let tenant = Self.tenant(ofAudience: audience), tenantNames.contains(tenant) else {
            throw .wrongAudience
        }
    }

    /// The tenant of a token endpoint (`…/T/oauth2/v2.0/token`, `…/T/oauth2/token`) or of an issuer (`…/T/v2.0`,
    /// `…/T/`), whatever the host: clients reach this tenant by names of their own. In lower case.
    static func tenant(ofAudience audience: String) -> String? {
        let audience = audience.lowercased()
        guard audience.hasPrefix("https://") else { return nil }
        let parts = audience.dropFirst(8).split(separator: "/")
        guard parts.count >= 2 else { return nil }
        let tail = parts.dropFirst(2).joined(separator: "/")
        return ["", "v2.0", "oauth2/token", "oauth2/v2.0/token"].contains(tail) ? String(parts[1]) : nil
    }

    private func verifyParties(_ assertion: ClientAssertion) throws(EntraFault) {
        guard let issuer = assertion.issuer else { throw .missingClaim("iss") }
        guard let subject = assertion.subject else { throw .missingClaim("sub") }
        guard issuer == subject else { throw .wrongSubject }
        guard issuer.lowercased() == clientID.lowercased() else { throw .wrongIssuer }
    }

    private func verifyTimes(_ assertion: ClientAssertion) throws(EntraFault) {
        guard let end = assertion.time("exp") else { throw .missingClaim("exp") }
        // An absent start is printed as 1970.
        let start = assertion.time("nbf") ?? Date(timeIntervalSince1970: 0)
        guard start - skew <= now, now < end + skew else { throw .outsideTime(from: start, until: end) }
    }
}
