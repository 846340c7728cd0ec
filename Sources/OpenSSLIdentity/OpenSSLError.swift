internal import COpenSSL

/// What OpenSSL says about a failure, taken off its queue.
struct OpenSSLError: Error, CustomStringConvertible {
    let doing: String
    let reasons: [String]
    /// True where an algorithm was not found: it may be one of the legacy provider's.
    let lacksAlgorithm: Bool

    /// Empties this thread's error queue, so that no old entry blames a later call.
    static func drain(_ doing: String) -> OpenSSLError {
        var reasons: [String] = []
        var lacksAlgorithm = false
        while case let code = ERR_get_error(), code != 0 {
            if ERR_GET_LIB(code) == ERR_LIB_EVP, missingAlgorithm.contains(Int(ERR_GET_REASON(code))) {
                lacksAlgorithm = true
            }
            // Reasons only: they are constant texts, the rest of an entry may quote data.
            reasons.append(ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)")
        }
        return OpenSSLError(doing: doing, reasons: reasons, lacksAlgorithm: lacksAlgorithm)
    }

    private static let missingAlgorithm: Set<Int> = [
        Int(ERR_R_UNSUPPORTED), Int(ERR_R_FETCH_FAILED), Int(EVP_R_UNSUPPORTED_ALGORITHM),
        Int(EVP_R_UNKNOWN_PBE_ALGORITHM),
    ]

    /// The reasons, joined; never empty.
    var detail: String { reasons.isEmpty ? "no reason given" : reasons.joined(separator: "; ") }
    var description: String { "OpenSSL failed while \(doing): \(detail)" }
}
