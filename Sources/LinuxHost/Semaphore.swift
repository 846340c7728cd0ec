internal import Glibc

/// A POSIX semaphore, which unlike a lock may be signalled by one thread and awaited by another.
///
/// Unchecked: `sem_t` is made for use by many threads, and its address never changes.
final class Semaphore: @unchecked Sendable {
    private let pointer = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(pointer, 0, 0) }
    deinit {
        sem_destroy(pointer)
        pointer.deallocate()
    }

    func signal() { sem_post(pointer) }
    func wait() { while sem_wait(pointer) != 0 {} }  // EINTR
}
