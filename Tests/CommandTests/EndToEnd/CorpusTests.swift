import FoundationEssentials
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

/// Mail as the world writes it: bad headers, 8-bit bytes, odd encodings.
@Suite(.timeLimit(.minutes(20))) struct CorpusTests {
    /// A folder of `.eml` files.
    static let folder: String? = ProcessInfo.processInfo.environment["MAILSCOPE_CORPUS"].flatMap { path in
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder ? path : nil
    }

    @Test(.enabled(if: folder != nil, "MAILSCOPE_CORPUS names no folder of .eml files"))
    func fetchesRealMailByteForByte() async throws {
        let folder = try #require(Self.folder)
        let tenant = try TenantPlace()
        let ids = try tenant.tenant.mail.addFiles(of: folder, of: TenantPlace.mailbox)
        let names = try tenant.names(in: folder).filter { $0.lowercased().hasSuffix(".eml") }.sorted()
        #expect(ids.count == names.count && !ids.isEmpty)
        let run = try await tenant.run("fetch")
        #expect(run.exitCode == 0, "\(run.errors)")
        try tenant.expectMaildirHoldsTheMailbox()
        // And against the files themselves, past the tenant.
        let files = Dictionary(uniqueKeysWithValues: try tenant.maildir().map { ($0.id, $0) })
        for (id, name) in zip(ids, names) {
            let original = Array(try Data(contentsOf: URL(filePath: folder + "/" + name)))
            #expect(try files[id]?.bytes == original, "\(name)")
        }
        #expect(try await tenant.transcript("fetch") == "exit 0\n")
        print("\(ids.count) files of \(folder) went through, byte for byte")
    }

    @Test(.enabled(if: folder != nil, "MAILSCOPE_CORPUS names no folder of .eml files"))
    func writesRealMailAsLines() async throws {
        let tenant = try TenantPlace(content: "json", sinks: "json-lines: {path: out.jsonl}")
        try tenant.tenant.mail.addFiles(of: try #require(Self.folder), of: TenantPlace.mailbox)
        let run = try await tenant.run("fetch")
        #expect(run.exitCode == 0, "\(run.errors)")
        try await tenant.expectLinesHoldTheMailbox()
    }
}
