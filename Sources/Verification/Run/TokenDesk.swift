import FoundationEssentials
import MailscopeKit

/// Hands out one token at a time, so that a probe and the controls around it bear the same, and keeps their facts.
final class TokenDesk {
    struct Pinned: Sendable {
        let token: Secret<String>
        let number: Int
    }

    private let tokens: any AccessTokenSource
    private let clock: any HostClock
    private var current: Pinned?
    /// The first ones, and the newest.
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
        let pinned = Pinned(token: token, number: count)
        if records.count == Self.recordLimit { records.removeLast() }
        records.append(TokenRecord(number: count, facts: TokenFacts(of: token), used: clock.now))
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
