import FoundationEssentials

/// Turns a refusal of the directory into what it means here and what mends it.
///
/// Source: learn.microsoft.com, "Microsoft Entra authentication and authorization error codes"; the texts that the
/// service sends. Codes and texts choose words only, never what the program does.
struct EntraAdvisor {
    typealias Advice = (meaning: String, remedy: String)

    let registration: AppRegistration
    let cloud: Cloud
    let certificate: CertificateFacts
    let algorithm: AssertionAlgorithm
    let now: Date

    func refusal(_ body: EntraErrorBody, headers: HTTPHeaders) -> EntraRefusal {
        let serverTime = headers["Date"].flatMap { HTTPDate.parse($0, now: now) } ?? body.timestamp
        let advice = advice(for: body, serverTime: serverTime)
        return EntraRefusal(
            error: body.error, code: body.code, text: body.text, correlationID: body.correlationID,
            traceID: body.traceID ?? headers["x-ms-request-id"].map { ServerText.line($0, limit: 60) },
            meaning: advice.meaning, remedy: advice.remedy)
    }

    private func advice(for body: EntraErrorBody, serverTime: Date?) -> Advice {
        switch body.code {
        case 700027, 50012: certificateAdvice(body)
        case 700024: clockAdvice(serverTime)
        case 700021, 50048, 700023, 50027, 5_002_723, 5_002_738, 5_002_741, 90014, 50013, 50032:
            assertionAdvice(body)
        case 700016, 7_000_229, 7_000_112, 500014, 700025, 7_000_215, 7_000_222, 7_000_216, 7_000_218, 700030,
            70021,
            700211, 700213, 7_002_137, 7_002_138, 700229:
            appAdvice(body)
        case 90002, 900023: tenantAdvice
        case 500011, 1_002_012, 70011, 650052, 650056, 650057: resourceAdvice
        case 53003: conditionalAccessAdvice
        case 530003:
            (
                "Conditional Access wants a managed device, which an app has not",
                "let IT look at the sign-in log of service principals, and exclude this app from that policy"
            )
        case 900144, 90013:
            (
                "the directory found the request incomplete or malformed; something on the way may have changed it",
                "check proxies that open TLS; then report it with the ids above"
            )
        default: generalAdvice(body)
        }
    }

    private var portalApp: String {
        "Entra admin center > App registrations > \(registration.clientID)"
    }
    private var thumbprints: String {
        "SHA-1 \(certificate.sha1Hex), SHA-256 \(certificate.sha256Hex)"
    }

    /// The service says in words only whether the key is unknown, expired, or known and not the one that signed.
    private func certificateAdvice(_ body: EntraErrorBody) -> Advice {
        let text = body.fullText.lowercased()
        let decoded = Self.quoted(after: "Thumbprint of key used by client:", in: body.fullText)
        let ours = decoded.map { [certificate.sha1Hex, certificate.sha256Hex].contains($0.uppercased()) }
        let comparison =
            switch (decoded, ours) {
            case (let decoded?, true?):
                "the service decoded the thumbprint \(decoded), which is ours (\(thumbprints))"
            case (let decoded?, _): "the service decoded the thumbprint \(decoded); ours is \(thumbprints)"
            default: "our thumbprint is \(thumbprints)"
            }
        if text.contains("key used is expired") || text.contains("is expired on application") {
            return (
                "the certificate that signed is registered, and expired there; \(comparison)",
                "make a new certificate, upload it at \(portalApp) > Certificates & secrets, then change certificate.key and certificate.file; check this machine's clock too"
            )
        }
        if text.contains("verify the signature failed") {
            return (
                "a certificate with this thumbprint is registered, but it does not verify the signature; \(comparison)",
                "upload the certificate again at \(portalApp) > Certificates & secrets; if that changes nothing, set assertion-algorithm: \(other)"
            )
        }
        if ours == false {
            return (
                "the directory looked for another certificate than the one that signed; \(comparison)",
                "set assertion-algorithm: \(other)"
            )
        }
        return (
            "the app registration does not know the certificate that signed; \(comparison)",
            "upload the certificate (not the key) at \(portalApp) > Certificates & secrets, and compare the thumbprint shown there; a new upload takes up to some minutes to be seen"
        )
    }

    private var other: String {
        switch algorithm {
        case .ps256: AssertionAlgorithm.rs256.rawValue
        case .rs256: AssertionAlgorithm.ps256.rawValue
        }
    }

