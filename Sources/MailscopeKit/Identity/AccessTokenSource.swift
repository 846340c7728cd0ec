package import FoundationEssentials

/// Gives a valid access token. `TokenSource` is the one for client credentials; others may come.
package protocol AccessTokenSource: Sendable {
    /// A token that is valid now, asked for where none is held.
    func token() async throws(TokenError) -> Secret<String>
    /// The service refused this token (401, or 403): drop it, once, so that the next ``token()`` is a new one.
    ///
    /// - Returns: true where the next ``token()`` may be another one, so that the request is worth one more try,
    ///   also where somebody else has dropped this token already. False where it was obtained so lately that a new
    ///   one could not differ.
    func discard(_ token: Secret<String>) async -> Bool

    /// What is said of outages; nil where nothing is.
    var trouble: TroubleWatch? { get }

    /// When the token that is held expires; nil where none is held, or nobody knows.
    var expiry: Date? { get async }
}

extension AccessTokenSource {
    package var trouble: TroubleWatch? { nil }
    package var expiry: Date? { get async { nil } }
}
