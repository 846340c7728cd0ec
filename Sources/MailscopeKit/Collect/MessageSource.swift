/// Where a stage's messages come from.
enum MessageSource: Sendable {
    case walk(MailWalk)
    /// A list made before, then the end.
    case list([ListedMessage])

    var isEnded: Bool {
        switch self {
        case .walk(let walk): walk.isEnded
        case .list(let messages): messages.isEmpty
        }
    }

    mutating func next(_ mail: GraphMail) async throws(CollectError) -> ListedPage {
        switch self {
        case .walk(var walk):
            defer { self = .walk(walk) }
            return try await walk.next(mail)
        case .list(let messages):
            self = .list([])
            return ListedPage(messages: messages, reached: nil)
        }
    }
}
