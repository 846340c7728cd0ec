internal import CCurl
internal import MailscopeKit

/// What is the same for every transfer of a transport.
struct TransferSettings: Sendable {
    let userAgent: String
    let proxy: CurlConfiguration.Proxy
    let authorities: Authorities?
    let log: Log
    var watch: (@Sendable (ServerChain) -> Void)?
    /// Older connections are not used again, so that a change of the name's address is seen.
    var connectionLifetime = 300

    static let idleLimit = 60
}

extension EasyHandle {
    /// Sets everything but the callbacks.
    func configure(
        for request: HTTPRequest, isStreamed: Bool, settings: TransferSettings, body: borrowing SecretBytes
    ) throws(CurlError) {
        try set(CURLOPT_NOSIGNAL, to: 1)
        try set(CURLOPT_QUICK_EXIT, to: 1)  // else cancelling waits for a slow name server, and all with it
        try set(CURLOPT_URL, to: request.url)
        try set(CURLOPT_PATH_AS_IS, to: 1)
        try set(CURLOPT_DISALLOW_USERNAME_IN_URL, to: 1)
        try set(CURLOPT_PROTOCOLS_STR, to: "https")
        try set(CURLOPT_FOLLOWLOCATION, to: 0)
        try set(CURLOPT_USERAGENT, to: settings.userAgent)
        try set(CURLOPT_ACCEPT_ENCODING, to: "gzip")
        // Header lines of ours go to the host only, never to a proxy.
        try set(CURLOPT_HEADEROPT, to: Int(CURLHEADER_SEPARATE))
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, to: 1)
        if case .url(let proxy) = settings.proxy {
            try set(CURLOPT_PROXY, to: proxy)
            try set(CURLOPT_NOPROXY, to: "")
        }
        try configureTrust()
        try configureConnection(for: request, isStreamed: isStreamed, lifetime: settings.connectionLifetime)
        if request.method == .post {
            try set(CURLOPT_POST, to: 1)
            try check(ccurl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
            try set(CURLOPT_POSTFIELDS, to: body.pointer)
        }
    }

    private func configureTrust() throws(CurlError) {
        try set(CURLOPT_SSL_VERIFYPEER, to: 1)
        try set(CURLOPT_SSL_VERIFYHOST, to: 2)
        try set(CURLOPT_SSLVERSION, to: CURL_SSLVERSION_TLSv1_2)
        try set(CURLOPT_PROXY_SSL_VERIFYPEER, to: 1)
        try set(CURLOPT_PROXY_SSL_VERIFYHOST, to: 2)
        try set(CURLOPT_PROXY_SSLVERSION, to: CURL_SSLVERSION_TLSv1_2)
        var bundle: UnsafePointer<CChar>?
        ccurl_get_string(pointer, CURLINFO_CAINFO, &bundle)
        // libcurl parses the system's bundle once instead of for every connection, a megabyte each, where no folder
        // of authorities is set beside it. Debian's folder holds the same certificates as its bundle.
        if bundle != nil { try set(CURLOPT_CAPATH, to: nil) }
    }

    private func configureConnection(
        for request: HTTPRequest, isStreamed: Bool, lifetime: Int
    ) throws(CurlError) {
        // A paused HTTP/2 stream holds up its neighbours, or fills memory up to its window of 32 MB. A body that is
        // streamed has a connection of its own, which TCP slows down.
        try set(
            CURLOPT_HTTP_VERSION, to: isStreamed ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS)
        try set(CURLOPT_TCP_KEEPALIVE, to: 1)
        try set(CURLOPT_MAXAGE_CONN, to: TransferSettings.idleLimit)
        try set(CURLOPT_MAXLIFETIME_CONN, to: lifetime)
        try set(CURLOPT_FRESH_CONNECT, to: request.wantsNewConnection ? 1 : 0)
        let connect = request.deadlines.connect / .milliseconds(1)
        try set(CURLOPT_CONNECTTIMEOUT_MS, to: Int(Swift.min(Swift.max(connect.rounded(.up), 1), 1e9)))
    }
}
