import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity
import YAMLDocument

/// A policy specification as it stands in a file.
struct PolicyFile {
    let path: String
    let bytes: [UInt8]
    let specification: PolicySpecification

    /// By which the generated files name their source: SHA-256 in hexadecimal.
    var digest: String {
        SHA256.digest(bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Reads the file, all of it, and finds everything that is wrong.
    ///
    /// `method` overrides what the file says.
    ///
    /// - Throws: ``YAMLFindings``.
    static func read(
        _ path: String, method: PolicyMethod? = nil, in surroundings: Surroundings
    ) throws(YAMLFindings) -> PolicyFile {
        let bytes = try FileBytes.read(path, missing: "'mailscope policy new \(path)' writes one")
        let top = try YAMLMapping(file: path, bytes: bytes)
        let specification = PolicySpecification.read(
            top, place: FilePlace(configurationFile: path, surroundings: surroundings), method: method)
        try top.finish()
        guard let specification else {
            throw YAMLFindings([
                YAMLFinding(file: path, position: nil, key: "", reason: "it cannot be used", hint: nil)
            ])
        }
        return PolicyFile(path: path, bytes: bytes, specification: specification)
    }

    /// The files of its folder.
    ///
    /// - Throws: ``YAMLFindings`` where it cannot be migrated.
    func folder(isMigration: Bool) throws(YAMLFindings) -> PolicyFolder {
        do throws(PolicyObjections) {
            return try PolicyFolder(
                of: specification, isMigration: isMigration, digest: digest, version: Program.version)
        } catch {
            throw YAMLFindings(
                error.objections.map { objection in
                    YAMLFinding(
                        file: path, position: nil, key: objection.field == .group ? "group" : "",
                        reason: objection.reason, hint: objection.mend)
                })
        }
    }
}
