internal import CCurl
internal import MailscopeKit

/// Writes what became of a transfer: nothing of its header fields, query and body.
struct TransferLog {
    let log: Log
    let request: HTTPRequest

    func record(_ transfer: Transfer, _ outcome: Result<Void, TransportError>) {
        switch outcome {
        case .success: log.trace("transfer done", fields(of: transfer))
        case .failure(let error):
            log.trace("transfer failed", fields(of: transfer) + [LogField("error", error)])
        }
    }

    private func fields(of transfer: Transfer) -> [LogField] {
        [
            LogField("method", request.method.rawValue),
            LogField("host", transfer.host),
            LogField("path", path(of: request.url)),
            LogField("status", transfer.head?.status ?? 0),
            LogField("connected-ms", transfer.easy.amount(CURLINFO_PRETRANSFER_TIME_T) / 1_000),
            LogField("first-byte-ms", transfer.easy.amount(CURLINFO_STARTTRANSFER_TIME_T) / 1_000),
            LogField("total-ms", transfer.easy.amount(CURLINFO_TOTAL_TIME_T) / 1_000),
            LogField("bytes-in", transfer.easy.amount(CURLINFO_SIZE_DOWNLOAD_T)),
            LogField("bytes-out", transfer.easy.amount(CURLINFO_SIZE_UPLOAD_T)),
            LogField(
                "http", transfer.easy.number(CURLINFO_HTTP_VERSION) == CURL_HTTP_VERSION_2_0 ? "2" : "1.1"),
            LogField("new-connections", transfer.easy.number(CURLINFO_NUM_CONNECTS)),
        ]
    }
}
