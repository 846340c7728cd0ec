import FoundationEssentials

/// The answer of `doctor --json`. docs/schema/doctor.schema.json describes it.
struct DoctorReport: Encodable {
    static let currentSchema = "mailscope.doctor/1"

    let schema = DoctorReport.currentSchema
    let version = Program.version
    let time: Date
    /// The configuration's file.
    let file: String
    let checks: [Checkup]
    let summary: Summary
    let exitCode: Int32

    struct Summary: Encodable {
        let ok: Int
        let warnings: Int
        let failures: Int
        let skipped: Int
    }

    init(_ checks: [Checkup], file: String, now: Date) {
        time = now
        self.file = file
        self.checks = checks
        let count = { (status: Checkup.Status) in checks.count { $0.status == status } }
        summary = Summary(
            ok: count(.ok), warnings: count(.warning), failures: count(.failure), skipped: count(.skipped))
        // What depends on a failure is skipped, so the first one says best what kind of trouble it is.
        exitCode = (checks.first { $0.status == .failure }?.exitCode ?? .done).rawValue
    }

    /// One line for a person.
    var text: String {
        if summary.failures == 0, summary.warnings == 0 { return "nothing stands in the way" }
        let parts = [(summary.failures, "failure"), (summary.warnings, "warning")].filter { $0.0 > 0 }
            .map { Quantity.count($0, $1) }
        return parts.joined(separator: ", ")
            + (summary.failures == 0 ? ": nothing stands in the way of fetching" : "")
    }
}
