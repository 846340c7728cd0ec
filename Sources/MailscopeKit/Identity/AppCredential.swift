package import FoundationEssentials

/// A certificate that the app shows itself with: who signs, and how.
package struct AppCredential: Sendable {
    package let signer: any AssertionSigner
    package let algorithm: AssertionAlgorithm

    package init(_ signer: any AssertionSigner, _ algorithm: AssertionAlgorithm = .ps256) {
        self.signer = signer
        self.algorithm = algorithm
    }

    package var certificate: CertificateFacts { signer.certificate }

    /// Whether the directory could take it by its dates.
    package func isInForce(at now: Date) -> Bool {
        switch certificate.validity(at: now) {
        case .valid, .expiring: true
        case .expired, .notYetValid: false
        }
    }
}

/// How the directory answered to the certificate that is to take over.
package enum NextCertificateAnswer: Sendable {
    /// It gave a token.
    case accepted
    /// It gave none, and gave one to the current certificate right after: so it is the certificate, not the app.
    case refused(TokenError)
}