    private func clockAdvice(_ serverTime: Date?) -> Advice {
        let remedy = "set the clock (timedatectl set-ntp true), then try again"
        guard let serverTime else {
            return ("this machine's clock and the service's differ by minutes", remedy)
        }
        let offset = Int(now.timeIntervalSince(serverTime).rounded())
        let times =
            "here it is \(now.formatted(.iso8601)), at the service \(serverTime.formatted(.iso8601))"
        if abs(offset) < 60 {
            return (
                "the assertion was outside of its ten minutes although the clocks agree now: \(times)",
                "the clock may have been set meanwhile, or the request was held up on its way; try again"
            )
        }
        return (
            "this machine's clock is \(Self.words(seconds: abs(offset))) \(offset > 0 ? "ahead of" : "behind") the service's: \(times)",
            remedy
        )
    }

    private func assertionAdvice(_ body: EntraErrorBody) -> Advice {
        if body.code == 50032 {
            return (
                "the certificate's key of \(certificate.keyBits) bits is too weak for the directory",
                "make a new RSA key of 2048 bits or more and upload its certificate at \(portalApp) > Certificates & secrets"
            )
        }
        if body.code == 700023 {
            return (
                "the assertion is made out to \(cloud.tokenEndpoint(of: registration)), which is not the directory that read it",
                "check tenant and cloud; write tenant as the directory id instead of a domain name"
            )
        }
        return (
            "the directory did not accept the form of the assertion (\(algorithm.rawValue))",
            "set assertion-algorithm: \(other); if that is refused too, report it with the ids above"
        )
    }

    private func appAdvice(_ body: EntraErrorBody) -> Advice {
        switch body.code {
        case 700016:
            (
                "the directory \(registration.tenant) knows no app \(registration.clientID)",
                "compare client-id and tenant with the app's Overview page, and check that cloud is the tenant's; an app that is new takes up to some minutes to be seen"
            )
        case 7_000_229:
            (
                "the app \(registration.clientID) has no service principal in the directory \(registration.tenant)",
                "let an administrator create it: New-MgServicePrincipal -AppId \(registration.clientID)"
            )
        case 7_000_112:
            (
                "the app \(registration.clientID) is disabled in the directory",
                "let an administrator enable it: Entra admin center > Enterprise applications > Properties > Enabled for users to sign-in"
            )
        case 500014:
            (
                "Microsoft Graph is disabled in the directory",
                "let an administrator enable the service principal of \(cloud.graphRoot)"
            )
        case 700025:
            (
                "the directory takes this app for a public client, which may not use a certificate",
                "set \"Allow public client flows\" to No at \(portalApp) > Authentication"
            )
        case 700030:
            (
                "the directory expected a certificate chosen by its subject name, which ordinary apps cannot use",
                "register this certificate itself at \(portalApp) > Certificates & secrets (\(thumbprints))"
            )
        case 7_000_215, 7_000_222, 7_000_216, 7_000_218:
            (
                "the directory did not find our assertion in the request, and asks for a secret or an assertion",
                "check proxies that open TLS and change what is sent; no client secret is needed"
            )
        default:
            (
                "the directory took the assertion for one of a federated identity",
                "check tenant and client-id, and that the certificate is registered at \(portalApp) > Certificates & secrets"
            )
        }
    }

    private var tenantAdvice: Advice {
        (
            "there is no directory \(registration.tenant) in this cloud (\(cloud.name.rawValue))",
            "set tenant to the Directory (tenant) ID of the app's Overview page, and cloud to the tenant's cloud"
        )
    }

    private var resourceAdvice: Advice {
        (
            "the directory does not give this app tokens for \(cloud.scope)",
            "check that cloud is the tenant's; then let an administrator grant the app its permission on Microsoft Graph at \(portalApp) > API permissions"
        )
    }

    private var conditionalAccessAdvice: Advice {
        (
            "Conditional Access for workload identities blocks this app, by this machine's address or by risk",
            "let IT look at Entra admin center > Sign-in logs > Service principal sign-ins for the correlation id, and allow this machine's public address in that policy"
        )
    }

    private func generalAdvice(_ body: EntraErrorBody) -> Advice {
        (
            "the directory refused, for a reason that mailscope has no words for",
            (body.code.map { "see https://login.microsoftonline.com/error?code=\($0), and " } ?? "")
                + "show IT the correlation id: it finds the attempt in the sign-in log of service principals"
        )
    }

    /// The text between the quotes after `label`.
    private static func quoted(after label: String, in text: String) -> String? {
        guard let label = text.firstRange(of: label) else { return nil }
        let parts = text[label.upperBound...].split(
            separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[1].isEmpty, parts[1].count <= 100 else { return nil }
        return String(parts[1])
    }

    private static func words(seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds) seconds"
        case ..<7200: "\(seconds / 60) minutes"
        case ..<172_800: "\(seconds / 3600) hours"
        default: "\(seconds / 86_400) days"
        }
    }
}
