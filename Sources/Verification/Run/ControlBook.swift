/// The controls of an attempt: how many held, and those worth keeping.
struct ControlBook {
    private(set) var held = 0
    private(set) var failed = 0
    /// Graph itself refused the open mailbox: no answer around it is worth anything.
    private(set) var hasRefusal = false
    private var kept: [ControlRecord] = []
    private var last: ControlRecord?

    mutating func add(_ record: ControlRecord, isRefusal: Bool) {
        if record.held { held += 1 } else { failed += 1 }
        if isRefusal { hasRefusal = true }
        if kept.count < VerificationReport.detailLimit, kept.isEmpty || !record.held {
            kept.append(record)
            last = nil
        } else {
            last = record
        }
    }

    var records: [ControlRecord] { kept + [last].compactMap(\.self) }
}
