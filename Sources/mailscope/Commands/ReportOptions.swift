import CommandTree
import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity
import Verification

/// Where a report goes, and who can be known by it.
enum ReportOptions {
    static let html: Option<String?> = .text(
        "html", "FILE", takes: .file, help: "write the report as a page to FILE")
    static let report: Option<String?> = .text(
        "report", "FILE", takes: .file,
        help: "write the report as JSON to FILE, and its signature by the app's key to FILE.jws")
    static let redact: Option<Bool> = .flag(
        "redact", help: "replace addresses, object ids and names by keyed hashes, everywhere")
    static let redactKey: Option<String?> = .text(
        "redact-key", "FILE", takes: .file,
        help:
            "redact with the key in FILE, so that reports can be compared; else the key is new and kept nowhere"
    )

    static let files: [any AnyOption] = [html, report]
    static let redaction: [any AnyOption] = [redact, redactKey]

    /// Fewer bytes could be found by trying.
    private static let keySize = 16

    /// What redacts, where that was asked for.
    ///
    /// - Throws: where the key's file cannot be read or holds too little.
    static func redactor(_ arguments: Arguments) throws -> ReportRedactor? {
        let hash: KeyedHash
        if let path = arguments[redactKey] {
            var key = try FileBytes.read(path, missing: "make one: openssl rand -hex -out \(path) 32")
            while let last = key.last, last == 0x0a || last == 0x0d { key.removeLast() }
            guard key.count >= keySize else {
                throw Failure(
                    .configuration, "the key in \(path) is too short to keep names secret",
                    hints: ["make one: openssl rand -hex -out \(path) 32"])
            }
            hash = KeyedHash(key: Secret(key))
        } else if arguments[redact] {
            hash = KeyedHash()
        } else {
            return nil
        }
        guard hash.hex(of: "") != nil else {
            throw Failure(
                .failed, "OpenSSL makes no HMAC here, so nothing can be redacted",
                hints: ["openssl dgst -sha256 -hmac x /dev/null shows why"])
        }
        // Never the name itself, should OpenSSL fail later on.
        return ReportRedactor { hash.hex(of: $0) ?? "unreadable" }
    }
}
