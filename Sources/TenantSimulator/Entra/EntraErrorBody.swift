internal import FoundationEssentials

/// The ids of one request, as answers carry them.
struct CorrelationIDs {
    let trace = UUID().uuidString.lowercased()
    let correlation: String
    private let echo: String?

    /// Takes `client-request-id` from the header, the query or the form; libraries use all three.
    init(_ request: ServerRequest) {
        let asked =
            request.header("client-request-id") ?? RequestTarget(request.target).query("client-request-id")
            ?? TokenEndpoint.fields(of: request).first { $0.name == "client-request-id" }?.value
        let valid = asked.flatMap { GUID.isValid($0) ? $0 : nil }
        correlation = valid ?? UUID().uuidString.lowercased()
        echo = request.header("return-client-request-id")?.lowercased() == "true" ? valid : nil
    }

    /// What the directory's answers carry beside their type.
    var headers: [(name: String, value: String)] {
        [
            ("Cache-Control", "no-store, no-cache"), ("Pragma", "no-cache"), ("Expires", "-1"),
            ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
            ("X-Content-Type-Options", "nosniff"), ("P3P", "CP=\"DSP CUR OTPi IND OTRi ONL FIN\""),
            ("x-ms-request-id", trace), ("x-ms-ests-server", "2.1.20000.0 - SIM ProdSlices"),
            ("X-XSS-Protection", "0"),
        ] + (echo.map { [("client-request-id", $0)] } ?? [])
    }
}

/// An error answer of the directory.
struct EntraErrorBody {
    let fault: EntraFault
    let context: EntraFault.Context
    let ids: CorrelationIDs
    let endsInLines: Bool

    /// The body; an unknown tenant is `invalid_tenant` in answers to discovery (`isMetadata`).
    func json(isMetadata: Bool) -> JSONValue {
        let time = UTCText(context.now).spaced
        let gap = endsInLines ? "\r\n" : " "
        let text =
            "AADSTS\(fault.code): \(fault.text(context))\(gap)Trace ID: \(ids.trace)\(gap)"
            + "Correlation ID: \(ids.correlation)\(gap)Timestamp: \(time)"
        var error = fault.error
        if isMetadata, case .unknownTenant = fault { error = "invalid_tenant" }
        var suberror: JSONValue?
        var claims: JSONValue?
        if fault == .blockedByPolicy {
            suberror = "message_only"
            claims = .string(
                #"{"access_token":{"capolids":{"essential":true,"values":["\#(context.tenantID)"]}}}"#)
        }
        return .members([
            ("error", .string(error)), ("error_description", .string(text)),
            ("error_codes", [.integer(fault.code)]), ("timestamp", .string(time)),
            ("trace_id", .string(ids.trace)), ("correlation_id", .string(ids.correlation)),
            ("error_uri", .string("https://login.microsoftonline.com/error?code=\(fault.code)")),
            ("suberror", suberror), ("claims", claims),
        ])
    }
}
