import CommandTree
import FoundationEssentials
import MailscopeKit
import Verification
import YAMLDocument

/// What `--redact` says on standard error: the same as without it, but for whatever a person could be known by.
///
/// Of a record only fields that are known to be harmless keep their values; of an error that repeats what stands in a file
/// only the place is said.
struct RedactedSpeech: Sendable {
    let redactor: ReportRedactor

    private static let harmless: Set<String> = [
        "method", "host", "status", "connected-ms", "first-byte-ms", "total-ms", "bytes-in", "bytes-out",
        "http",
        "new-connections", "try", "seconds", "pause", "retry-after", "after-seconds",
    ]
    private static let openly = "run it without --redact, where names may be seen, to read what it is"

    func log(_ record: LogRecord) -> LogRecord {
        LogRecord(level: record.level, message: record.message, fields: record.fields.map(field))
    }

    private func field(_ field: LogField) -> LogField {
        switch field.name {
        case let name where Self.harmless.contains(name): field
        case "path": LogField("path", path(field.value))
        case "request-id", "client-request-id": LogField(field.name, redactor.requestID(field.value))
        default: LogField(field.name, "redacted")
        }
    }

    /// `/v1.0/users/anon-…/messages`; a token endpoint's as it is.
    private func path(_ path: String) -> String {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let users = parts.firstIndex(of: "users") else {
            return path.hasSuffix("/oauth2/v2.0/token") ? path : redactor.text(path)
        }
        for index in parts.indices where index > users {
            let isDoor = index > users + 1 && parts[index].utf8.count <= 20
            if !isDoor || parts[index].contains("@") { parts[index] = redactor.name(parts[index]) }
        }
        return parts.joined(separator: "/")
    }

    func failure(_ error: any Error) -> Failure {
        switch error {
        case VerificationError.list(let error):
            return Failure(
                .failed, error.anonymous(as: redactor.name(error.source)), hints: [text(error.hint)])
        case let findings as YAMLFindings:
            return Failure(
                .configuration,
                findings.findings.map { finding in
                    let line = finding.position.map { ":\($0)" } ?? ""
                    return Failure.Complaint(
                        message: redactor.name(finding.file) + line + ": something is wrong here",
                        hints: [Self.openly])
                })
        default:
            var failure = Failure(error)
            for index in failure.complaints.indices {
                failure.complaints[index].message = text(failure.complaints[index].message)
                failure.complaints[index].hints = failure.complaints[index].hints.map(text)
            }
            return failure
        }
    }

    private func text(_ text: String) -> String { redactor.text(text) }
}
