internal import FoundationEssentials

/// Where a message's content comes from. A generated one is made anew each time it is asked for, so that a mailbox
/// of a million messages costs what their index costs.
enum MessageSource: Sendable {
    case generated(seed: UInt64)
    // Boxed: it is rare, and every message in a mailbox is as wide as the widest case.
    indirect case sized(SizedMessage)
    case held(HeldMessage)

    func content(received: UTCTime) -> MessageContent {
        switch self {
        case .generated(let seed): GeneratedMessage(seed: seed, received: received).content
        case .sized(let message): message.content(received: received)
        case .held(let message): message.content
        }
    }

    /// The content's type, without making the content where that can be spared.
    func type(received: UTCTime) -> String {
        if case .generated(let seed) = self, GeneratedMessage.form(seed: seed) != .meeting {
            return MessageContent.plainType
        }
        return content(received: received).type
    }

    /// What `$value` answers; nil where the file that held it is gone.
    func mime(received: UTCTime) -> ServerBody? {
        switch self {
        case .generated(let seed): .bytes(GeneratedMessage(seed: seed, received: received).mime())
        case .sized(let message): .generated(count: message.size) { message.bytes($0) }
        case .held(let message): message.mime().map { .bytes($0) }
        }
    }
}

/// A message that was given, not made.
final class HeldMessage: Sendable {
    enum MIME: Sendable {
        case bytes([UInt8])
        case file(String)
    }

    let content: MessageContent
    private let stored: MIME

    init(content: MessageContent, mime: MIME) {
        self.content = content
        stored = mime
    }

    func mime() -> [UInt8]? {
        switch stored {
        case .bytes(let bytes): bytes
        case .file(let path): FileManager.default.contents(atPath: path).map { [UInt8]($0) }
        }
    }
}
