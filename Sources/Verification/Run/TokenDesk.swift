import FoundationEssentials
import MailscopeKit

/// Hands out one token at a time, so that a probe and the controls around it bear the same, and keeps their facts.
final class TokenDesk {
    struct Pinned: Sendable {
        let token: Secret<String>
        let number: Int
        /// By Entra's grants; none where it cannot be looked into.
        let roles: [String]
        let expires: Date?

        func hasEnded(at now: Date) -> Bool { expires.map { $0 <= now } ?? false }
    }

    private let tokens: any AccessTokenSource
    private let clock: any HostClock
    private var current: Pinned?
    /// Those that differ in what they say of the app and its permissions, whatever came between; of the others the first ones
    /// and the newest. A number is never given twice: the newest one's is how many there were.
    private(set) var records: [TokenRecord] = []
    private var count = 0
    private static let recordLimit = 100

    init(tokens: any AccessTokenSource, clock: any HostClock) {
        self.tokens = tokens
        self.clock = clock
    }

    /// A token as fresh as can be had: the one in use is dropped first.
    func fresh() async throws(TokenError) -> Pinned {
        if let current { _ = await tokens.discard(current.token) }
        let token = try await tokens.token()
        if let current, current.token.matches(token) { return current }
        count += 1
        let facts = TokenFacts(of: token)
        let pinned = Pinned(token: token, number: count, roles: facts?.roles ?? [], expires: facts?.expiresAt)
        if records.count >= Self.recordLimit, let newest = records.last,
            records.dropLast().contains(where: { $0.saysTheSame(as: newest) })
        {
            records.removeLast()
        }
        records.append(TokenRecord(number: count, facts: facts, used: clock.now))
        current = pinned
        return pinned
    }

    /// Whether the source has a newer one by now. Where it cannot say, the old one goes on.
    func hasNewer(than pinned: Pinned) async -> Bool {
        do throws(TokenError) { return !(try await tokens.token().matches(pinned.token)) } catch {
            return false
        }
    }
}
