import Synchronization

/// Says once, not a thousand times, that the service did not confirm what was preferred.
final class PreferenceWatch: Sendable {
    private let hasSpoken = Mutex(false)

    /// Looks for `Preference-Applied: IdType=ImmutableId` (RFC 7240 §3; the service leaves the quotes out).
    func look(at head: HTTPResponseHead, log: Log) {
        let applied = head.headers.fields.filter { $0.name.lowercased() == "preference-applied" }
        guard !applied.contains(where: { $0.value.lowercased().contains("immutableid") }) else { return }
        let isFirst = hasSpoken.withLock { hasSpoken in
            defer { hasSpoken = true }
            return !hasSpoken
        }
        if isFirst { log.debug("the service did not confirm immutable ids") }
    }
}
