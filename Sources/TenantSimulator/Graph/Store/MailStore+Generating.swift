extension MailStore {
    /// Fills a mailbox with generated messages in several folders, the same for the same seed. The newest came at
    /// `last`; the others before it, in bursts of several a second and long silences.
    package func fill(_ mailbox: String, count: Int, seed: UInt64, last: UTCTime) {
        var random = SeededGenerator(seed: seed)
        let folders = [
            "Inbox/Projects", "Inbox/Projects/Übersicht & Pläne", "Newsletters", "inbox", "sentitems",
            "deleteditems", "archive",
        ]
        for folder in folders { addFolder(folder, in: mailbox) }
        var (received, plan) = (last, [(seed: UInt64, received: UTCTime, folder: String, isRead: Bool)]())
        for _ in 0..<count {
            let place = random.below(100)
            let folder =
                place < 60
                ? "inbox"
                : place < 72
                    ? "sentitems"
                    : place < 77
                        ? "deleteditems"
                        : place < 85 ? "archive" : folders[random.below(3)]
            plan.append((random.next(), received, folder, random.chance(70)))
            // A third of all messages share their second with the one before.
            if !random.chance(33) { received = received.advanced(by: -(1 + random.below(3_600))) }
        }
        with(mailbox) { contents in
            let numbers = Dictionary(
                uniqueKeysWithValues: folders.map { ($0, contents.folderNumber(making: $0)) })
            for message in plan.reversed() {
                _ = contents.add(
                    .generated(seed: message.seed), received: message.received, isRead: message.isRead,
                    folder: numbers[message.folder] ?? 1)
            }
        }
    }
}
