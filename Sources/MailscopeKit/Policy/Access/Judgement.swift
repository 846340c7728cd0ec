/// An answer, and where it cannot be told, why (Kleene's three values).
package struct Judgement: Sendable, Equatable {
    package let certainty: Certainty
    /// Why it cannot be told; empty where it can.
    package let reasons: [String]

    package static let yes = Judgement(certainty: .yes, reasons: [])
    package static let no = Judgement(certainty: .no, reasons: [])
    package static func cannotTell(_ reason: String) -> Judgement {
        Judgement(certainty: .cannotTell, reasons: [reason])
    }

    package init(_ fact: Bool) { self = fact ? .yes : .no }

    private init(certainty: Certainty, reasons: [String]) {
        self.certainty = certainty
        self.reasons = reasons
    }

    package func or(_ other: Judgement) -> Judgement {
        certainty == other.certainty ? merged(other) : certainty > other.certainty ? self : other
    }

    package func and(_ other: Judgement) -> Judgement {
        certainty == other.certainty ? merged(other) : certainty < other.certainty ? self : other
    }

    package var negated: Judgement {
        switch certainty {
        case .yes: .no
        case .no: .yes
        case .cannotTell: self
        }
    }

    private func merged(_ other: Judgement) -> Judgement {
        guard certainty == .cannotTell, reasons != other.reasons else { return self }
        return Judgement(
            certainty: .cannotTell, reasons: reasons + other.reasons.filter { !reasons.contains($0) })
    }
}

extension Sequence {
    /// Yes where it is for any of them; no where it is for none.
    func anyJudged(_ judge: (Element) -> Judgement) -> Judgement {
        var result = Judgement.no
        for element in self {
            result = result.or(judge(element))
            if result.certainty == .yes { break }
        }
        return result
    }
}
