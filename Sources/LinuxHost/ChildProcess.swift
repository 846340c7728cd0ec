internal import Glibc
internal import Synchronization

/// A program to run, without a shell.
package struct ChildProcess: Sendable {
    /// What the child reads.
    package enum Input: Sendable {
        case none
        case bytes(ArraySlice<UInt8>)
        /// The file itself becomes standard input.
        case file(path: String)
    }

    /// How it ended.
    package enum Ending: Sendable, Equatable {
        case exited(status: Int)
        case killed(signal: Int)
        /// It was still running after `timeout`, and was killed.
        case timedOut
        /// The task was cancelled, and it was killed.
        case cancelled
    }

    package struct Result: Sendable, Equatable {
        package let ending: Ending
        /// The last of what it wrote, ``outputLimit`` bytes at most each.
        package let output: [UInt8]
        package let errors: [UInt8]
    }

    /// How much of each output is kept: the end of it, in bytes.
    package static let outputLimit = 4096

    /// The program and its arguments, the first being its path, or a name to be looked up in the environment's `PATH`.
    package var arguments: [String]
    /// All that the child gets.
    package var environment: [String: String]
    package var input: Input
    package var timeout: Duration
    /// Between the polite signal and the one that cannot be refused.
    package var grace: Duration

    package init(
        arguments: [String], environment: [String: String], input: Input = .none, timeout: Duration,
        grace: Duration = .seconds(5)
    ) {
        self.arguments = arguments
        self.environment = environment
        self.input = input
        self.timeout = timeout
        self.grace = grace
    }

    /// Runs it to its end on one of `threads`. Cancelling the task kills it.
    ///
    /// The child leads a process group of its own, has default signal actions, no other open file and the current
    /// directory. What it leaves behind in its group lives on, unless the child had to be killed.
    ///
    /// - Throws: ``FileError`` where it could not be started: no such program, not executable, arguments too long, or
    ///   an input file that cannot be opened.
    package func run(on threads: DiskThread) async throws(FileError) -> Result {
        let wish = CancellationWish()
        let result: Swift.Result<Result, FileError> = await withTaskCancellationHandler {
            await threads.run {
                do throws(FileError) {
                    return .success(try RunningChild(self).wait(cancelledBy: wish))
                } catch { return .failure(error) }
            }
        } onCancel: {
            wish.isCancelled.store(true, ordering: .relaxed)
        }
        return try result.get()
    }

    /// Where the program is: the first argument where it has a slash, else the first of that name in `PATH` that may
    /// be executed.
    package func executable() throws(FileError) -> String {
        let name = arguments.first ?? ""
        guard !name.isEmpty, !arguments.contains(where: { $0.utf8.contains(0) }) else {
            throw FileError(action: "run", path: name, code: .invalid)
        }
        if name.contains("/") { return name }
        var code = SystemErrorCode.missing
        let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        for folder in path.split(separator: ":") where folder.hasPrefix("/") {
            let candidate = folder + "/" + name
            if access(String(candidate), X_OK) == 0 { return String(candidate) }
            if errno == EACCES { code = .notPermitted }
        }
        throw FileError(action: "run", path: name, code: code)
    }
}

/// Set from another thread, looked at while the child runs.
final class CancellationWish: Sendable {
    let isCancelled = Atomic(false)
}
