internal import FoundationEssentials
package import MailscopeKit

/// A signature that stands in a file of its own beside what it signs: a JWS in compact form whose payload is left out.
///
/// The payload is the other file's bytes. The header says what is signed, so that a signature of the same key over
/// something else (an assertion for the token endpoint) can never pass for one of these.
///
/// Source: RFC 7515 §3.1 and appendix F; RFC 8725 §3.11 on explicit types.
package struct DetachedSignature: Sendable, Equatable {
    /// The only kind there is so far.
    package static let reportType = "mailscope-report+jws"

    /// base64url, as it stands.
    private let header: String
    private let signature: [UInt8]

    /// Why a signature does not fit.
    package enum Misfit: Error, Equatable {
        /// Made with another key; its thumbprint (SHA-256, upper-case hexadecimal).
        case otherCertificate(thumbprint: String)
        /// Of another kind or algorithm.
        case otherKind(String)
        /// The bytes, or the signature, are not those that were signed.
        case changed
    }

    /// Reads what ``text`` gives; one line feed may follow.
    ///
    /// - Returns: nil where it is no JWS without a payload.
    package init?(_ text: String) {
        let text = text.hasSuffix("\n") ? text.dropLast() : text[...]
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty, !parts[0].isEmpty, !parts[2].isEmpty,
            Base64URL.decode(parts[0]) != nil, let signature = Base64URL.decode(parts[2]),
            // The last character has bits that no byte holds: there must be one way only to write it.
            Base64URL.encode(signature) == parts[2]
        else { return nil }
        header = String(parts[0])
        self.signature = signature
    }

    /// Signs with PS256.
    ///
    /// - Throws: ``SigningError`` when the key cannot sign.
    package init(signing payload: [UInt8], with signer: any AssertionSigner) throws(SigningError) {
        header = Self.header(of: signer.certificate)
        signature = try signer.sign(Self.input(header, payload), with: .ps256)
    }

    /// `header..signature`
    package var text: String { "\(header)..\(Base64URL.encode(signature))" }

    /// Whether the key of `certificate` has signed just these bytes.
    ///
    /// - Returns: nil where it has.
    package func misfit(of payload: [UInt8], _ certificate: Certificate) -> Misfit? {
        let facts = certificate.facts
        guard header == Self.header(of: facts) else { return otherHeader(than: facts) }
        let isGood = certificate.verifies(signature, of: Self.input(header, payload), with: .ps256)
        return isGood ? nil : .changed
    }

    private func otherHeader(than facts: CertificateFacts) -> Misfit {
        guard let bytes = Base64URL.decode(header),
            let said = try? JSONDecoder().decode(Header.self, from: Data(bytes))
        else { return .changed }
        if said.alg != AssertionAlgorithm.ps256.rawValue || said.typ != Self.reportType {
            return .otherKind("\(said.typ ?? "no type"), \(said.alg)")
        }
        guard let thumbprint = said.thumbprint.flatMap({ Base64URL.decode($0) }), thumbprint.count == 32,
            thumbprint != facts.sha256
        else { return .changed }
        return .otherCertificate(thumbprint: thumbprint.map(Self.hex).joined())
    }

    private struct Header: Decodable {
        let alg: String
        let typ: String?
        let thumbprint: String?

        private enum CodingKeys: String, CodingKey {
            case alg, typ
            case thumbprint = "x5t#S256"
        }
    }

    /// Written in one way only.
    private static func header(of certificate: CertificateFacts) -> String {
        let thumbprint = Base64URL.encode(certificate.sha256)
        let json = #"{"alg":"PS256","cty":"json","typ":"\#(reportType)","x5t#S256":"\#(thumbprint)"}"#
        return Base64URL.encode(Array(json.utf8))
    }

    private static func input(_ header: String, _ payload: [UInt8]) -> [UInt8] {
        Array("\(header).\(Base64URL.encode(payload))".utf8)
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
    }
}
