internal import CCurl
internal import COpenSSL
internal import MailscopeKit

extension Transfer {
    /// libcurl's code in the caller's terms, with libcurl's text.
    func failure(of code: CURLcode, detail: String) -> TransportError {
        let proxyAnswer = easy.number(CURLINFO_HTTP_CONNECTCODE)
        if easy.number(CURLINFO_PROXY_SSL_VERIFYRESULT) != 0 || proxyAnswer >= 300 {
            return .proxy(detail: detail)
        }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return .nameNotResolved(host: host, detail: detail)
        case CURLE_COULDNT_CONNECT where hasOwnProxy: return .proxy(detail: detail)
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: return .notConnected(host: host, detail: detail)
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: return .proxy(detail: detail)
        case CURLE_OPERATION_TIMEDOUT:
            return timeOut(after: order.request.deadlines.connect, detail: detail)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            let reason = untrustedReason(Int32(truncatingIfNeeded: easy.number(CURLINFO_SSL_VERIFYRESULT)))
            return .notTrusted(host: host, reason: reason, detail: detail)
        case CURLE_SSL_CACERT_BADFILE:
            return .notTrusted(
                host: host, reason: "this system's file of authorities cannot be read", detail: detail)
        case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED: return .invalidRequest(detail: detail)
        // The same code stands for a scheme other than https and for an answer that is no HTTP.
        case CURLE_UNSUPPORTED_PROTOCOL where easy.amount(CURLINFO_PRETRANSFER_TIME_T) == 0:
            return .invalidRequest(detail: detail)
        case CURLE_SSL_CONNECT_ERROR:
            return .broken(host: host, detail: "the TLS handshake failed: \(detail)")
        default: return .broken(host: host, detail: detail)
        }
    }
}

/// OpenSSL's verdict on a chain in a person's words. libcurl compares the name itself, where
/// OpenSSL found no fault, and gives no verdict or the unspecified one.
private func untrustedReason(_ verdict: Int32) -> String {
    switch verdict {
    case X509_V_OK, X509_V_ERR_UNSPECIFIED, X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
        "it was issued for another name"
    case X509_V_ERR_CERT_NOT_YET_VALID: "it is not valid yet; is this host's clock right?"
    case X509_V_ERR_CERT_HAS_EXPIRED: "it has expired; or is this host's clock wrong?"
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: "it is signed by itself"
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        "its issuer is no authority that this system knows"
    case X509_V_ERR_CERT_REVOKED: "it was revoked"
    case X509_V_ERR_INVALID_PURPOSE: "it is not for servers"
    default: "it failed OpenSSL's check number \(verdict)"
    }
}
