import LinuxHost

/// Work that ends in good order when a signal asks for it.
enum Interruption {
    private enum Event<Value: Sendable>: Sendable {
        case finished(Result<Value, any Error>)
        case asked
    }

    /// Runs `body`, and cancels it on the first of `signals`; a second one ends the process the hard way.
    ///
    /// - Parameters:
    ///   - signals: which ask for the end.
    ///   - stopping: is told when the signal came.
    ///   - body: must end when it is cancelled.
    /// - Returns: what `body` gave, or nil where it was asked to stop, whatever it gave then.
    /// - Throws: what `body` throws unless it was asked to stop.
    static func run<Value: Sendable>(
        on signals: Set<Signal> = Set(Signal.allCases), stopping: @Sendable () -> Void = {},
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let result: Result<Value, any Error>? = await withTaskGroup(of: Event<Value>.self) { group in
            group.addTask {
                do { return .finished(.success(try await body())) } catch {
                    return .finished(.failure(error))
                }
            }
            group.addTask {
                for await _ in Signals.stream(of: signals) { return .asked }
                return .asked
            }
            let first = await group.next()
            if case .finished(let result) = first {
                group.cancelAll()
                return result
            }
            // The stream has ended, so that the signals have their default action again.
            stopping()
            group.cancelAll()
            await group.waitForAll()
            return nil
        }
        return try result?.get()
    }
}
