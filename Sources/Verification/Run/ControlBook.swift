/// The controls of an attempt: how many held, and those worth keeping.
struct ControlBook {
    private(set) var held = 0
    private(set) var failed = 0
    /// Graph itself refused the open mailbox: no answer around it is worth anything.
    private(set) var hasRefusal = false
    private var kept: [ControlRecord] = []
    private var last: ControlRecord?
    /// Of doors of other data: the first and the last of each.
    private var doors: [ProbeDoor: [ControlRecord]] = [:]

    /// Controls by other doors than `messages` are kept, and counted nowhere: they speak for their door only.
    mutating func add(_ record: ControlRecord, isRefusal: Bool) {
        guard record.door == .messages else {
            doors[record.door] = [doors[record.door]?.first, record].compactMap(\.self)
            return
        }
        if record.held { held += 1 } else { failed += 1 }
        if isRefusal { hasRefusal = true }
        if kept.count < VerificationReport.detailLimit, kept.isEmpty || !record.held {
            kept.append(record)
            last = nil
        } else {
            last = record
        }
    }

    var records: [ControlRecord] {
        kept + [last].compactMap(\.self) + ProbeDoor.allCases.flatMap { doors[$0] ?? [] }
    }
}
