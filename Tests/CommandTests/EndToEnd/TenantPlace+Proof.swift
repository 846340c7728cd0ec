import FoundationEssentials
import Glibc
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

/// A message's file in `new/` or `cur/` of the Maildir.
struct MaildirFile {
    /// The immutable id, as the file's name tells it.
    let id: String
    let path: String

    var bytes: [UInt8] {
        get throws { Array(try Data(contentsOf: URL(filePath: path))) }
    }

    /// Nil where the name is not one of mailscope's.
    init?(folder: String, name: String) {
        guard let start = name.firstIndex(of: "M"), let end = name.firstRange(of: ".mailscope,")?.lowerBound,
            start < end
        else { return nil }
        path = folder + "/" + name
        id = String(name[name.index(after: start)..<end]).replacing(/=([0-9A-F]{2})/) { match in
            String(Unicode.Scalar(UInt8(match.1, radix: 16) ?? 0))
        }
    }
}

extension TenantPlace {
    /// All that was delivered to the Maildir, read by a mail program or not.
    func maildir(_ name: String = "mail") throws -> [MaildirFile] {
        try ["new", "cur"].flatMap { folder in
            let path = place.folder(name + "/" + folder)
            return try names(in: path).compactMap { MaildirFile(folder: path, name: $0) }
        }
    }

    func names(in path: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path)
    }

    /// How many files the Maildir has in `new/`.
    var newCount: Int { (try? names(in: place.folder("mail/new")).count) ?? 0 }

    var heldIDs: [String] { tenant.mail.messageIDs(of: Self.mailbox) }

    /// Holds the Maildir against the mailbox: each message once, byte for byte, nothing besides, nothing left over.
    func expectMaildirHoldsTheMailbox(_ sourceLocation: SourceLocation = #_sourceLocation) throws {
        let held = heldIDs
        let files = try maildir()
        var seen: Set<String> = []
        let twice = files.filter { !seen.insert($0.id).inserted }
        #expect(twice.isEmpty, "twice: \(twice.prefix(3).map(\.path))", sourceLocation: sourceLocation)
        let lost = Set(held).subtracting(seen)
        #expect(lost.isEmpty, "lost: \(lost.count)", sourceLocation: sourceLocation)
        #expect(files.count == held.count, sourceLocation: sourceLocation)
        let different = try files.filter { try $0.bytes != tenant.mail.mime(of: $0.id, in: Self.mailbox) }
        #expect(
            different.isEmpty, "not what the tenant holds: \(different.prefix(3).map(\.path))",
            sourceLocation: sourceLocation)
        #expect(try names(in: place.folder("mail/tmp")) == [], sourceLocation: sourceLocation)
        #expect(try names(in: place.folder("state/spool")) == [], sourceLocation: sourceLocation)
    }

    /// The lines of a file of JSON lines.
    func lines(_ name: String = "out.jsonl") throws -> [[UInt8]] {
        try Data(contentsOf: URL(filePath: place.folder(name))).split(separator: 10).map { Array($0) }
    }

    /// Holds a file of JSON lines against the mailbox: each message once, as its elements are answered now.
    func expectLinesHoldTheMailbox(
        _ name: String = "out.jsonl", _ sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let lines = try lines(name)
        let ids = lines.compactMap(JSONElement.id(of:))
        #expect(ids.count == lines.count, sourceLocation: sourceLocation)
        #expect(Set(ids).count == ids.count, "some twice", sourceLocation: sourceLocation)
        let elements = try await elementsAsSent()
        #expect(Set(ids) == Set(heldIDs), sourceLocation: sourceLocation)
        let different = zip(ids, lines).filter { elements[$0] != $1 }
        #expect(
            different.isEmpty, "not what the tenant sent: \(different.prefix(3).map(\.0))",
            sourceLocation: sourceLocation)
    }

    /// Each message as the tenant answers it to the very lists that mailscope asked for, line breaks made blanks.
    func elementsAsSent() async throws -> [String: [UInt8]] {
        let token = try await run("token", "--raw").output.split(separator: "\n").joined()
        let targets = Set(
            tenant.log.entries(path: "/v1.0/users/*/messages?*", status: 200).map(\.target)
                .filter { !$0.contains("$select") })
        var elements: [String: [UInt8]] = [:]
        for target in targets {
            let answer = tenant.answer(
                ServerRequest(
                    method: "GET", target: target,
                    headers: [
                        ("authorization", "Bearer " + token), ("prefer", "IdType=\"ImmutableId\""),
                        ("host", String(baseURL.dropFirst(8))),
                    ]))
            guard case .bytes(let page) = answer.body else { continue }
            for element in JSONElement.elements(of: page) {
                guard let id = JSONElement.id(of: element) else { continue }
                elements[id] = element.map { $0 == 10 || $0 == 13 ? 32 : $0 }
            }
        }
        return elements
    }

    /// Whatever Graph was asked for, it was this mailbox's messages.
    func expectOnlyItsMessagesWereAskedFor(_ sourceLocation: SourceLocation = #_sourceLocation) {
        let messages = "/v1.0/users/reports@contoso.test/messages"
        let others = tenant.log.entries.map(\.target).filter { target in
            let path = target.prefix { $0 != "?" }.lowercased()
            let isIts = path == messages || path.hasPrefix(messages + "/")
            return !isIts && target != "/\(tenant.directory.tenantID)/oauth2/v2.0/token"
                || path.contains("..") || path.contains("%2e") || path.contains("%2f")
        }
        #expect(others.isEmpty, "\(others.prefix(5))", sourceLocation: sourceLocation)
    }

    /// Adds generated messages received at `seconds` since 1970.
    func add(_ count: Int, seed: UInt64, received seconds: Int) {
        for number in 0..<UInt64(count) {
            tenant.mail.addGenerated(
                seed: seed &* 1_000 &+ number, of: Self.mailbox, received: UTCTime(seconds: seconds))
        }
    }
}

/// Pages of messages cut into elements by a few lines of the test's own.
enum JSONElement {
    /// The bytes of each element of `value`.
    static func elements(of page: [UInt8]) -> [[UInt8]] {
        var elements: [[UInt8]] = []
        var (depth, start, isText, isEscaped) = (0, 0, false, false)
        for (index, byte) in page.enumerated() {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                // The page is 1, its `value` 2.
                if depth == 2 { start = index }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 2 { elements.append(Array(page[start...index])) }
            default: break
            }
        }
        return elements
    }

    /// The text after the first `"id":"`: a message's own id stands before everything else that has one.
    static func id(of element: [UInt8]) -> String? {
        guard let mark = element.firstRange(of: Array("\"id\":\"".utf8)) else { return nil }
        return String(
            decoding: element[mark.upperBound...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }
}

/// Returns once `isSo`; gives up after `limit`.
///
/// - Returns: whether it came to be so.
@discardableResult
func until(_ limit: Duration = .seconds(120), _ isSo: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while try await !isSo() {
        if ContinuousClock.now > end { return false }
        try await Task.sleep(for: .milliseconds(20))
    }
    return true
}
