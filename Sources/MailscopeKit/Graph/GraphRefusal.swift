/// The service's own words on why it refused, with what they mean and what to do.
///
/// Source: Microsoft Graph error responses; codes as listed in the error tables of Outlook mail.
package struct GraphRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    package let status: Int
    /// `ErrorAccessDenied`, …; nil where the body was no Graph error. Compare by ``has(code:)``.
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

    /// Whether the code says that the mailbox, not the message, is missing or out of Graph's reach.
    var isAboutMailbox: Bool {
        let codes = [
            "ErrorInvalidUser", "ResourceNotFound", "Request_ResourceNotFound", "MailboxNotEnabledForRESTAPI",
            "RESTAPINotEnabledForComponentSharedMailbox", "ErrorNonExistentMailbox",
        ]
        return codes.contains(where: has(code:)) && (status == 404 || has(code: "ErrorNonExistentMailbox"))
    }

    /// The facts of it for a log record.
    package var fields: [LogField] {
        [
            LogField("status", status), LogField("code", code ?? "none"),
            LogField("request-id", requestID ?? "none"),
        ]
    }
}

extension GraphRefusal {
    /// Reads an answer that is no success. The body may be Graph's JSON, a proxy's HTML, plain text or empty.
    package init(_ head: HTTPResponseHead, body: [UInt8]) {
        let error = ErrorBody(body)
        let message = error?.message ?? ServerText.firstLine(of: body, limit: 300)
        let short = { (text: String?) in text.map { ServerText.line($0, limit: 100) } }
        status = head.status
        code = short(error?.code)
        self.message = ServerText.line(message)
        requestID = short(head.headers["request-id"] ?? error?.requestID)
        clientRequestID = short(head.headers["client-request-id"] ?? error?.clientRequestID)
        date = short(head.headers["date"] ?? error?.date)
        (meaning, remedy) = Self.explanation(status: head.status, code: code, message: message)
    }
}

/// `{"error":{"code":…,"message":…,"innerError":{"request-id":…,"client-request-id":…,"date":…}}}`; the inner part is
/// often absent, and spelt `innererror` in places.
private struct ErrorBody {
    var code: String? { codeMember.text }
    var message: String? { messageMember.text }
    var requestID: String? { requestIDMember.text }
    var clientRequestID: String? { clientRequestIDMember.text }
    var date: String? { dateMember.text }

    private var codeMember = JSONReader.Member()
    private var messageMember = JSONReader.Member()
    private var requestIDMember = JSONReader.Member()
    private var clientRequestIDMember = JSONReader.Member()
    private var dateMember = JSONReader.Member()

    init?(_ bytes: [UInt8]) {
        var reader = JSONReader(bytes)
        var hasError = false
        do throws(JSONReader.Fault) {
            try reader.object { (reader, key) throws(JSONReader.Fault) in
                if reader.matches(key, "error"), reader.peek() == UInt8(ascii: "{") {
                    hasError = true
                    try readError(&reader)
                } else {
                    _ = try reader.value()
                }
            }
            try reader.end()
        } catch {
            return nil
        }
        guard hasError else { return nil }
    }

    private mutating func readError(_ reader: inout JSONReader) throws(JSONReader.Fault) {
        try reader.object { (reader, key) throws(JSONReader.Fault) in
            if reader.matches(key, "code") {
                try reader.read(into: &codeMember)
            } else if reader.matches(key, "message") {
                try reader.read(into: &messageMember)
            } else if reader.matches(key, "innerError") || reader.matches(key, "innererror"),
                reader.peek() == UInt8(ascii: "{")
            {
                try readInner(&reader)
            } else {
                _ = try reader.value()
            }
        }
    }

    private mutating func readInner(_ reader: inout JSONReader) throws(JSONReader.Fault) {
        try reader.object { (reader, key) throws(JSONReader.Fault) in
            if reader.matches(key, "request-id") || reader.matches(key, "requestId") {
                try reader.read(into: &requestIDMember)
            } else if reader.matches(key, "client-request-id") {
                try reader.read(into: &clientRequestIDMember)
            } else if reader.matches(key, "date") {
                try reader.read(into: &dateMember)
            } else {
                _ = try reader.value()
            }
        }
    }
}
