/// The folder that an administrator gets: scripts to read and run, and a page that says how.
///
/// The same specification, digest and version give the same bytes: ASCII, lines end in CRLF.
package struct PolicyFolder: Sendable {
    /// One file.
    package struct File: Sendable, Equatable {
        package let name: String
        package let bytes: [UInt8]
    }

    private let specification: PolicySpecification
    private let isMigration: Bool
    private let digest: String
    private let version: String

    /// - Parameters:
    ///   - specification: without objections.
    ///   - isMigration: from an access policy to RBAC.
    ///   - digest: the SHA-256 of the specification's file, in hexadecimal.
    ///   - version: mailscope's.
    /// - Throws: ``PolicyObjections`` where the specification has any, or cannot be migrated.
    package init(
        of specification: PolicySpecification, isMigration: Bool = false, digest: String, version: String
    ) throws(PolicyObjections) {
        var objections = specification.objections()
        if isMigration, specification.group == nil {
            objections.append(
                PolicyObjection(
                    .group, "is missing: the migration removes the policy of a group",
                    mend: "add the lines 'group:', '  name: …', '  address: …' and '  owner: …' of the policy"
                ))
        }
        guard objections.isEmpty else { throw PolicyObjections(objections) }
        self.specification = specification
        self.isMigration = isMigration
        self.digest = digest
        self.version = version
    }

    /// All files, in the order of their use. Without all ids it is the registration and its page only.
    package var files: [File] {
        let scripts = scripts
        let page = FolderPage(
            specification, isMigration: isMigration, scripts: scripts, digest: digest, version: version)
        return [File(name: "README.md", bytes: Self.windowsLines(page.text))] + scripts.map(file)
    }

    func file(_ script: PolicyScript) -> File {
        File(name: script.name, bytes: Self.windowsLines(script.text(digest: digest, version: version)))
    }

    private static func windowsLines(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 21 / 20)
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\r")) }
            bytes.append(byte)
        }
        return bytes
    }

    var scripts: [PolicyScript] {
        let register = PolicyScript.register(specification)
        guard specification.isComplete else { return [register] }
        let evidence = [
            PolicyScript.evidenceExchange(specification), .evidenceDirectory(specification),
        ]
        switch (isMigration, specification.method, specification.group) {
        case (true, _, let group?):
            return [
                .confineByRoles(specification), .proveNoGrant(specification),
                .check(specification, judgesPolicy: true, needsRoles: true),
            ] + evidence + [
                .undoPolicy(specification, group, isMigration: true), .undoRoles(specification),
            ]
        case (false, .applicationAccessPolicy, let group?):
            return [
                register, .confineByPolicy(specification, group), .grant(specification),
                .check(specification, judgesPolicy: true, needsRoles: false),
            ] + evidence + [
                .undoGrant(specification), .undoPolicy(specification, group, isMigration: false),
            ]
        default:
            return [
                register, .confineByRoles(specification), .proveNoGrant(specification),
                .check(specification, judgesPolicy: false, needsRoles: true),
            ] + evidence + [.undoGrant(specification), .undoRoles(specification)]
        }
    }
}

/// Everything that forbids using a specification.
package struct PolicyObjections: Error, Equatable, Sendable {
    package let objections: [PolicyObjection]

    init(_ objections: [PolicyObjection]) { self.objections = objections }
}
