internal import COpenSSL
import Glibc

/// A certificate authority that lives as long as the simulator: its key never leaves memory.
package struct SimulatorAuthority: Sendable {
    /// The authority's own certificate. Clients must be told to trust it.
    package let caPEM: String
    private let keyPEM: String

    /// Makes a new authority, good for 7 days.
    ///
    /// - Throws: ``ServerError/openSSL(doing:detail:)``.
    package init(name: String = "Tenant Simulator CA") throws(ServerError) {
        prepareOpenSSL()
        let key = try PrivateKey.generate()
        let certificate = try IssuedCertificate(
            name: name, key: key, issuer: nil, validity: .week,
            extensions: [
                (NID_basic_constraints, "critical,CA:TRUE"),
                (NID_key_usage, "critical,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"),
            ])
        caPEM = try certificate.pem()
        keyPEM = try key.pem()
    }

    /// A server certificate for the names and addresses given.
    ///
    /// - Throws: ``ServerError/openSSL(doing:detail:)``, also for an address that is none.
    package func issue(
        hosts: [String] = ["localhost"],
        addresses: [String] = ["127.0.0.1", "::1"],
        validity: CertificateValidity = .week
    ) throws(ServerError) -> ServerIdentity {
        let key = try PrivateKey.generate()
        let issuer = IssuedCertificate.Issuer(
            certificate: try IssuedCertificate(pem: caPEM), key: try PrivateKey(pem: keyPEM))
        let certificate = try IssuedCertificate(
            name: hosts.first ?? addresses.first ?? "", key: key, issuer: issuer, validity: validity,
            extensions: serverExtensions(hosts: hosts, addresses: addresses) + [
                (NID_authority_key_identifier, "keyid")
            ])
        return ServerIdentity(chainPEM: try certificate.pem(), keyPEM: try key.pem())
    }

    /// A server certificate that nobody vouches for.
    ///
    /// - Throws: ``ServerError/openSSL(doing:detail:)``.
    package static func selfSigned(
        hosts: [String] = ["localhost"], addresses: [String] = ["127.0.0.1", "::1"]
    ) throws(ServerError) -> ServerIdentity {
        prepareOpenSSL()
        let key = try PrivateKey.generate()
        let certificate = try IssuedCertificate(
            name: hosts.first ?? "", key: key, issuer: nil, validity: .week,
            extensions: serverExtensions(hosts: hosts, addresses: addresses))
        return ServerIdentity(chainPEM: try certificate.pem(), keyPEM: try key.pem())
    }
}

/// From when until when a certificate is good, in seconds from now.
package struct CertificateValidity: Sendable, Equatable {
    package let from: Int
    package let until: Int

    package init(from: Int, until: Int) {
        self.from = from
        self.until = until
    }

    /// Since an hour ago, so that a clock a little behind accepts it; for seven days.
    package static let week = CertificateValidity(from: -3_600, until: 7 * 86_400)
    /// Over since yesterday.
    package static let expired = CertificateValidity(from: -8 * 86_400, until: -86_400)
    /// Starts tomorrow.
    package static let notYet = CertificateValidity(from: 86_400, until: 7 * 86_400)
}

private func serverExtensions(hosts: [String], addresses: [String]) -> [(Int32, String)] {
    let names = hosts.map { "DNS:" + $0 } + addresses.map { "IP:" + $0 }
    return [
        (NID_basic_constraints, "critical,CA:FALSE"),
        (NID_key_usage, "critical,digitalSignature"),
        (NID_ext_key_usage, "serverAuth"),
        (NID_subject_key_identifier, "hash"),
        (NID_subject_alt_name, names.joined(separator: ",")),
    ]
}
