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
    /// The longest first.
    private var known: [String] = []

    /// - Parameter hash: a keyed hash; unkeyed ones can be found out by guessing addresses.
    package init(hash: @escaping @Sendable (String) -> String) { self.hash = hash }

    /// The same, for one who knows more: files and words that may be names wherever they stand.
    package func knowing(_ names: [String]) -> ReportRedactor {
        var redactor = self
        redactor.known = Set(names.filter { !$0.isEmpty }).sorted { $0.utf8.count > $1.utf8.count }
        return redactor
    }

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
        // A file may be called after a person.
        report.plan.sources = report.plan.sources.map { $0 == "--closed" ? $0 : name($0) }
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
        finding.recipientType = finding.recipientType.map(recipientType)
        finding.probes = finding.probes.map(probe)
        return finding
    }

    package func probe(_ finding: ProbeFinding) -> ProbeFinding {
        var finding = finding
        finding.name = ProbeName(text: name(finding.name.text), kind: finding.name.kind)
        finding.detail = nil
        finding.code = finding.code.map(code)
        finding.requestID = finding.requestID.map(requestID)
        return finding
    }

    package func control(_ record: ControlRecord) -> ControlRecord {
        var record = record
        record.mailbox = name(record.mailbox)
        record.detail = nil
        record.code = record.code.map(code)
        record.requestID = record.requestID.map(requestID)
        return record
    }

    /// Graph's are GUIDs. Whatever else an answer puts there may name anybody.
    package func requestID(_ text: String) -> String { ClosedMailbox.isGUID(text) ? text : name(text) }

    /// Graph's are words of letters.
    private func code(_ text: String) -> String {
        text.utf8.count <= 80
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.".contains($0)) }
            ? text : name(text)
    }

    /// Exchange's kinds of mailbox end so. Whatever else a list puts there may name anybody.
    private func recipientType(_ text: String) -> String {
        text.hasSuffix("Mailbox") && text.utf8.count <= 40 && text.allSatisfy { $0.isASCII && $0.isLetter }
            ? text : name(text)
    }

    private func token(_ record: TokenRecord) -> TokenRecord {
        var record = record
        record.appName = record.appName.map(name)
        record.servicePrincipal = record.servicePrincipal.map(name)
        return record
    }

    /// Our own words, in which a name may stand: whatever looks like an address or an id becomes its hash, and what is known
    /// to be a name (``knowing(_:)``) does in any case.
    package func text(_ text: String, keeping kept: Set<String> = []) -> String {
        var text = text
        for name in known { text = text.replacing(name, with: self.name(name)) }
        var result = ""
        var word = ""
        func end() {
            result += self.word(word[...], kept)
            word = ""
        }
        for character in text {
            if character.isWhitespace {
                end()
                result.append(character)
            } else {
                word.append(character)
            }
        }
        end()
        return result
    }

    /// What stands between two spaces: an address with what is put around one, or text that may hold an id.
    ///
    /// An address of an export may hold whatever is no space before its `@`; so what is put before one goes with it, unless it
    /// is a mark at the beginning.
    private func word(_ word: Substring, _ kept: Set<String>) -> String {
        guard let at = word.firstIndex(of: "@") else { return ids(word, kept) }
        var start = word.firstIndex { !"\"'`{|=/<>()[],;:\\".contains($0) } ?? word.startIndex
        // As Exchange writes it.
        if word[start...].prefix(5).lowercased() == "smtp:" { start = word.index(start, offsetBy: 5) }
        if let users = word[..<at].ranges(of: "/users/").last { start = users.upperBound }
        var end =
            word[at...].dropFirst().firstIndex { !($0.isLetter || $0.isNumber || ".-_@%#".contains($0)) }
            ?? word.endIndex
        // The dot at the end of a sentence belongs to no name.
        while end > at, word[word.index(before: end)] == "." { end = word.index(before: end) }
        guard start < at else { return name(String(word)) }
        let address = String(word[start..<end])
        let shown = kept.contains(address.lowercased()) ? address : name(address)
        return word[..<start] + shown + self.word(word[end...], kept)
    }

    private func ids(_ word: Substring, _ kept: Set<String>) -> String {
        let length = 36
        let text = Array(word)
        var result = ""
        var at = 0
        while at < text.count {
            let piece = at + length <= text.count ? String(text[at..<at + length]) : ""
            if ClosedMailbox.isGUID(piece), !kept.contains(piece.lowercased()) {
                result += name(piece)
                at += length
            } else {
                result.append(text[at])
                at += 1
            }
        }
        return result
    }
}
