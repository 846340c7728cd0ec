internal import Glibc
internal import Synchronization

/// The one thread on which SQLite runs: its calls wait for the disk, and the cooperative pool has no thread to spare.
///
/// An actor that takes it as its executor runs here only. Ends when ``stop()`` is called and the queue is empty.
final class LedgerThread: SerialExecutor, @unchecked Sendable {
    // @unchecked: `jobs` and `isStopped` are touched between lock and unlock only.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let wake: UnsafeMutablePointer<pthread_cond_t>
    private var jobs: [UnownedJob] = []
    private var isStopped = false

    init() {
        mutex = .allocate(capacity: 1)
        wake = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wake, nil)
        var thread = pthread_t()
        // The thread keeps this object until it ends.
        let context = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(&thread, nil, runLedgerThread, context)
        precondition(code == 0, "no thread for the ledger: \(String(cString: strerror(code)))")
        pthread_detach(thread)
    }

    deinit {
        pthread_cond_destroy(wake)
        pthread_mutex_destroy(mutex)
        wake.deallocate()
        mutex.deallocate()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(job)
        pthread_cond_signal(wake)
        pthread_mutex_unlock(mutex)
    }

    /// Lets the thread end after what is queued.
    func stop() {
        pthread_mutex_lock(mutex)
        isStopped = true
        pthread_cond_signal(wake)
        pthread_mutex_unlock(mutex)
    }

    fileprivate func run() {
        while true {
            pthread_mutex_lock(mutex)
            while jobs.isEmpty && !isStopped { pthread_cond_wait(wake, mutex) }
            let batch = jobs
            jobs = []
            pthread_mutex_unlock(mutex)
            guard !batch.isEmpty else { return }
            for job in batch { job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
    }
}

private func runLedgerThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    // swift-format-ignore: NeverForceUnwrap
    Unmanaged<LedgerThread>.fromOpaque(context!).takeRetainedValue().run()
    return nil
}
