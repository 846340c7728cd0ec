internal import CLinux

/// How the process keeps its heap small.
package enum HeapSettings {
    /// Gives what was freed back to the system. To be called first of all.
    ///
    /// glibc keeps an arena of free memory for each thread, and after the first large block that is freed it keeps large
    /// blocks too. Pages of messages are such blocks: they get memory of their own here, which goes when they go.
    package static func keepSmall() { linux_tune_malloc(2, 256 << 10, 1 << 20) }
}
