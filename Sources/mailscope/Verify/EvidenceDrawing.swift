import CommandTree
import FoundationEssentials
import MailscopeKit

/// `policy check`'s drawing for the page of a report, from the evidence that the administrators' scripts have collected.
enum EvidenceDrawing {
    /// The drawing (SVG), or nil where no evidence is given.
    ///
    /// - Throws: ``Failure`` where what it needs is missing; ``EvidenceError`` where a file is no evidence.
    static func svg(_ arguments: Arguments, of policy: PolicyFile?) throws -> String? {
        let files = arguments[VerifyOptions.evidence]
        guard !files.isEmpty else { return nil }
        guard let policy, arguments[ReportOptions.html] != nil else {
            throw Failure(
                .usage, "--evidence needs --policy and --html",
                hints: ["it is drawn into the page, against what the specification wants"])
        }
        guard !arguments[ReportOptions.redact], arguments[ReportOptions.redactKey] == nil else {
            throw Failure(
                .usage, "--evidence and --redact cannot both be given",
                hints: ["the drawing names mailboxes and groups"])
        }
        guard let wish = AccessWish(policy.specification) else { throw PolicyCommands.idsMissing(policy) }
        let read = try files.map { name in
            (name: name, bytes: try FileBytes.read(name, missing: "the 5-evidence scripts write it"))
        }
        let comparison = AccessComparison(try AccessEvidence(read), wish)
        return AccessDrawing(comparison, name: policy.specification.application.name).svg
    }
}
