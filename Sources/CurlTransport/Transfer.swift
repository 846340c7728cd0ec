internal import CCurl
internal import COpenSSL
internal import MailscopeKit

/// One running transfer. Belongs to the loop's thread, whose table retains it for as long as libcurl knows it.
final class Transfer {
    let order: Order
    let host: String
    let log: TransferLog
    /// True where the configuration names the proxy: then nothing else is connected to.
    let hasOwnProxy: Bool
    private let authorities: Authorities?
    private let watch: (@Sendable (ServerChain) -> Void)?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    // Freed in this order: the handle before what it points to.
    let easy: EasyHandle
    private let headers: HeaderList
    private let body: SecretBytes

    private var reader = HeadReader()
    private(set) var head: HTTPResponseHead?
    private var received: [UInt8] = []
    private var pipe: BodyPipe?
    private(set) var isPaused = false
    /// Why a callback broke the transfer off.
    private var refusal: TransportError?
    private(set) var isInHandshake = false
    /// For ``TransferClock``: grows with every byte of a head.
    private(set) var headBytes = 0
    var clock: TransferClock

    init(_ order: Order, settings: TransferSettings, now: ContinuousClock.Instant) throws(TransportError) {
        self.order = order
        authorities = settings.authorities
        watch = settings.watch
        hasOwnProxy = settings.proxy != .environment
        host = hostName(of: order.request.url)
        log = TransferLog(log: settings.log, request: order.request)
        clock = TransferClock(deadlines: order.request.deadlines, start: now)
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        do {
            easy = try EasyHandle()
            headers = try HeaderList(try headerLines(of: order.request))
            body = SecretBytes(order.request.body?.reveal() ?? [])
            try easy.configure(
                for: order.request, isStreamed: order.isStreamed, settings: settings, body: body)
            try check(ccurl_set_list(easy.pointer, CURLOPT_HTTPHEADER, headers.head))
            try installCallbacks()
        } catch let error as CurlError {
            throw .invalidRequest(detail: "\(error)")
        } catch let error as TransportError {
            throw error
        } catch {
            throw .invalidRequest(detail: "\(error)")
        }
    }

    deinit { errorText.deallocate() }

    private func installCallbacks() throws(CurlError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try easy.set(CURLOPT_PRIVATE, to: context)
        try easy.set(CURLOPT_ERRORBUFFER, to: UnsafeMutableRawPointer(errorText))
        try easy.set(CURLOPT_WRITEDATA, to: context)
        try check(ccurl_set_write(easy.pointer, CURLOPT_WRITEFUNCTION, takeBody))
        try easy.set(CURLOPT_HEADERDATA, to: context)
        try check(ccurl_set_write(easy.pointer, CURLOPT_HEADERFUNCTION, takeHeader))
        try easy.set(CURLOPT_SSL_CTX_DATA, to: context)
        try check(ccurl_set_tls(easy.pointer, CURLOPT_SSL_CTX_FUNCTION, prepareTLS))
    }

