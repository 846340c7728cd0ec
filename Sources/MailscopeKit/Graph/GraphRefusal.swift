/// The service's own words on why it refused, with what they mean and what to do.
package struct GraphRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    package let status: Int
    /// `ErrorAccessDenied`, …; nil where the body was no Graph error. Compare without regard to case.
    package let code: String?
    /// The service's sentence, one line, bounded; for people only.
    package let message: String
    /// What Microsoft's support asks for.
    package let requestID: String?
    package let clientRequestID: String?
    /// The `Date` of the answer.
    package let date: String?
    /// For a person: what it means here.
    package let meaning: String
    /// For a person: what mends it.
    package let remedy: String

    package var description: String {
        var text = "\(status)"
        if let code { text += " \(code)" }
        if !message.isEmpty { text += ": \(message)" }
        if let requestID { text += " (request-id \(requestID))" }
        return text
    }

    /// Whether the service gave this code; its case varies.
    package func has(code other: String) -> Bool { code?.lowercased() == other.lowercased() }
}
