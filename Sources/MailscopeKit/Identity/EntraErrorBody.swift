import FoundationEssentials

/// The error body of the token endpoint (RFC 6749 §5.2), with what Entra adds.
///
/// Source: learn.microsoft.com, "Microsoft Entra authentication and authorization error codes".
struct EntraErrorBody {
    let error: String
    /// The first of `error_codes`; else the number after `AADSTS` in the text.
    let code: Int?
    /// Without the code in front and the ids behind; on one line.
    let text: String
    /// As it came, for the few details that stand nowhere else. For people only.
    let fullText: String
    let traceID: String?
    let correlationID: String?
    /// The service's clock.
    let timestamp: Date?

    /// - Returns: nil where the body is no JSON object with an `error`.
    init?(_ body: [UInt8]) {
        guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(body)), !fields.error.isEmpty
        else { return nil }
        error = ServerText.line(fields.error, limit: 60)
        fullText = ServerText.line(fields.description ?? "", limit: 2000)
        var text = fullText[...]
        var written: Int?
        if text.hasPrefix("AADSTS") {
            let digits = text.dropFirst(6).prefix { $0.isASCII && $0.isNumber }
            written = Int(digits)
            if text[digits.endIndex...].hasPrefix(":") {
                text = text[digits.endIndex...].dropFirst().drop { $0 == " " }
            }
        }
        if let tail = text.firstRange(of: " Trace ID:") { text = text[..<tail.lowerBound] }
        self.text = ServerText.line(text, limit: 600)
        code = fields.codes?.first?.number ?? written
        traceID = fields.traceID.map { ServerText.line($0, limit: 60) }
        correlationID = fields.correlationID.map { ServerText.line($0, limit: 60) }
        timestamp = fields.timestamp.flatMap { try? Date($0.replacing(" ", with: "T"), strategy: .iso8601) }
    }

    /// `AADSTS90033 (temporarily_unavailable): A transient error has occurred.`
    var summary: String { EntraRefusal.summary(error: error, code: code, text: text) }

    /// A field of an unexpected type hides itself, not the others.
    private struct Fields: Decodable {
        let error: String
        let description, timestamp, traceID, correlationID: String?
        let codes: [LooseNumber]?

        enum CodingKeys: String, CodingKey {
            case error, timestamp
            case description = "error_description"
            case codes = "error_codes"
            case traceID = "trace_id"
            case correlationID = "correlation_id"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            func text(_ key: CodingKeys) -> String? { try? fields.decode(String.self, forKey: key) }
            error = try fields.decode(String.self, forKey: .error)
            description = text(.description)
            timestamp = text(.timestamp)
            traceID = text(.traceID)
            correlationID = text(.correlationID)
            codes = try? fields.decode([LooseNumber].self, forKey: .codes)
        }
    }
}