    /// The transfer that libcurl names by its handle.
    static func of(_ handle: UnsafeMutableRawPointer?) -> Transfer? {
        var context: UnsafeMutableRawPointer?
        ccurl_get_pointer(handle, CURLINFO_PRIVATE, &context)
        return context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: What libcurl hands over

    /// Called when TCP is connected and TLS begins.
    fileprivate func prepare(tls context: OpaquePointer) -> Bool {
        isInHandshake = true
        if let watch { ChainWatch(host: host, authorities: authorities, tell: watch).install(in: context) }
        return authorities?.add(to: context) ?? true
    }

    /// - Returns: false to break the transfer off.
    fileprivate func take(header line: UnsafeRawBufferPointer) -> Bool {
        headBytes += line.count
        switch reader.take(line) {
        case .more: return true
        case .complete(let head):
            self.head = head
            if case .stream(let continuation) = order.reply {
                let pipe = BodyPipe()
                self.pipe = pipe
                let stream = CurlBodyStream(head: head, pipe: pipe, ticket: order.ticket)
                continuation.resume(returning: .success(stream))
            }
            return true
        case .tooLarge: refusal = .tooLarge(host: host, limit: HeadReader.byteLimit)
        case .tooManyFields:
            refusal = .broken(host: host, detail: "more than \(HeadReader.fieldLimit) header fields")
        }
        return false
    }

    /// - Returns: the bytes taken, or libcurl's word for a pause.
    fileprivate func take(body bytes: UnsafeRawBufferPointer) -> Int {
        guard let pipe else {
            let limit = order.request.bodyLimit
            guard bytes.count <= limit - received.count else {
                refusal = .tooLarge(host: host, limit: limit)
                return 0
            }
            if received.isEmpty { received.reserveCapacity(Swift.min(Swift.max(announced ?? 0, 0), limit)) }
            received.append(contentsOf: bytes)
            return bytes.count
        }
        switch pipe.push(bytes) {
        case .taken: return bytes.count
        case .full:
            isPaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        case .abandoned:
            refusal = .cancelled
            return 0
        }
    }

    /// How long the body will be, unless it is compressed.
    private var announced: Int? { head?.headers["content-length"].flatMap { Int($0) } }

    // MARK: What the loop does

    /// Goes on with a paused transfer once its consumer has made room.
    func resumeIfDrained(_ now: ContinuousClock.Instant) {
        guard isPaused, pipe?.isFull == false else { return }
        isPaused = false  // before the call, which may pause again
        clock.resume(now)
        curl_easy_pause(easy.pointer, CURLPAUSE_CONT)
    }

    /// Gives the answer, or why there is none, to whoever waits.
    func finish(_ outcome: Result<Void, TransportError>) {
        log.record(self, outcome)
        switch (order.reply, outcome) {
        case (.whole(let continuation), .success):
            // libcurl calls no transfer done without a head.
            let head = head ?? HTTPResponseHead(status: 0, headers: HTTPHeaders())
            continuation.resume(returning: .success(HTTPResponse(head: head, body: received)))
        case (.whole(let continuation), .failure(let error)): continuation.resume(returning: .failure(error))
        case (.stream(let continuation), _):
            if let pipe { return pipe.finish(outcome) }
            let error: TransportError =
                if case .failure(let error) = outcome { error } else {
                    .broken(host: host, detail: "the answer had no head")
                }
            continuation.resume(returning: .failure(error))
        }
    }

    /// libcurl's verdict in the caller's terms.
    func outcome(of code: CURLcode) -> Result<Void, TransportError> {
        if code == CURLE_OK {
            // Streams are of HTTP/1.1, where such a body ends with the connection, and libcurl takes any end.
            if order.isStreamed, let head, head.status == 200, !head.tellsItsEnd {
                return .failure(.broken(host: host, detail: "the answer does not say where it ends"))
            }
            return .success(())
        }
        return .failure(refusal ?? failure(of: code, detail: detail(of: code)))
    }

    private func detail(of code: CURLcode) -> String {
        let text = String(cString: errorText)
        // libcurl quotes the proxy's whole address then, its password too.
        if text.hasPrefix("Unsupported proxy") { return "the proxy's address cannot be used" }
        return text.isEmpty ? CurlError(code: code).description : text
    }
}

extension HTTPResponseHead {
    /// Whether a body that was cut off can be told from a whole one.
    fileprivate var tellsItsEnd: Bool {
        headers["content-length"] != nil || headers["transfer-encoding"] != nil
    }
}

// Top-level and capture-free, so that they convert to C function pointers.

private func takeHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().take(header: line) ? line.count : 0
}

private func takeBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().take(body: piece)
}

private func prepareTLS(
    _: UnsafeMutableRawPointer?, _ tls: UnsafeMutableRawPointer?, _ context: UnsafeMutableRawPointer?
) -> CURLcode {
    guard let tls, let context else { return CURLE_SSL_CERTPROBLEM }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.prepare(tls: OpaquePointer(tls)) ? CURLE_OK : CURLE_SSL_CERTPROBLEM
}
