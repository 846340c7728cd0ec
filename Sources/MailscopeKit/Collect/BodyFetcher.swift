internal import FoundationEssentials

/// Fetches one message by itself, and tells a message's fault from the service's.
struct BodyFetcher: Sendable {
    let mail: GraphMail
    let spool: (any Spool)?
    let settings: CollectionSettings

    /// What came of it.
    enum Outcome: Sendable {
        case fetched(FetchedMessage)
        /// It is not in the mailbox any more.
        case gone
        /// This message cannot be had now; `isItsOwn` where others can.
        case failed(reason: String, isItsOwn: Bool)
    }

    private enum Fault: Error {
        case graph(GraphError)
        case spool(SpoolError)
    }

    /// - Throws: ``CollectError`` where nothing could be had now, whatever the message.
    func fetch(_ message: ListedMessage) async throws(CollectError) -> Outcome {
        do throws(Fault) {
            switch settings.content {
            case .mime: return .fetched(try await mime(message))
            case .json, .headers:
                do { return .fetched(try await json(message)) } catch { throw .graph(error) }
            }
        } catch {
            switch error {
            case .spool(let error): throw .spool(error)
            case .graph(.gone(let refusal)):
                // A 404 was seen for mail that had just arrived, too: only what is not listed either is gone.
                guard try await isListed(message) else { return .gone }
                return try await blame(message, "\(refusal)")
            case .graph(let error):
                switch CollectError(error) {
                case .mailbox(.token), .ledger, .cancelled: throw CollectError(error)
                default: return try await blame(message, "\(error)")
                }
            }
        }
    }

    /// Nothing is held against a message while not even ids can be listed, and none is given up for good while no
    /// other can be had.
    private func blame(_ message: ListedMessage, _ reason: String) async throws(CollectError) -> Outcome {
        do throws(GraphError) {
            _ = try await mail.page(MessageQuery(select: ["id"], top: 1), bodyLimit: settings.pageLimit)
        } catch { throw CollectError(error) }
        let isLast = message.attempts + 1 >= settings.tries
        return .failed(reason: reason, isItsOwn: isLast ? try await canFetchOthers(than: message.id) : true)
    }

    private func canFetchOthers(than id: MessageID) async throws(CollectError) -> Bool {
        do throws(GraphError) {
            let page = try await mail.page(
                MessageQuery(select: ["id"], top: 8), bodyLimit: settings.pageLimit)
            let others = page.elements.filter { $0.id != id }.prefix(3)
            for other in others {
                do throws(GraphError) {
                    switch settings.content {
                    case .mime: try await mail.mime(other.id).close()
                    case .json, .headers:
                        _ = try await mail.message(
                            other.id, select: settings.selection, bodyLimit: settings.messageLimit)
                    }
                    return true
                } catch {
                    if CollectError(error) == .cancelled { throw error }
                }
            }
            return others.isEmpty
        } catch {
            throw CollectError(error)
        }
    }

    private func isListed(_ message: ListedMessage) async throws(CollectError) -> Bool {
        guard let second = GraphTime.second(message.receivedDateTime) else { return false }
        var walk = MailWalk.ids(from: second, until: second, settings: settings)
        while !walk.isEnded {
            if try await walk.next(mail).messages.contains(where: { $0.id == message.id }) { return true }
        }
        return false
    }

    private func mime(_ message: ListedMessage) async throws(Fault) -> FetchedMessage {
        guard let spool else { throw .spool(SpoolError(reason: "there is none")) }
        var tries = 1
        while true {
            let stream: any HTTPBodyStream
            do { stream = try await mail.mime(message.id) } catch { throw .graph(error) }
            defer { stream.close() }
            do throws(Fault) {
                let (file, size) = try await store(stream, in: spool)
                return FetchedMessage(
                    id: message.id, receivedDateTime: message.receivedDateTime,
                    body: .file(path: file.path, size: size), file: file)
            } catch {
                guard case .graph(.transport(let cause, _)) = error, cause.isTransient, tries < 3 else {
                    throw error
                }
                tries += 1
            }
        }
    }

    private func store(
        _ stream: any HTTPBodyStream, in spool: any Spool
    ) async throws(Fault) -> (file: any SpoolFile, size: Int) {
        // Before the file is made: most messages have ended then, and with them their lane is free.
        var piece = try await gather(stream)
        let file: any SpoolFile
        do { file = try await spool.makeFile() } catch { throw .spool(error) }
        do throws(Fault) {
            var size = 0
            while !piece.isEmpty {
                size += piece.count
                do { try await file.append(piece) } catch { throw .spool(error) }
                piece = try await gather(stream)
            }
            // No message is; a proxy's answer may be.
            guard size > 0 else { throw .graph(.malformed(detail: "it is empty")) }
            return (file, size)
        } catch {
            await file.remove()
            throw error
        }
    }

    /// From how many bytes on a body is written down before more of it is taken.
    private static let pieceBytes = 128 << 10

    /// - Returns: what comes next; nothing at the end.
    private func gather(_ stream: any HTTPBodyStream) async throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < Self.pieceBytes {
            let piece: [UInt8]?
            do { piece = try await stream.next() } catch { throw .graph(.transport(error, tries: 1)) }
            guard let piece else { break }
            if bytes.isEmpty { bytes = piece } else { bytes += piece }
        }
        return bytes
    }

    /// A page narrowed to the message's second brings it in the shape of all others; else it is asked for alone.
    private func json(_ message: ListedMessage) async throws(GraphError) -> FetchedMessage {
        if let second = GraphTime.second(message.receivedDateTime) {
            let query = MessageQuery(from: second, until: second, select: settings.selection, top: 10)
            do throws(GraphError) {
                let page = try await mail.page(query, bodyLimit: settings.pageLimit)
                if let element = page.elements.first(where: { $0.id == message.id }) {
                    return FetchedMessage(
                        id: message.id, receivedDateTime: message.receivedDateTime,
                        body: .bytes(page.slice(element)),
                        file: nil)
                }
            } catch {
                guard error.mayBeOneMessages else { throw error }
            }
        }
        let bytes = try await mail.message(
            message.id, select: settings.selection, bodyLimit: settings.messageLimit)
        return FetchedMessage(
            id: message.id, receivedDateTime: message.receivedDateTime, body: .bytes(bytes[...]), file: nil)
    }
}
