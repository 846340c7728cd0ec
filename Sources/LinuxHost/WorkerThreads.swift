internal import Glibc

/// The threads of the runtime's pool.
package enum WorkerThreads {
    /// Keeps libdispatch from saying "Failed to set thread priority for worker thread" on standard error, which it does
    /// for every user but root: it raises priorities, and goes on where it may not. First thing in a program; whoever set
    /// `LIBDISPATCH_LOG` has it their way.
    package static func keepQuiet() { setenv("LIBDISPATCH_LOG", "NO", 0) }
}
