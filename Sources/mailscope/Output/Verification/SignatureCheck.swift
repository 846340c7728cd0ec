import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity
import Verification

/// The answer of `report verify`.
struct SignatureCheck: Encodable {
    let fits: Bool
    /// Why it does not.
    let reason: String?
    let certificate: String
    let thumbprint: String
    /// Only of a report whose signature fits, and only where this version can read it.
    let verdict: String?
    let summary: String?
    let ended: Date?
    let warnings: [String]

    init(report bytes: [UInt8], misfit: DetachedSignature.Misfit?, by facts: CertificateFacts) {
        fits = misfit == nil
        certificate = facts.subject
        thumbprint = facts.sha256Hex
        reason =
            switch misfit {
            case nil: nil
            case .changed: "the report or its signature was changed after it was signed"
            case .otherCertificate(let thumbprint):
                "it was signed with another certificate (SHA-256 \(thumbprint))"
            case .otherKind(let kind): "the signature is of another kind (\(kind))"
            }
        // What nobody has signed is not shown.
        let report = misfit == nil ? try? VerificationReport(json: bytes) : nil
        let known = report?.schema == VerificationReport.currentSchema ? report : nil
        verdict = known?.verdict.rawValue
        summary = known?.summary
        ended = known?.ended
        var warnings: [String] = []
        if fits, known == nil { warnings.append("what was signed is no report that this version can read") }
        if let ended, !(facts.notBefore...facts.notAfter).contains(ended) {
            warnings.append("the certificate was not valid when the report says that it was made")
        }
        self.warnings = warnings
    }

    var text: String {
        Table.facts([
            (
                "signature",
                fits ? "fits: no byte has changed since it was signed" : "DOES NOT FIT: \(reason ?? "")"
            ),
            ("certificate", certificate), ("SHA-256", thumbprint), ("ended", ended.map(UTCMoment.text)),
            ("verdict", summary),
        ])
    }
}
