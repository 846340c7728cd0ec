/// One fault of a file: where, at which key, what, and what mends it.
package struct YAMLFinding: Error, Equatable, Sendable, CustomStringConvertible {
    package let file: String
    package let position: YAMLPosition?
    /// `sinks.maildir.path`; empty where the file as a whole is meant.
    package let key: String
    package let reason: String
    package let hint: String?

    package init(file: String, position: YAMLPosition?, key: String, reason: String, hint: String?) {
        self.file = file
        self.position = position
        self.key = key
        self.reason = reason
        self.hint = hint
    }

    /// As compilers print it: `mailscope.yaml:3:7: poll: …`.
    package var description: String {
        file + (position.map { ":\($0)" } ?? "") + (key.isEmpty ? "" : ": \(key)") + ": " + reason
    }
}

/// All faults of a file, in the order of the text.
package struct YAMLFindings: Error, Equatable, Sendable {
    package let findings: [YAMLFinding]

    package init(_ findings: [YAMLFinding]) { self.findings = findings }
}
