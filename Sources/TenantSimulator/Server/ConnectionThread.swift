import Glibc

/// Starts a detached thread with a stack of 1 MiB.
///
/// SIGPIPE is blocked on it: OpenSSL writes to sockets that the peer may have closed, and would end the process.
///
/// - Returns: false where the system has no thread left; `body` was dropped.
func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 1 << 20)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    guard pthread_create(&thread, &attributes, runBox, box.toOpaque()) == 0 else {
        box.release()
        return false
    }
    return true
}

private final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func runBox(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
    return nil
}
