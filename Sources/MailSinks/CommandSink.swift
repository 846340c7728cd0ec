internal import LinuxHost
package import MailscopeKit

/// Gives each message to a command: the message on standard input, the facts in the environment, no shell.
///
/// The exit status decides, as mail programs know it (sysexits.h): 0 delivered, 75 try again later, any other
/// refused. A command that was killed, or took too long, is tried again later. It need not read its input. It cannot
/// tell repeats by itself: it has `MAILSCOPE_ID` and `MAILSCOPE_MAY_BE_REPEATED` for that.
package struct CommandSink: MessageSink {
    package let name: String
    package let accepts = Set(MessageContent.allCases)

    private let arguments: [String]
    private let mailbox: String
    private let environment: [String: String]
    private let timeout: Duration
    private let concurrency: Int
    private let threads: DiskThread

    /// EX_TEMPFAIL of sysexits.h.
    private static let temporaryFailure = 75
    /// Most characters of the command's own words in a reason.
    private static let reasonLimit = 200

    /// - Parameters:
    ///   - name: under which the ledger keeps acknowledgements.
    ///   - arguments: the program and its arguments, as they are.
    ///   - mailbox: for `MAILSCOPE_MAILBOX`.
    ///   - environment: what the command gets besides; `PATH` is looked through for its name.
    ///   - timeout: how long one run may take.
    ///   - concurrency: runs at once, 1 to 4. With 1, messages come in order.
    package init(
        name: String = "command", arguments: [String], mailbox: String, environment: [String: String],
        timeout: Duration = .seconds(60), concurrency: Int = 1
    ) {
        self.name = name
        self.arguments = arguments
        self.mailbox = mailbox
        self.environment = environment
        self.timeout = timeout
        self.concurrency = min(max(1, concurrency), 4)
        threads = DiskThread(name: "command", count: self.concurrency)
    }

    /// Looks whether there is such a program.
    package func prepare() async throws(SinkError) {
        let child = ChildProcess(arguments: arguments, environment: environment, timeout: timeout)
        do {
            _ = try await threads.attempt { () throws(FileError) in try child.executable() }
        } catch { throw notRun(error) }
    }

    package func deliver(_ batch: [DeliverableMessage]) async throws(SinkError) -> [DeliveryOutcome] {
        let results = await withTaskGroup(of: (Int, Result<DeliveryOutcome, SinkError>).self) { group in
            var results = [Result<DeliveryOutcome, SinkError>?](repeating: nil, count: batch.count)
            var started = 0
            var running = 0
            var isUsable = true
            while true {
                // None more after one that could not be run at all, and none only to be killed.
                while isUsable, !Task.isCancelled, started < batch.count, running < concurrency {
                    let index = started
                    group.addTask { (index, await run(batch[index])) }
                    started += 1
                    running += 1
                }
                guard let (index, result) = await group.next() else { return results }
                running -= 1
                results[index] = result
                if case .failure = result { isUsable = false }
            }
        }
        let failure = results.compactMap { result in
            if case .failure(let error)? = result { error } else { nil }
        }.first
        guard let failure else { return results.map { (try? $0?.get()) ?? .untried } }
        // What was delivered must be told, for a command cannot tell repeats.
        let isAnySettled = results.contains { result in (try? result?.get()).map { $0 != .untried } ?? false }
        if !isAnySettled { throw failure }
        return results.map { (try? $0?.get()) ?? .deferred(reason: failure.reason) }
    }

    private func run(_ message: DeliverableMessage) async -> Result<DeliveryOutcome, SinkError> {
        guard !message.id.text.utf8.contains(0) else {
            return .success(.refused(reason: "its id has a zero byte"))
        }
        var environment = environment
        environment["MAILSCOPE_ID"] = message.id.text
        environment["MAILSCOPE_MAILBOX"] = mailbox
        environment["MAILSCOPE_RECEIVED"] = message.receivedDateTime ?? ""
        environment["MAILSCOPE_CONTENT"] = message.content.rawValue
        environment["MAILSCOPE_ATTEMPT"] = String(message.attempt)
        environment["MAILSCOPE_MAY_BE_REPEATED"] = message.mayBeRepeated ? "1" : "0"
        let input: ChildProcess.Input =
            switch message.body {
            case .bytes(let bytes): .bytes(bytes)
            case .file(let path, _): .file(path: path)
            }
        let child = ChildProcess(
            arguments: arguments, environment: environment, input: input, timeout: timeout)
        do {
            return .success(outcome(of: try await child.run(on: threads)))
        } catch {
            if case .file(let path, _) = message.body, error.path == path {
                return .success(.deferred(reason: error.description))
            }
            if error.code == .argumentsTooLong { return .success(.refused(reason: error.description)) }
            return .failure(notRun(error))
        }
    }

    private func outcome(of result: ChildProcess.Result) -> DeliveryOutcome {
        let words = Self.lastLine(of: result.errors) ?? Self.lastLine(of: result.output)
        let suffix = words.map { ": " + $0 } ?? ""
        switch result.ending {
        case .exited(status: 0): return .delivered
        case .exited(status: Self.temporaryFailure):
            return .deferred(reason: "the command asked to try again later (status 75)" + suffix)
        case .exited(let status): return .refused(reason: "the command ended with status \(status)" + suffix)
        case .killed(let signal):
            return .deferred(reason: "the command was killed by signal \(signal)" + suffix)
        case .timedOut: return .deferred(reason: "the command took longer than \(timeout)" + suffix)
        case .cancelled: return .untried
        }
    }

    /// The last line that is not empty, safe to show, cut to a bound.
    private static func lastLine(of bytes: [UInt8]) -> String? {
        let line = bytes.split { $0 == 0x0a || $0 == 0x0d }.last { $0.contains { $0 > 0x20 } }
        guard let line else { return nil }
        let text = LogWriter.escaped(String(decoding: line, as: UTF8.self))
        return text.count > reasonLimit ? text.prefix(reasonLimit) + "…" : text
    }

    private func notRun(_ error: FileError) -> SinkError {
        let hint =
            switch error.code {
            case .missing: "name the program with its whole path; no shell looks for it"
            case .notPermitted: "it must be executable by the daemon's user (chmod +x)"
            case .notAProgram: "a script must begin with #! and its interpreter"
            default: error.hint
            }
        return SinkError(sink: name, reason: error.description, hint: hint)
    }
}
