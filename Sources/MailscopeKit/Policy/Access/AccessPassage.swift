/// What a way into mailboxes leads through: a group, a scope, or nothing that holds it back.
package struct AccessPassage: Sendable {
    /// For people.
    package let name: String
    /// What kind of thing it is.
    package let detail: String
    /// For each mailbox of the roster, whether the way opens it through here.
    package let openings: [Judgement]
}
