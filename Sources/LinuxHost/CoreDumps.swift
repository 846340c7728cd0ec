internal import CLinux

/// Whether a crash may write the process's memory to a disk.
package enum CoreDumps {
    /// Never: the memory holds a key and tokens. Also keeps other processes of the same user from reading it.
    package static func forbid() { _ = linux_forbid_dumps() }
}
