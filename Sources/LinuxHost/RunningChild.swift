internal import CLinux
internal import Glibc
internal import Synchronization

/// A child that runs, and our ends of its pipes. For one thread, in which SIGPIPE must be blocked or ignored.
final class RunningChild {
    private let child: ChildProcess
    private let pid: pid_t
    private var toInput: Int32 = -1
    private var fromOutput: Int32
    private var fromErrors: Int32
    private var unsent: ArraySlice<UInt8> = []
    private var output: [UInt8] = []
    private var errors: [UInt8] = []

    /// Starts it.
    init(_ child: ChildProcess) throws(FileError) {
        self.child = child
        let program = try child.executable()
        var forChild: [Int32] = []
        defer { for descriptor in forChild { close(descriptor) } }
        var ours: [Int32] = []
        var isStarted = false
        defer { if !isStarted { for descriptor in ours { close(descriptor) } } }
        func pipe(_ childReads: Bool) throws(FileError) -> (child: Int32, ours: Int32) {
            var ends: [Int32] = [-1, -1]
            guard linux_pipe2(&ends, O_CLOEXEC) == 0 else {
                throw FileError(action: "run", path: program, code: .last)
            }
            let pair = childReads ? (child: ends[0], ours: ends[1]) : (child: ends[1], ours: ends[0])
            forChild.append(pair.child)
            ours.append(pair.ours)
            _ = fcntl(pair.ours, F_SETFL, O_NONBLOCK)
            return pair
        }

        let input: Int32
        var inputFile: File?
        switch child.input {
        case .none:
            inputFile = try File.open("/dev/null", for: .reading)
            input = inputFile?.descriptor ?? -1
        case .bytes(let bytes):
            let ends = try pipe(true)
            input = ends.child
            toInput = ends.ours
            unsent = bytes
        case .file(let path):
            inputFile = try File.open(path, for: .reading)
            input = inputFile?.descriptor ?? -1
        }
        let outputEnds = try pipe(false)
        let errorEnds = try pipe(false)
        fromOutput = outputEnds.ours
        fromErrors = errorEnds.ours
        pid = try withExtendedLifetime(inputFile) { () throws(FileError) in
            try Self.spawn(program, child, input: input, output: outputEnds.child, errors: errorEnds.child)
        }
        isStarted = true
    }

    deinit {
        for descriptor in [toInput, fromOutput, fromErrors] where descriptor >= 0 { close(descriptor) }
    }

    /// Feeds it, listens to it, and waits for its end.
    func wait(cancelledBy wish: CancellationWish) -> ChildProcess.Result {
        var deadline = ContinuousClock.now + child.timeout
        var ending: ChildProcess.Ending?
        var pause: Int32 = 1
        while true {
            pump(waitingAtMost: pause)
            if hasEnded() { break }
            // A child that is silent, or has closed its outputs, is looked at often at first, then 20 times a second.
            pause = min(50, pause * 2)
            if ending == nil, wish.isCancelled.load(ordering: .relaxed) {
                ending = .cancelled
            } else if ending == nil, ContinuousClock.now >= deadline {
                ending = .timedOut
            } else if ending != nil {
                if ContinuousClock.now >= deadline { kill(-pid, SIGKILL) }
                continue
            } else {
                continue
            }
            kill(-pid, SIGTERM)
            kill(-pid, SIGCONT)
            deadline = ContinuousClock.now + child.grace
        }
        // Not reaped yet, so that the group's number is still ours.
        if ending != nil { kill(-pid, SIGKILL) }
        let status = reap()
        pump(waitingAtMost: 0)
        return ChildProcess.Result(ending: ending ?? status, output: output, errors: errors)
    }

    /// Moves what can be moved, after waiting for something to move.
    private func pump(waitingAtMost milliseconds: Int32) {
        var set: [pollfd] = []
        for descriptor in [fromOutput, fromErrors] where descriptor >= 0 {
            set.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
        }
        if toInput >= 0 { set.append(pollfd(fd: toInput, events: Int16(POLLOUT), revents: 0)) }
        poll(&set, nfds_t(set.count), milliseconds)
        feed()
        Self.drain(&fromOutput, into: &output)
        Self.drain(&fromErrors, into: &errors)
    }

    private func feed() {
        guard toInput >= 0 else { return }
        while !unsent.isEmpty {
            let count = unsent.withUnsafeBytes { write(toInput, $0.baseAddress, $0.count) }
            if count >= 0 {
                unsent = unsent.dropFirst(count)
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                break  // EPIPE: it does not want the rest. Its exit status says what that means.
            }
        }
        close(toInput)
        toInput = -1
    }

    /// Reads what is there, a bounded amount at a time, and keeps the end of it.
    private static func drain(_ descriptor: inout Int32, into kept: inout [UInt8]) {
        guard descriptor >= 0 else { return }
        var piece = [UInt8](repeating: 0, count: ChildProcess.outputLimit)
        for _ in 0..<64 {
            let count = read(descriptor, &piece, piece.count)
            if count > 0 {
                kept += piece[..<count]
                if kept.count > ChildProcess.outputLimit {
                    kept.removeFirst(kept.count - ChildProcess.outputLimit)
                }
            } else if count < 0, errno == EINTR {
                continue
            } else {
                if count == 0 || errno != EAGAIN {
                    close(descriptor)
                    descriptor = -1
                }
                return
            }
        }
    }

    /// Whether it has ended; it is left to be reaped.
    private func hasEnded() -> Bool {
        var info = siginfo_t()
        // With SIGCHLD ignored the system reaps it itself: ECHILD.
        if waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 { return errno != EINTR }
        return info.si_signo == SIGCHLD
    }

    private func reap() -> ChildProcess.Ending {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            // Somebody else reaped it.
            if errno != EINTR { return .killed(signal: 0) }
        }
        let signal = status & 0x7f
        return signal == 0 ? .exited(status: Int(status >> 8 & 0xff)) : .killed(signal: Int(signal))
    }

    private static func spawn(
        _ program: String, _ child: ChildProcess, input: Int32, output: Int32, errors: Int32
    ) throws(FileError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        _ = linux_spawn_closefrom(&actions, STDERR_FILENO + 1)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
        posix_spawnattr_setpgroup(&attributes, 0)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)

        var arguments: [UnsafeMutablePointer<CChar>?] = child.arguments.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] =
            child.environment.map { strdup($0.key + "=" + $0.value) } + [nil]
        defer { for pointer in arguments + environment { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, &attributes, &arguments, &environment)
        guard code == 0 else {
            throw FileError(action: "run", path: program, code: SystemErrorCode(rawValue: code))
        }
        return pid
    }
}
