/// Takes out of a report by which people can be known, and keeps what must be told apart: the same address is the same
/// hash all over one report.
///
/// Addresses, object ids and display names become hashes; the service's own words go, for they may name anybody. What the
/// tenant's administrator finds calls by stays: tenant, client id, request ids and times.
package struct ReportRedactor: Sendable {
    /// Written into the report.
    package static let method = "HMAC-SHA-256, first 64 bits"
    private static let digits = 16

    /// Gives at least 16 hexadecimal digits.
    private let hash: @Sendable (String) -> String

    /// - Parameter hash: a keyed hash; unkeyed ones can be found out by guessing addresses.
    package init(hash: @escaping @Sendable (String) -> String) { self.hash = hash }

    /// For an address, an id or a name, in whatever case: `anon-0123456789abcdef`.
    package func name(_ text: String) -> String {
        "anon-" + hash(text.lowercased()).prefix(Self.digits)
    }

    package func report(_ report: VerificationReport) -> VerificationReport {
        var report = report
        let kept = Set([report.subject.clientID, report.subject.tenant].map { $0.lowercased() })
        let lines = { (texts: [String]) in texts.map { text($0, keeping: kept) } }
        report.summary = text(report.summary, keeping: kept)
        report.toConclude = lines(report.toConclude)
        report.notes = lines(report.notes)
        report.notTested = lines(report.notTested)
        report.subject.open = report.subject.open.map(name)
        report.plan.sources = lines(report.plan.sources)
        // Of a list that can be guessed an unkeyed digest would tell.
        report.plan.digest = hash(report.plan.digest)
        report.tokens = report.tokens.map(token)
        report.mailboxes = report.mailboxes.map(mailbox)
        report.controls = report.controls.map(control)
        report.redaction = Self.method
        return report
    }

    package func mailbox(_ finding: MailboxFinding) -> MailboxFinding {
        var finding = finding
        finding.label = name(finding.label)
        finding.objectID = finding.objectID.map(name)
        finding.probes = finding.probes.map(probe)
        return finding
    }

    package func probe(_ finding: ProbeFinding) -> ProbeFinding {
        var finding = finding
        finding.name = ProbeName(text: name(finding.name.text), kind: finding.name.kind)
        finding.detail = nil
        finding.code = finding.code.map { text($0) }
        finding.requestID = finding.requestID.map(requestID)
        return finding
    }

    package func control(_ record: ControlRecord) -> ControlRecord {
        var record = record
        record.mailbox = name(record.mailbox)
        record.detail = nil
        record.code = record.code.map { text($0) }
        record.requestID = record.requestID.map(requestID)
        return record
    }

    /// Graph's are GUIDs. Whatever else an answer puts there may name anybody.
    private func requestID(_ text: String) -> String { ClosedMailbox.isGUID(text) ? text : name(text) }

    private func token(_ record: TokenRecord) -> TokenRecord {
        var record = record
        record.appName = record.appName.map(name)
        record.servicePrincipal = record.servicePrincipal.map(name)
        return record
    }

    /// Our own words, in which a name may stand: whatever looks like an address or an id becomes its hash.
    package func text(_ text: String, keeping kept: Set<String> = []) -> String {
        var result = ""
        var word = ""
        func end() {
            // The dot at the end of a sentence belongs to no name.
            let bare = word.hasSuffix(".") ? String(word.dropLast()) : word
            let isName = bare.contains("@") || ClosedMailbox.isGUID(bare)
            result +=
                isName && !kept.contains(bare.lowercased()) ? name(bare) + word.dropFirst(bare.count) : word
            word = ""
        }
        for character in text {
            if character.isWhitespace || "\"'`<>()[]{},;:=/|".contains(character) {
                end()
                result.append(character)
            } else {
                word.append(character)
            }
        }
        end()
        return result
    }
}
