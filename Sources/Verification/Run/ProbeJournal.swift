/// A file that answers are appended to as they are believed, so that an interrupted run can go on.
package protocol ProbeJournal: Sendable {
    /// As messages name it.
    var name: String { get }
    /// Up to `limit` bytes at `offset`; none at the end.
    func read(at offset: Int, limit: Int) async throws(ProbeJournalError) -> [UInt8]
    /// Cuts off what a kill has left half written.
    func truncate(to size: Int) async throws(ProbeJournalError)
    func append(_ bytes: [UInt8]) async throws(ProbeJournalError)
    /// A keyed digest of `bytes`, 64 hexadecimal digits in lower case, that only the holder of the app's key can make; nil
    /// where it cannot be made.
    func seal(_ bytes: [UInt8]) -> String?
}

/// The journal's file failed.
package struct ProbeJournalError: Error, Equatable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
