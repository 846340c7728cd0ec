import FoundationEssentials
import TestSupport
import Testing

@testable import mailscope

/// Under a systemd that a script plays; Tests/systemd has a real one.
@Suite(.serialized, .timeLimit(.minutes(20))) struct DoctorServiceTests {
    /// What `doctor` says where systemctl shows this of mailscope.service.
    private func text(
        _ tenant: TenantPlace, active: String = "active", sub: String = "running", result: String = "success",
        file: String = "enabled", exposure: String = "1.1 OK", config: String? = nil, isWhole: Bool = false
    ) async throws -> String {
        let config = config ?? tenant.place.config
        try await install(
            "systemctl", tenant,
            """
            #!/bin/sh
            case "$*" in
            *--property=Version*) echo Version=252 ;;
            *mailscope.service)
                echo Id=mailscope.service
                echo LoadState=loaded
                echo "ActiveState=\(active)"
                echo "SubState=\(sub)"
                echo "UnitFileState=\(file)"
                echo "Result=\(result)"
                echo MainPID=4711
                echo User=mailscope
                echo "ExecStart={ path=/usr/bin/mailscope ; argv[]=/usr/bin/mailscope run --config \(config) ; ignore_errors=no }"
                ;;
            esac
            """)
        try await install(
            "systemd-analyze", tenant,
            """
            #!/bin/sh
            echo "✗ PrivateNetwork=  Service has access to the host's network  0.5"
            echo
            echo "→ Overall exposure level for mailscope.service: \(exposure) :-)"
            """)
        return try await tenant.doctor(
            isWhole: isWhole, environment: ["PATH": tenant.place.folder.path + ":/usr/bin:/bin"])
    }

    /// Another process writes it: a file that this one has open for writing, or a child of it, cannot be run.
    private func install(_ name: String, _ tenant: TenantPlace, _ text: String) async throws {
        try tenant.place.folder.write(name + ".text", text)
        let copy = try await ProgramRun(
            program: "/usr/bin/install",
            ["-m", "755", tenant.place.folder(name + ".text"), tenant.place.folder(name)])
        try #require(copy.exitCode == 0, "\(copy.errors)")
    }

    @Test func knowsTheUnitThatRunsThisConfiguration() async throws {
        let text = try await text(try TenantPlace(), isWhole: true)
        #expect(
            text.contains(
                "\nok       service        mailscope.service is active (running), process PID, as mailscope"))
        #expect(
            text.contains("\nok       sandbox        exposure 1.1 of 10, which systemd calls OK\n"))
    }

    @Test func tellsOfAUnitThatHasFailed() async throws {
        try DoctorPage.expect(
            "service failed",
            try await text(try TenantPlace(), active: "failed", sub: "failed", result: "exit-code"))
    }

    @Test func tellsOfAUnitThatDoesNotRun() async throws {
        try DoctorPage.expect(
            "service inactive",
            try await text(try TenantPlace(), active: "inactive", sub: "dead", file: "disabled"))
    }

    @Test func tellsOfAUnitThatDoesNotStartWithTheMachine() async throws {
        try DoctorPage.expect("service disabled", try await text(try TenantPlace(), file: "disabled"))
    }

    @Test func tellsWhereNoUnitRunsThisConfiguration() async throws {
        try DoctorPage.expect(
            "no service", try await text(try TenantPlace(), config: "/etc/mailscope/other.yaml"))
    }

    @Test func tellsOfASandboxThatIsOpen() async throws {
        try DoctorPage.expect("sandbox", try await text(try TenantPlace(), exposure: "9.2 UNSAFE"))
    }

    @Test func saysThatThereIsNoSystemd() async throws {
        let tenant = try TenantPlace()
        try await install("systemctl", tenant, "#!/bin/sh\necho 'not booted with systemd' >&2\nexit 1\n")
        let text = try await tenant.doctor(isWhole: true, environment: ["PATH": tenant.place.folder.path])
        #expect(text.contains("skipped  service        not under systemd here\n"))
    }

    @Test func expectsEveryTranscriptOfThePage() throws {
        let folder = PackageFiles.root + "/Tests/CommandTests/Doctor"
        let sources = try PackageFiles.names(in: "Tests/CommandTests/Doctor").map {
            try String(contentsOfFile: folder + "/" + $0, encoding: .utf8)
        }.joined()
        let orphans = try DoctorPage.names().filter { !sources.contains("\"\($0)\"") }
        #expect(orphans == [])
    }
}
