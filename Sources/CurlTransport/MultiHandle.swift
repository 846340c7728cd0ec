internal import CCurl
internal import Synchronization

/// libcurl's multi handle: run by the loop's thread, woken by anybody.
///
/// Every call but ``wake()`` belongs to the loop's thread. The lock keeps a late `wake` from a handle that the loop
/// has freed meanwhile.
final class MultiHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer  // <CURLM>
    private let isOpen = Mutex(true)

    init() throws(TransportSetupError) {
        guard let pointer = curl_multi_init() else { throw .libcurl(detail: "no multi handle") }
        self.pointer = pointer
        // Idle connections that are kept.
        ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, 32)
    }

    deinit { close() }

    /// Ends the loop's wait, the present one or else the next.
    func wake() {
        isOpen.withLock { if $0 { curl_multi_wakeup(pointer) } }
    }

    /// Frees the handle and closes its connections. Called by the loop when it ends.
    func close() {
        isOpen.withLock {
            if $0 { curl_multi_cleanup(pointer) }
            $0 = false
        }
    }
}
