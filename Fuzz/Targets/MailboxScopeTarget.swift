private let everything = scope(folder: nil)
private let inbox = scope(folder: "inbox")

private func scope(folder: String?) -> MailboxScope {
    do {
        return try MailboxScope(root: "https://graph.microsoft.com", mailbox: "a@contoso.com", folder: folder)
    } catch {
        fatalError("\(error)")
    }
}

/// What is admitted stays in the mailbox, is sent in characters that mean one thing, and is admitted again unchanged.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    let base = "https://graph.microsoft.com/v1.0/users/a@contoso.com/"
    check(text, everything, bases: [base + "messages"])
    check(text, inbox, bases: [base + "mailFolders/inbox/messages", base + "messages/"])
    if let request = try? everything.mime(MessageID(text)) {
        demand(
            request.url.hasPrefix(base + "messages/") && request.url.hasSuffix("/$value"), "no message")
        demand(request.url.split(separator: "/").count == 8, "more than a segment")
        demand(!request.url.contains("..") && !request.url.contains("?"), "it climbs")
    }
    let query = MessageQuery(from: text, select: [text])
    demand((try? everything.messages(query)) == nil, "no time is a name")
    return 0
}

private func check(_ text: String, _ scope: MailboxScope, bases: [String]) {
    guard let request = try? scope.admit(text) else { return }
    let path = request.url.prefix { $0 != "?" }
    demand(
        bases.contains { path == $0 || path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }, "outside")
    demand(request.url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }, "no link")
    demand(!path.contains("..") && !path.contains("\\") && !path.contains("//v"), "it climbs")
    let again = try? scope.admit(request.url)
    demand(again == request || request.url.utf8.count > 16_384, "not admitted again")
}
