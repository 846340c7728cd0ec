import FoundationEssentials
import Glibc
import LinuxHost

/// A run of a built binary on a pseudo-terminal, with somebody who answers.
struct TerminalRun {
    /// All that the screen showed, the echo of the answers too; line ends as `\n`.
    let screen: String
    /// As a shell shows it: 128 and the signal's number where one ended it.
    let exitCode: Int32
    /// Whether the terminal's settings were at the end what they were at the beginning.
    let leavesTerminalAsItWas: Bool

    /// Ctrl-C and Ctrl-D.
    static let interrupt = "\u{03}"
    static let end = "\u{04}"

    struct Failure: Error {
        let what: String
    }

    /// Runs it; `answers` are typed one after the other, each when its prompt is on the screen.
    init(_ words: [String], in folder: String, answers: [(prompt: String, reply: String)]) async throws {
        let thread = DiskThread(name: "terminal")
        let result: Result<TerminalRun, Failure> = await thread.run {
            do throws(Failure) {
                return .success(try TerminalRun(blocking: words, folder, answers))
            } catch { return .failure(error) }
        }
        self = try result.get()
    }

    private init(
        blocking words: [String], _ folder: String, _ answers: [(prompt: String, reply: String)]
    ) throws(Failure) {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(master) }
        var isLocked: Int32 = 0
        var number: Int32 = -1
        // TIOCSPTLCK and TIOCGPTN: the functions for these two are hidden behind _XOPEN_SOURCE.
        guard master >= 0, ioctl(master, 0x4004_5431, &isLocked) == 0,
            ioctl(master, 0x8004_5430, &number) == 0
        else { throw Failure(what: "no pseudo-terminal") }
        let name = "/dev/pts/\(number)"
        // Ours, so that the settings can be looked at when the program has gone.
        let slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(slave) }
        let before = Self.settings(of: slave)
        let pid = try Self.start(words, folder, terminal: name)
        let screen = Self.talk(master, pid, answers)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        self.screen = screen.replacing("\r\n", with: "\n")
        exitCode = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
        leavesTerminalAsItWas = Self.settings(of: slave) == before
    }

    private static func start(
        _ words: [String], _ folder: String, terminal: String
    ) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that the leader of a session opens is its controlling one, which Ctrl-C goes to.
        posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID
        posix_spawnattr_setflags(
            &attributes, newSession | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
        // There is no portable way to change the directory of a child: a shell does.
        let line =
            ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, ProgramRun.folder + "/mailscope"] + words
        var arguments = line.map { strdup($0) } + [nil]
        let variables: [String] = ["PATH=/usr/bin:/bin", "TERM=xterm", "NO_COLOR=1"]
        var entries = variables.map { strdup($0) } + [nil]
        defer { for pointer in arguments + entries { free(pointer) } }
        var pid: pid_t = 0
        guard posix_spawn(&pid, "/bin/sh", &actions, &attributes, &arguments, &entries) == 0 else {
            throw Failure(what: "not started")
        }
        return pid
    }

    /// Reads until the program has gone, and types.
    private static func talk(
        _ master: Int32, _ pid: pid_t, _ answers: [(prompt: String, reply: String)]
    ) -> String {
        var seen: [UInt8] = []
        var from = 0
        var answers = answers[...]
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            var watched = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            let isReady = poll(&watched, 1, 100) > 0
            if isReady {
                var bytes = [UInt8](repeating: 0, count: 4_096)
                let count = read(master, &bytes, bytes.count)
                guard count > 0 else { break }
                seen += bytes.prefix(count)
            } else {
                // We hold the other end too, so that no end of file says that it is over.
                var information = siginfo_t()
                let hasEnded =
                    waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0
                    && information.si_signo != 0
                if hasEnded { break }
                if ContinuousClock.now > deadline { kill(pid, SIGKILL) }
            }
            while let next = answers.first, let at = seen[from...].firstRange(of: Array(next.prompt.utf8)) {
                from = at.upperBound
                let reply = Array(next.reply.utf8)
                _ = write(master, reply, reply.count)
                answers = answers.dropFirst()
            }
        }
        return String(decoding: seen, as: UTF8.self)
    }

    private static func settings(of terminal: Int32) -> [UInt32] {
        var settings = termios()
        tcgetattr(terminal, &settings)
        return [settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag]
    }
}
