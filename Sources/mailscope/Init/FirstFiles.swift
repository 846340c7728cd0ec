import FoundationEssentials
import LinuxHost
import MailscopeKit
import OpenSSLIdentity

/// Writes the files of `init`: the key first, the configuration last. Each appears whole or not at all, and none that is
/// there is changed; so whatever ends it on the way, running it again does the rest.
struct FirstFiles {
    private let answers: InitAnswers

    /// What became of it.
    struct Made: Sendable {
        var written: [String] = []
        var kept: [String] = []
        let certificate: CertificateFacts
    }

    init(_ answers: InitAnswers) { self.answers = answers }

    /// - Throws: ``Failure``, `FileError`, `IdentityError`.
    func write(now: Date) throws -> Made {
        // Files that are given are looked at before anything is made.
        if answers.givenKey != nil { _ = try signer(now: now) }
        try FileSystem.makeDirectories(answers.directory, mode: 0o755)
        try FileSystem.makeDirectories(FileSystem.parent(of: answers.file), mode: 0o755)
        removeLeftovers(now: now)
        let configuration = try DurableFile(
            Array(ConfigurationText(answers).text.utf8), beside: answers.file, mode: 0o644)
        let hasPolicy = try FileSystem.facts(of: answers.policy) != nil
        let policy =
            hasPolicy
            ? nil : try DurableFile(Array(policyText(now: now).utf8), beside: answers.policy, mode: 0o644)
        try FileSystem.makeDirectories(answers.state)
        var made = try identity(now: now)
        if let policy {
            try policy.take(answers.policy, overwrites: false)
            made.written.append(answers.policy)
        } else {
            made.kept.append(answers.policy)
        }
        try configuration.take(answers.file, overwrites: false)
        made.written.append(answers.file)
        return made
    }

    // MARK: Key and certificate

    /// What is there is used; what is missing is made.
    private func identity(now: Date) throws -> Made {
        guard answers.givenKey == nil, let certificate = answers.certificate else {
            let given = [answers.key] + (answers.givenCertificate.map { [$0] } ?? [])
            return Made(kept: given, certificate: try signer(now: now).certificate)
        }
        let hasKey = try FileSystem.facts(of: answers.key) != nil
        let hasCertificate = try FileSystem.facts(of: certificate) != nil
        switch (hasKey, hasCertificate) {
        case (false, false):
            let new = try NewIdentity.make(
                name: answers.name, days: answers.days, key: answers.key, certificate: certificate, now: now)
            return Made(written: [answers.key, certificate], certificate: new.certificate)
        case (true, false):
            let new = try NewIdentity.certify(
                name: answers.name, days: answers.days, keyIn: IdentityFiles(key: answers.key),
                certificate: certificate, now: now)
            return Made(written: [certificate], kept: [answers.key], certificate: new.certificate)
        case (true, true):
            return Made(kept: [answers.key, certificate], certificate: try signer(now: now).certificate)
        case (false, true):
            throw Failure(
                .failed, "\(certificate) is there already, and its key \(answers.key) is not",
                hints: ["move the certificate away, or name its key: --key FILE --certificate \(certificate)"]
            )
        }
    }

    private func signer(now: Date) throws(IdentityError) -> OpenSSLSigner {
        try OpenSSLSigner(
            loading: IdentityFiles(key: answers.key, certificate: answers.certificate), now: now)
    }

    // MARK: The policy specification

    private func policyText(now: Date) throws -> String {
        PolicyTemplate.text(
            from: try answers.configuration(now: now),
            certificate: answers.givenKey == nil
                ? FileSystem.name(of: answers.beside("certificate.pem")) : answers.givenCertificate)
    }

    /// Drafts that a killed run has left: a copy of a key must not lie about. Those of a run that is under way are young.
    private func removeLeftovers(now: Date) {
        let others = ["key.pem", "certificate.pem", "policy.yaml"].map(answers.beside)
        for path in others + [answers.file] {
            DurableFile.removeLeftovers(of: path, now: now)
        }
    }
}
