import Dispatch
import Glibc

/// The moment to stop: SIGTERM, SIGINT or, where asked for, the end of standard input.
struct EndOfService {
    private let moments: AsyncStream<Void>
    /// Kept: a dropped source would leave its signal ignored for good.
    private let sources: [any DispatchSourceSignal]

    init(withInput: Bool) {
        let (moments, continuation) = AsyncStream<Void>.makeStream()
        self.moments = moments
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.finish() }
            source.resume()
            return source
        }
        guard withInput else { return }
        DispatchQueue.global().async {
            while readLine() != nil {}
            continuation.finish()
        }
    }

    func wait() async {
        for await _ in moments {}
        withExtendedLifetime(sources) {}
    }
}
