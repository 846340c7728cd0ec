internal import CLinux
internal import Glibc

/// A thread of the system.
enum HostThread {
    /// Runs `body` on a new detached thread in which every signal is blocked, so that no handler runs there and a
    /// broken pipe is an error of `write` and not the end of the process.
    ///
    /// - Returns: false where the system gives no thread; `body` does not run then.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        let box = Unmanaged.passRetained(Body(name: name, run: body))
        // Blocked before the start, because the new thread inherits the mask.
        var all = sigset_t()
        var old = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &old)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let code = pthread_create(&thread, &attributes, hostThreadMain, box.toOpaque())
        pthread_attr_destroy(&attributes)
        pthread_sigmask(SIG_SETMASK, &old, nil)
        if code != 0 { box.release() }
        return code == 0
    }

    fileprivate final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void
        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}

/// Top level, so that it inherits no actor.
private func hostThreadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let body = Unmanaged<HostThread.Body>.fromOpaque(context).takeRetainedValue()
    _ = linux_setname(pthread_self(), String(decoding: body.name.utf8.prefix(15), as: UTF8.self))
    body.run()
    return nil
}
