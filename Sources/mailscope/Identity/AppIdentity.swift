import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity

/// The certificates with which the app may show itself.
struct AppIdentity: Sendable {
    let current: AppCredential
    /// The one that is to take over, tried first; nil where there is none, or none that could be loaded.
    let next: AppCredential?
    /// What is wrong with one of two pairs while the other one does.
    let troubles: [Failure.Complaint]

    /// Loads the pairs of the configuration. One of two may be broken.
    ///
    /// - Parameters:
    ///   - current: the pair in use.
    ///   - next: the pair that is to take over.
    ///   - now: the time that they are judged by.
    ///   - load: reads a pair; its date is nil where the dates do not matter yet.
    /// - Throws: what `load` says of the current pair, where the next one cannot stand in for it.
    init<Files>(
        _ current: Files, next: Files?, now: Date, _ load: (Files, Date?) throws -> AppCredential
    ) throws {
        let failure: any Error
        do {
            let loaded = try load(current, now)
            self.current = loaded
            (self.next, troubles) = Self.follower(of: loaded, next, now: now, load)
            return
        } catch { failure = error }
        guard let next, let standIn = try? load(next, now) else { throw failure }
        self.current = standIn
        self.next = nil
        troubles = Failure(failure).complaints.map {
            Failure.Complaint(
                message: "the current certificate cannot be used, the next one stands in: \($0.message)",
                hints: $0.hints)
        }
    }

    private static func follower<Files>(
        of current: AppCredential, _ files: Files?, now: Date, _ load: (Files, Date?) throws -> AppCredential
    ) -> (AppCredential?, [Failure.Complaint]) {
        guard let files else { return (nil, []) }
        do {
            // One whose time has not come is waited for.
            let next = try load(files, nil)
            if next.certificate.sha256 == current.certificate.sha256 {
                return (
                    nil,
                    [
                        Failure.Complaint(
                            message: "'certificate.next' is the certificate that is in use",
                            hints: ["take 'next' out of the configuration: the renewal is done"])
                    ]
                )
            }
            if next.certificate.validity(at: now) == .expired {
                return (nil, unusable(try loadFailure(files, now, load)))
            }
            return (next, [])
        } catch { return (nil, unusable(Failure(error))) }
    }

    private static func loadFailure<Files>(
        _ files: Files, _ now: Date, _ load: (Files, Date?) throws -> AppCredential
    ) throws -> Failure {
        do { _ = try load(files, now) } catch { return Failure(error) }
        return Failure(.configuration, "it has expired")
    }

    private static func unusable(_ failure: Failure) -> [Failure.Complaint] {
        failure.complaints.map {
            Failure.Complaint(
                message: "the next certificate cannot be used, the current one goes on: \($0.message)",
                hints: $0.hints)
        }
    }
}
