import FoundationEssentials
import Glibc

/// A folder of its own for one test, gone with it.
final class ScratchDirectory: Sendable {
    let path: String

    init() {
        path = "/tmp/mailscope-ledger-\(UUID())"
        mkdir(path, 0o700)
    }

    deinit {
        for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm", "lock"] { unlink(path + "/" + name) }
        rmdir(path)
    }
}
