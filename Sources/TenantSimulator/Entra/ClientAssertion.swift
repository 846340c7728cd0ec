internal import FoundationEssentials

/// A client's assertion as it was sent, taken apart but not believed.
struct ClientAssertion {
    /// How the header names the key.
    enum KeyIdentifier: Equatable {
        case sha256([UInt8])
        case sha1([UInt8])
        case keyID(String)
        case unreadable(String)

        /// As the service prints the thumbprint that it decoded.
        var printed: String {
            switch self {
            case .sha256(let bytes), .sha1(let bytes): Hexadecimal.upper(bytes)
            case .keyID(let text), .unreadable(let text): text
            }
        }

        func names(_ certificate: RegisteredCertificate) -> Bool {
            switch self {
            case .sha256(let bytes): certificate.sha256 == bytes
            case .sha1(let bytes): certificate.sha1 == bytes
            // What a key id must hold is not documented; these are what clients have at hand.
            case .keyID(let text):
                certificate.keyID == text.lowercased() || certificate.thumbprint == text.uppercased()
                    || Base64.decode(text) == certificate.sha1 || Base64.decode(text) == certificate.sha256
            case .unreadable: false
            }
        }
    }

    let header: JSONValue
    let claims: JSONValue
    let signed: [UInt8]
    let signature: [UInt8]

    /// - Throws: ``EntraFault/malformedAssertion``.
    init(_ compact: String) throws(EntraFault) {
        let parts = compact.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64.decode(parts[0]), let body = Base64.decode(parts[1]),
            let signature = Base64.decode(parts[2]), let header = JSONValue.parse(head),
            let claims = JSONValue.parse(body), header.members != nil, claims.members != nil
        else { throw .malformedAssertion }
        self.header = header
        self.claims = claims
        self.signature = signature
        signed = Array("\(parts[0]).\(parts[1])".utf8)
    }

    var algorithm: String { header["alg"]?.text ?? "" }

    var key: KeyIdentifier? {
        if let text = header["x5t#S256"]?.text {
            return Base64.decode(text).map { .sha256($0) } ?? .unreadable(text)
        }
        if let text = header["x5t"]?.text {
            return Base64.decode(text).map { .sha1($0) } ?? .unreadable(text)
        }
        return header["kid"]?.text.map { .keyID($0) }
    }

    /// One text, or the elements of a list.
    var audiences: [String] {
        guard let audience = claims["aud"] else { return [] }
        return audience.elements?.compactMap(\.text) ?? audience.text.map { [$0] } ?? []
    }

    var issuer: String? { claims["iss"]?.text }
    var subject: String? { claims["sub"]?.text }

    /// A NumericDate as an integer, a fraction or, as MSAL.NET sends it, text.
    func time(_ name: String) -> Date? {
        guard let value = claims[name] else { return nil }
        return (value.real ?? value.text.flatMap(Double.init)).map { Date(timeIntervalSince1970: $0) }
    }
}
