import CLinux
import FoundationEssentials
import Glibc
import LinuxHost

/// A run of a built binary, from its words to its end.
struct ProgramRun {
    let output: String
    let errors: String
    let exitCode: Int32
    /// When it ended, told by a thread of its own: test tasks may wait long for their turn.
    let ended: ContinuousClock.Instant

    /// Where the package's binaries are built: the test bundle's own folder.
    static let folder: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        // Swift Testing's runner is the bundle on some versions and a helper of the toolchain on others.
        let candidates = [own] + CommandLine.arguments
        for candidate in candidates where candidate.contains(".build/") {
            return String(candidate[..<(candidate.lastIndex(of: "/") ?? candidate.endIndex)])
        }
        return PackageFiles.root + "/.build/debug"
    }()

    /// Runs `program` to its end; its standard input is empty and its environment what is given, with a plain `PATH`.
    init(
        program: String = "mailscope", _ words: [String], environment: [String: String] = [:]
    ) async throws {
        self = try await Started(program: program, words, environment: environment).end()
    }

    /// Both streams and the exit code as a person would see them, with what differs from run to run left out.
    func transcript(replacing names: KeyValuePairs<String, String> = [:]) -> String {
        var text = output
        text += errors
        text += "exit \(exitCode)\n"
        for (name, placeholder) in names { text = text.replacing(name, with: placeholder) }
        return text
    }

    /// A program that runs.
    final class Started: Sendable {
        let pid: pid_t
        private let outputPath: String
        private let errorPath: String

        init(program: String = "mailscope", _ words: [String], environment: [String: String] = [:]) throws {
            let name = "/tmp/mailscope-run-" + UUID().uuidString
            outputPath = name + ".out"
            errorPath = name + ".err"
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            // libcurl's sockets and others of this process: a program that held them would keep connections open that tests
            // wait to see closed.
            _ = linux_spawn_closefrom(&actions, 3)
            let variables = environment.merging(["PATH": "/usr/bin:/bin"]) { given, _ in given }
            let path = program.hasPrefix("/") ? program : ProgramRun.folder + "/" + program
            var arguments = ([path] + words).map { strdup($0) } + [nil]
            var entries = variables.map { strdup("\($0)=\($1)") } + [nil]
            defer { for pointer in arguments + entries { free(pointer) } }
            var pid: pid_t = 0
            let code = posix_spawn(&pid, path, &actions, nil, &arguments, &entries)
            guard code == 0 else { throw NotStarted(path: path, code: code) }
            self.pid = pid
        }

        func send(_ signal: Int32) { kill(pid, signal) }

        /// Asks it to stop, and waits for its end.
        ///
        /// - Returns: the run, and how long it took to end.
        func stop() async throws -> (run: ProgramRun, duration: Duration) {
            let asked = ContinuousClock.now
            send(SIGTERM)
            let run = try await end()
            return (run, run.ended - asked)
        }

        /// What it has written to standard error so far.
        var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

        /// What it has written to standard output so far.
        var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

        /// Whether it has not ended yet. Does not take its status away.
        var isRunning: Bool {
            var information = siginfo_t()
            let flags = WEXITED | WNOHANG | WNOWAIT
            return waitid(P_PID, id_t(pid), &information, flags) == 0 && information.si_signo == 0
        }

        /// The most memory that it has had resident, in bytes (`VmHWM`), while it runs.
        ///
        /// Not `ru_maxrss`: that counts what the process that spawned it had resident, too.
        var peakMemory: Int {
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            let number = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
            return (number ?? 0) << 10
        }

        /// Waits for its end.
        func end() async throws -> ProgramRun {
            let pid = pid
            let threads = DiskThread(name: "wait")
            let (status, ended) = await threads.run {
                var status: Int32 = 0
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                return (status, ContinuousClock.now)
            }
            defer {
                unlink(outputPath)
                unlink(errorPath)
            }
            return ProgramRun(
                output: try String(contentsOfFile: outputPath, encoding: .utf8),
                errors: try String(contentsOfFile: errorPath, encoding: .utf8),
                // WIFEXITED and WEXITSTATUS are macros; a signal is shown as a shell does.
                exitCode: status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f), ended: ended)
        }
    }

    private init(output: String, errors: String, exitCode: Int32, ended: ContinuousClock.Instant) {
        self.output = output
        self.errors = errors
        self.exitCode = exitCode
        self.ended = ended
    }

    struct NotStarted: Error {
        let path: String
        let code: Int32
    }
}
