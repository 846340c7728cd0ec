// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]
/// For targets without C: the compiler refuses every unsafe construct.
let safe: [SwiftSetting] = swift + [.strictMemorySafety()]

let tests: [Target] = [
    .testTarget(
        name: "MailscopeKitTests",
        dependencies: ["MailscopeKit", "SQLiteLedger", "TenantSimulator", "TestSupport"],
        swiftSettings: swift),
    .testTarget(
        name: "CurlTransportTests", dependencies: ["CurlTransport", "TestSupport"], swiftSettings: swift),
    .testTarget(
        name: "OpenSSLIdentityTests", dependencies: ["OpenSSLIdentity", "TestSupport"],
        resources: [.embedInCode("Vectors")], swiftSettings: swift),
    .testTarget(
        name: "SQLiteLedgerTests", dependencies: ["SQLiteLedger", "TestSupport"], swiftSettings: swift),
    .testTarget(name: "LinuxHostTests", dependencies: ["LinuxHost", "TestSupport"], swiftSettings: swift),
    .testTarget(name: "MailSinksTests", dependencies: ["MailSinks", "TestSupport"], swiftSettings: swift),
    .testTarget(name: "YAMLDocumentTests", dependencies: ["YAMLDocument"], swiftSettings: swift),
    .testTarget(name: "CommandTreeTests", dependencies: ["CommandTree"], swiftSettings: swift),
    .testTarget(
        name: "TenantSimulatorTests", dependencies: ["TenantSimulator", "TestSupport"],
        resources: [.embedInCode("Vectors")], swiftSettings: swift),
    .testTarget(
        name: "VerificationTests", dependencies: ["OpenSSLIdentity", "Verification", "TestSupport"],
        swiftSettings: swift),
    .testTarget(
        name: "CommandTests", dependencies: ["CLinux", "mailscope", "mailscope-simulator", "TestSupport"],
        swiftSettings: swift),
]

let package = Package(
    name: "mailscope",
    products: [
        .executable(name: "mailscope", targets: ["mailscope"]),
        .executable(name: "mailscope-simulator", targets: ["mailscope-simulator"]),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

        .target(name: "MailscopeKit", swiftSettings: safe),
        .target(
            name: "CurlTransport", dependencies: ["CCurl", "COpenSSL", "MailscopeKit"], swiftSettings: swift),
        .target(name: "OpenSSLIdentity", dependencies: ["COpenSSL", "MailscopeKit"], swiftSettings: swift),
        .target(name: "SQLiteLedger", dependencies: ["CSQLite", "MailscopeKit"], swiftSettings: swift),
        .target(name: "LinuxHost", dependencies: ["CLinux", "MailscopeKit"], swiftSettings: swift),
        .target(name: "MailSinks", dependencies: ["LinuxHost", "MailscopeKit"], swiftSettings: safe),
        .target(name: "YAMLDocument", dependencies: ["CYAML"], swiftSettings: swift),
        // Names other mailboxes. A target of its own, so that what collects cannot see it.
        .target(name: "Verification", dependencies: ["MailscopeKit"], swiftSettings: safe),
        .target(name: "CommandTree", swiftSettings: safe),
        .executableTarget(
            name: "mailscope",
            dependencies: [
                "CommandTree", "CurlTransport", "LinuxHost", "MailSinks", "MailscopeKit", "OpenSSLIdentity",
                "SQLiteLedger", "Verification", "YAMLDocument",
            ], swiftSettings: safe),

        .target(name: "TenantSimulator", dependencies: ["COpenSSL", "YAMLDocument"], swiftSettings: swift),
        .executableTarget(
            name: "mailscope-simulator", dependencies: ["CommandTree", "TenantSimulator"], swiftSettings: safe
        ),

        .target(
            name: "TestSupport",
            dependencies: [
                "COpenSSL", "CurlTransport", "LinuxHost", "MailscopeKit", "OpenSSLIdentity",
                "TenantSimulator",
            ],
            path: "Tests/TestSupport", swiftSettings: swift),
    ] + tests
)
