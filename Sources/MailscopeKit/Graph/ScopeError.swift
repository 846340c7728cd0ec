/// Why the confinement makes no request.
package enum ScopeError: Error, Equatable, CustomStringConvertible {
    /// The owner's own value cannot be used: the Graph root, the mailbox, its object id or the folder.
    case unusable(setting: String, reason: String)
    /// A link of the service leads somewhere else, or cannot be read with certainty. Nothing was sent.
    /// `link` is its beginning, without what a terminal would obey.
    case foreignLink(reason: String, link: String)
    /// An id, a property name or a time that cannot stand in a URL without a second meaning.
    case unusableValue(what: String, reason: String)

    package var description: String {
        switch self {
        case .unusable(let setting, let reason): "the \(setting) cannot be used: \(reason)"
        case .foreignLink(let reason, let link): "a link of the service was refused: \(reason) (\(link))"
        case .unusableValue(let what, let reason): "the \(what) cannot be asked for: \(reason)"
        }
    }
}
