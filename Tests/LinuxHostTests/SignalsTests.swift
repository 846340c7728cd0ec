import Glibc
import LinuxHost
import Testing

/// Signals belong to the process, so all of it is one test.
@Suite struct SignalsTests {
    @Test func streamsSignalsAndGivesTheDefaultBack() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            do {
                var signals = Signals.stream(of: [.terminate, .hangUp]).makeAsyncIterator()
                kill(getpid(), SIGHUP)
                guard await signals.next() == .hangUp else { exit(1) }
                kill(getpid(), SIGTERM)
                guard await signals.next() == .terminate else { exit(2) }
            }
            // The stream is gone: the default action ends the process.
            for _ in 0..<100 {
                kill(getpid(), SIGTERM)
                usleep(10_000)
            }
            exit(3)
        }
    }

    @Test func leavesAnIgnoredHangUpIgnored() async {
        await #expect(processExitsWith: .exitCode(7)) {
            signal(SIGHUP, SIG_IGN)
            var signals = Signals.stream().makeAsyncIterator()
            kill(getpid(), SIGHUP)
            kill(getpid(), SIGTERM)
            exit(await signals.next() == .terminate ? 7 : 1)
        }
    }
}
