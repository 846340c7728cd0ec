/// A `$filter` that was understood.
indirect enum Filter: Sendable, Equatable {
    enum Comparison: String, Sendable { case eq, ne, gt, ge, lt, le }
    enum Function: String, Sendable { case startswith, endswith, contains }

    case and(Filter, Filter)
    case or(Filter, Filter)
    case not(Filter)
    case comparison(FilterField, Comparison, FilterValue)
    case function(Function, FilterField, String)

    /// Whether a message with these values is chosen.
    func matches(_ value: (FilterField) -> FilterValue) -> Bool {
        switch self {
        case .and(let left, let right): return left.matches(value) && right.matches(value)
        case .or(let left, let right): return left.matches(value) || right.matches(value)
        case .not(let inner): return !inner.matches(value)
        case .comparison(let field, let comparison, let literal):
            let order: Int?
            if field == .id, case .text(let wanted) = literal, case .text(let own) = value(field) {
                order = wanted == own ? 0 : 1  // ids are case-sensitive
            } else {
                order = value(field).compared(to: literal)
            }
            guard let order else { return comparison == .ne }
            switch comparison {
            case .eq: return order == 0
            case .ne: return order != 0
            case .gt: return order > 0
            case .ge: return order >= 0
            case .lt: return order < 0
            case .le: return order <= 0
            }
        case .function(let function, let field, let part):
            guard case .text(let text) = value(field) else { return false }
            let (own, part) = (text.lowercased(), part.lowercased())
            switch function {
            case .startswith: return own.hasPrefix(part)
            case .endswith: return own.hasSuffix(part)
            case .contains: return part.isEmpty || own.contains(part)
            }
        }
    }

    /// The fields, in the order in which they are first named.
    var fields: [FilterField] {
        switch self {
        case .and(let left, let right), .or(let left, let right):
            left.fields + right.fields.filter { !left.fields.contains($0) }
        case .not(let inner): inner.fields
        case .comparison(let field, _, _), .function(_, let field, _): [field]
        }
    }

    /// The seconds of receipt outside which nothing can match, `from` first and `before` not any more, and what is
    /// left to be looked at message by message.
    var split: (from: UTCTime?, before: UTCTime?, rest: Filter?) {
        switch self {
        case .and(let left, let right):
            let (left, right) = (left.split, right.split)
            let rest: Filter? =
                switch (left.rest, right.rest) {
                case (let left?, let right?): .and(left, right)
                case (let one, let other): one ?? other
                }
            let from = [left.from, right.from].compactMap(\.self).max()
            return (from, [left.before, right.before].compactMap(\.self).min(), rest)
        case .comparison(.receivedDateTime, let comparison, .time(let time, let nanoseconds)):
            // Messages come at whole seconds.
            let next = time.advanced(by: 1)
            switch comparison {
            case .ge: return (nanoseconds == 0 ? time : next, nil, nil)
            case .gt: return (next, nil, nil)
            case .lt: return (nil, nanoseconds == 0 ? time : next, nil)
            case .le: return (nil, next, nil)
            case .eq where nanoseconds == 0: return (time, next, nil)
            default: return (nil, nil, self)
            }
        default:
            return (nil, nil, self)
        }
    }
}
