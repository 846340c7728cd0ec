import MailscopeKit

func message(
    _ id: String, _ body: String = "Subject: x\r\n\r\nbody\r\n", received: String? = "2026-11-22T09:30:00Z",
    content: MessageContent = .mime, mayBeRepeated: Bool = false, attempt: Int = 0
) -> DeliverableMessage {
    message(
        id, .bytes(Array(body.utf8)[...]), received: received, content: content, mayBeRepeated: mayBeRepeated,
        attempt: attempt)
}

func message(
    _ id: String, _ body: DeliverableMessage.Body, received: String? = "2026-11-22T09:30:00Z",
    content: MessageContent = .mime, mayBeRepeated: Bool = false, attempt: Int = 0
) -> DeliverableMessage {
    DeliverableMessage(
        id: MessageID(id), receivedDateTime: received, content: content, body: body,
        mayBeRepeated: mayBeRepeated,
        attempt: attempt)
}
