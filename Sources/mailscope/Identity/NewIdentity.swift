import FoundationEssentials
import LinuxHost
import MailscopeKit
import OpenSSLIdentity

/// A key and a certificate that were just made, and stand durably in their files.
struct NewIdentity: Sendable {
    /// Nil where the certificate was made for a key that was there.
    let keyFile: String?
    let certificateFile: String
    let certificate: CertificateFacts
    /// Base64 of the certificate's DER: what the app registration gets.
    let publicPart: String

    /// An app is not asked for more by anybody; some tenants allow less.
    static let dayBounds = 1...3_650
    /// What the directory takes, and what does not make every assertion slow.
    static let bitChoices = [2_048, 3_072, 4_096]
    /// Two machines' clocks never agree: a certificate that begins a little early is valid on both at once.
    static let headStart: TimeInterval = 3_600

    /// Makes an RSA key and a certificate that it signs itself, and writes both: the key with mode 0600, the certificate
    /// with 0644.
    ///
    /// A file appears whole or not at all. A kill between the two leaves the key alone, for which
    /// ``certify(name:days:keyIn:certificate:overwrites:now:)`` makes a certificate.
    ///
    /// - Parameters:
    ///   - name: the subject's CN, 1 to 64 characters.
    ///   - bits: one of ``bitChoices``.
    ///   - days: within ``dayBounds``.
    ///   - key: where the key goes; nothing may stand there.
    ///   - certificate: where the certificate goes; likewise.
    ///   - overwrites: replaces what stands in either place.
    ///   - now: the certificate is valid from ``headStart`` before.
    /// - Returns: what was made.
    /// - Throws: ``Failure`` with what to do.
    static func make(
        name: String = "mailscope", bits: Int = 3_072, days: Int = 365, key: String, certificate: String,
        overwrites: Bool = false, now: Date
    ) throws -> NewIdentity {
        try requireSense(name: name, days: days)
        guard key != certificate else {
            throw Failure(
                .usage, "key and certificate would stand in the same file",
                hints: ["name two files: the certificate is for others to see, the key is not"])
        }
        if !overwrites { try requireFree([key, certificate]) }
        let pair: SelfSignedCertificate
        do throws(SigningError) {
            pair = try SelfSignedCertificate.make(
                commonName: name, bits: bits, days: days, notBefore: now - headStart)
        } catch { throw Failure(.failed, "no key could be made: \(error)") }
        DurableFile.removeLeftovers(of: key, now: now)
        // The one place where a key leaves memory: into a file of its owner's.
        let keyFile = try DurableFile(pair.keyPEM.reveal(), beside: key, mode: 0o600)
        let certificateFile = try DurableFile(pair.certificatePEM, beside: certificate, mode: 0o644)
        try keyFile.take(key, overwrites: overwrites)
        try certificateFile.take(certificate, overwrites: overwrites)
        return try NewIdentity(keyFile: key, certificateFile: certificate, pem: pair.certificatePEM)
    }

    /// Makes a certificate for a key that is there, and writes it with mode 0644.
    ///
    /// - Parameters:
    ///   - name: the subject's CN, 1 to 64 characters.
    ///   - days: within ``dayBounds``.
    ///   - files: where the key is.
    ///   - certificate: where the certificate goes; nothing may stand there.
    ///   - overwrites: replaces what stands there.
    ///   - now: the certificate is valid from ``headStart`` before.
    /// - Returns: what was made.
    /// - Throws: ``Failure``, or `IdentityError` for the key.
    static func certify(
        name: String = "mailscope", days: Int = 365, keyIn files: IdentityFiles, certificate: String,
        overwrites: Bool = false, now: Date
    ) throws -> NewIdentity {
        try requireSense(name: name, days: days)
        if !overwrites { try requireFree([certificate]) }
        let pem: [UInt8]
        do {
            pem = try SelfSignedCertificate.certify(
                keyIn: files, commonName: name, days: days, notBefore: now - headStart)
        } catch let error as SigningError {
            throw Failure(.failed, "the key does not sign: \(error)")
        }
        try DurableFile(pem, beside: certificate, mode: 0o644).take(certificate, overwrites: overwrites)
        return try NewIdentity(keyFile: nil, certificateFile: certificate, pem: pem)
    }

    private init(keyFile: String?, certificateFile: String, pem: [UInt8]) throws(IdentityError) {
        self.keyFile = keyFile
        self.certificateFile = certificateFile
        let made = try Certificate(pem, path: certificateFile)
        certificate = made.facts
        publicPart = CertificateText.base64(of: made)
    }

    /// What is wrong with a common name; nil where nothing is.
    static func objection(toName name: String) -> Failure.Complaint? {
        guard (1...64).contains(name.unicodeScalars.count),
            name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            return Failure.Complaint(
                message: "a certificate's name has 1 to 64 characters and no line breaks",
                hints: ["write it as --name mailscope"])
        }
        return nil
    }

    private static func requireSense(name: String, days: Int) throws(Failure) {
        if let complaint = objection(toName: name) { throw Failure(.usage, [complaint]) }
        guard dayBounds.contains(days) else {
            throw Failure(
                .usage, "a certificate is made for \(dayBounds.lowerBound) to \(dayBounds.upperBound) days",
                hints: ["write it as --days 365"])
        }
    }

    private static func requireFree(_ paths: [String]) throws {
        for path in paths where try FileSystem.facts(of: path) != nil { throw taken(path) }
    }

    /// The name is taken. A lone key may be what an interrupted run has left.
    static func taken(_ path: String) -> Failure {
        Failure(
            .failed, "\(path) is there already",
            hints: [
                "name other files; --overwrite replaces what is there, and a key that is replaced is gone",
                "where it is a key without a certificate: --for-key \(path) makes one for it",
            ])
    }
}
