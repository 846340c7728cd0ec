internal import MailscopeKit

/// The header lines of a request, the bearer's included.
///
/// - Throws: `.invalidRequest` for a URL or a field that could be read as something else than it says.
func headerLines(of request: HTTPRequest) throws(TransportError) -> [String] {
    guard request.url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
        throw .invalidRequest(detail: "the URL holds blanks or control characters")
    }
    guard request.method == .post || request.body == nil else {
        throw .invalidRequest(detail: "a GET with a body")
    }
    var lines: [String] = []
    for field in request.headers.fields {
        guard isPlain(field.name), !field.name.isEmpty, !field.name.utf8.contains(UInt8(ascii: ":")),
            isPlain(field.value)
        else { throw .invalidRequest(detail: "a header field holds control characters") }
        // libcurl sends a field without a value only in this spelling.
        lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    if let bearer = request.bearer?.reveal() {
        guard isPlain(bearer) else { throw .invalidRequest(detail: "the token holds control characters") }
        lines.append("Authorization: Bearer \(bearer)")
    }
    if request.method == .post {
        // libcurl would add both; a wait for "100 Continue" costs a round trip.
        if request.headers["Expect"] == nil { lines.append("Expect:") }
        if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
    }
    return lines
}

/// The host of a URL with its port, for messages.
func hostName(of url: String) -> String {
    let afterScheme = url.split(separator: "://", maxSplits: 1).last ?? ""
    let authority = afterScheme.prefix { !"/?#\\".contains($0) }
    return String(authority.split(separator: "@").last ?? authority)
}

/// The path of a URL without its query, for the log.
func path(of url: String) -> String {
    let afterScheme = url.split(separator: "://", maxSplits: 1).last ?? ""
    let path = afterScheme.drop { !"/?#".contains($0) }.prefix { $0 != "?" && $0 != "#" }
    return path.isEmpty ? "/" : String(path)
}

private func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 } }
