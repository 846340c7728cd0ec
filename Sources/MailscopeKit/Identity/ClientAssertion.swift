package import FoundationEssentials

/// The signed statement that stands in for a password: "I am this app, and I say so now".
///
/// Header and payload are written in one order without spaces, so that equal claims are equal bytes. Times are whole
/// seconds, base64url has no padding. Source: RFC 7523 §3; learn.microsoft.com, "certificate credentials".
package struct ClientAssertion: Sendable {
    /// Ten minutes; the documented advice is five to ten.
    package static let lifetime = 600

    /// The token endpoint.
    package let audience: String
    package let clientID: String
    package let issuedAt: Date
    /// `jti`; a fresh one each request.
    package let id: UUID

    package init(audience: String, clientID: String, issuedAt: Date, id: UUID = UUID()) {
        self.audience = audience
        self.clientID = clientID
        self.issuedAt = issuedAt
        self.id = id
    }

    /// The bytes that are signed: `header.payload` (RFC 7515 §5.1).
    package func signingInput(_ algorithm: AssertionAlgorithm, certificate: CertificateFacts) -> [UInt8] {
        let thumbprint =
            switch algorithm {
            case .ps256: (name: "x5t#S256", value: Base64URL.encode(certificate.sha256))
            case .rs256: (name: "x5t", value: Base64URL.encode(certificate.sha1))
            }
        let header =
            #"{"alg":"\#(algorithm.rawValue)","typ":"JWT","\#(thumbprint.name)":"\#(thumbprint.value)"}"#
        let issued = Int(issuedAt.timeIntervalSince1970.rounded(.down))
        let id = id.uuidString.lowercased()
        let payload =
            #"{"aud":\#(Self.quoted(audience)),"exp":\#(issued + Self.lifetime),"iat":\#(issued),"#
            + #""iss":\#(Self.quoted(clientID)),"jti":"\#(id)","nbf":\#(issued),"sub":\#(Self.quoted(clientID))}"#
        return Array("\(Base64URL.encode(Array(header.utf8))).\(Base64URL.encode(Array(payload.utf8)))".utf8)
    }

    /// The compact form that the token endpoint takes.
    ///
    /// - Throws: ``SigningError`` when the key cannot sign.
    package func signed(
        by signer: any AssertionSigner, with algorithm: AssertionAlgorithm
    ) throws(SigningError) -> Secret<String> {
        let input = signingInput(algorithm, certificate: signer.certificate)
        let signature = try signer.sign(input, with: algorithm)
        return Secret("\(String(decoding: input, as: UTF8.self)).\(Base64URL.encode(signature))")
    }

    /// A JSON string; slashes stay as they are.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..<" ":
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
