import FoundationEssentials
import MailscopeKit
import Testing

@testable import mailscope

/// The folders in policies/ are what the program writes.
@Suite struct PolicyExamplesTests {
    static let examples: [(folder: String, file: String, method: PolicyMethod?, isMigration: Bool)] = [
        ("access-policy", "access-policy", nil, false), ("rbac", "rbac", nil, false),
        ("several-mailboxes", "several-mailboxes", nil, false),
        ("several-mailboxes-migration", "several-mailboxes", .rbac, true),
        ("awkward-names", "awkward-names", nil, false), ("registration", "registration", nil, false),
    ]

    @Test(arguments: examples.indices)
    func areWhatTheGeneratorWrites(index: Int) throws {
        let example = Self.examples[index]
        let path = PackageFiles.root + "/policies/" + example.file + ".yaml"
        let file = try PolicyFile.read(path, method: example.method, in: SchemaTests.surroundings)
        let files = try file.folder(isMigration: example.isMigration).files
        #expect(files.map(\.name).sorted() == (try PackageFiles.names(in: "policies/" + example.folder)))
        for file in files {
            let kept = try PackageFiles.bytes("policies/\(example.folder)/\(file.name)")
            #expect(
                kept == file.bytes, "policies/\(example.folder)/\(file.name): scripts/policies writes it anew"
            )
        }
    }

    @Test func coverEverySpecification() throws {
        let names = try PackageFiles.names(in: "policies").filter { $0.hasSuffix(".yaml") }
        #expect(Set(names) == Set(Self.examples.map { $0.file + ".yaml" }))
        for name in names {
            let text = String(decoding: try PackageFiles.bytes("policies/" + name), as: UTF8.self)
            #expect(
                text.hasPrefix(
                    "# yaml-language-server: $schema=../docs/schema/mailscope-policy.schema.json\n"))
        }
    }
}
