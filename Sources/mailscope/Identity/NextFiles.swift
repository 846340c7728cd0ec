import FoundationEssentials
import LinuxHost
import MailscopeKit

/// The names of the pair that follows another.
struct NextFiles: Equatable {
    let key: String
    let certificate: String

    /// The current names with the day in them, in place of the day that they may hold already.
    ///
    /// - Parameters:
    ///   - current: the pair in use.
    ///   - directory: where they go; nil: beside the current ones.
    ///   - credentialsDirectory: nothing can be written there.
    ///   - now: the day.
    /// - Throws: ``Failure`` where `directory` is needed.
    init(
        of current: CertificateFiles, directory: String?, credentialsDirectory: String?, now: Date
    ) throws(Failure) {
        let folder = directory ?? FileSystem.parent(of: current.key)
        if directory == nil, let credentialsDirectory, folder == credentialsDirectory {
            throw Failure(
                .usage,
                "the current key is a credential that systemd hands over, and nothing can be written beside it",
                hints: ["say where the new files go: --directory /etc/mailscope"])
        }
        let day = String(UTCMoment.text(now).prefix(10))
        key = "\(folder)/\(Self.stem(current.key))-\(day).pem"
        let stem = current.certificate.map(Self.stem)
        certificate =
            "\(directory ?? FileSystem.parent(of: current.certificate ?? current.key))/"
            + "\(stem == nil || stem == Self.stem(current.key) ? "certificate" : stem ?? "")-\(day).pem"
    }

    /// `key` of `/etc/mailscope/key-2025-11-23.pem`.
    private static func stem(_ path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
        let undated = stem.replacing(/-[0-9]{4}-[0-9]{2}-[0-9]{2}$/, with: "")
        return undated.isEmpty ? "key" : undated
    }

    /// The CN of a subject that has nothing else; nil for any other.
    static func commonName(_ facts: CertificateFacts) -> String? {
        guard facts.subject.hasPrefix("CN="), !facts.subject.contains(where: { ",+\\".contains($0) }) else {
            return nil
        }
        return String(facts.subject.dropFirst(3))
    }
}
