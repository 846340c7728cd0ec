/// One of the names by which Graph finds a mailbox.
package struct ProbeName: Codable, Sendable, Equatable, Hashable {
    /// Which kind of name.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case objectID
        case userPrincipalName
        case primaryAddress
        case otherAddress
        /// Another name in capitals; a comparison that minds them would let it by.
        case caseVariant
        /// `MBX:<archive>@<tenant>`: seen to work, documented nowhere.
        case archive
    }

    package let text: String
    package let kind: Kind

    package init(text: String, kind: Kind) {
        self.text = text
        self.kind = kind
    }
}
