import FoundationEssentials
import LinuxHost

extension Doctor {
    /// More is what systemd itself calls medium or worse.
    private static let exposureLimit = 5.0

    /// Looks at the unit that runs this configuration, and at its sandbox.
    func checkService() async {
        guard await systemctl(["show", "--property=Version"]) != nil else {
            add(.skipped(.service, "not under systemd here"))
            add(.skipped(.sandbox, "not under systemd here"))
            return
        }
        guard let unit = await unit() else {
            add(
                .warning(
                    .service, "no unit runs 'mailscope run' with \(configuration.file)",
                    mends: [
                        "systemctl enable --now \(candidates[0]), where the package is installed; or leave it to cron"
                    ]))
            add(.skipped(.sandbox, "needs 'service'"))
            return
        }
        add(checkup(of: unit))
        await checkSandbox(of: unit)
    }

    private func checkup(of unit: SystemdUnit) -> Checkup {
        let state = "\(unit.name) is \(unit.activeState) (\(unit.subState))"
        let user = unit.user.isEmpty ? "root" : unit.user
        let own = ProcessFacts.name(ofUser: ProcessFacts.user)
        let looker = own == user ? "" : "; the checks above were made as \(own)"
        switch unit.activeState {
        case "failed":
            return .failure(
                .service, "\(unit.name) has failed (\(unit.result))",
                mends: [
                    "journalctl -u \(unit.name) -n 50",
                    "once the cause is mended: systemctl restart \(unit.name)",
                ])
        case "active", "activating", "reloading":
            let text = state + ", process \(unit.pid), as \(user)" + looker
            if ["enabled", "enabled-runtime", "static", "generated", ""].contains(unit.fileState) {
                return .ok(.service, text)
            }
            return .warning(
                .service, text + "; it will not start when the machine does",
                mends: ["systemctl enable \(unit.name)"])
        default: return .warning(.service, state, mends: ["systemctl enable --now \(unit.name)"])
        }
    }

    /// The packaged units' names for this configuration, the likelier one first.
    private var candidates: [String] {
        let folder = FileSystem.parent(of: configuration.file)
        let name = folder.split(separator: "/").last.map(String.init) ?? ""
        let isInstance = FileSystem.parent(of: folder) == "/etc/mailscope"
        let isPlain = name.utf8.allSatisfy { byte in
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        return (isInstance && isPlain ? ["mailscope@\(name).service"] : []) + ["mailscope.service"]
    }

    private func unit() async -> SystemdUnit? {
        let listed = await systemctl(["list-units", "--all", "--plain", "--no-legend", "mailscope*.service"])
        let names = (listed ?? "").split(separator: "\n").compactMap { $0.split(separator: " ").first }
            .map(String.init).filter { !candidates.contains($0) }
        for name in candidates + names.prefix(20) {
            let shown = await systemctl(["show", "--property=\(SystemdUnit.properties)", "--", name])
            if let unit = shown.flatMap(SystemdUnit.init(shown:)), unit.loadState == "loaded",
                unit.runs(isOurs)
            {
                return unit
            }
        }
        return nil
    }

    private func isOurs(_ file: String) -> Bool {
        guard let theirs = try? FileSystem.facts(of: file),
            let ours = try? FileSystem.facts(of: configuration.file)
        else { return false }
        return theirs.isSameFile(as: ours)
    }

    private func checkSandbox(of unit: SystemdUnit) async {
        let output = await run(["systemd-analyze", "security", "--no-pager", "--", unit.name])
        // → Overall exposure level for mailscope.service: 1.3 OK 🙂
        guard let line = output?.split(separator: "\n").last(where: { $0.contains("exposure level") }),
            let match = line.firstMatch(of: /: ([0-9]+\.[0-9]+) ([A-Z]+)/),
            let exposure = Double(match.output.1)
        else { return add(.skipped(.sandbox, "systemd-analyze did not say how exposed \(unit.name) is")) }
        let text = "exposure \(match.output.1) of 10, which systemd calls \(match.output.2)"
        guard exposure >= Self.exposureLimit else { return add(.ok(.sandbox, text)) }
        add(
            .warning(
                .sandbox, text,
                mends: [
                    "systemd-analyze security \(unit.name) says which walls are missing; the packaged unit has them"
                ]))
    }

    private func systemctl(_ words: [String]) async -> String? {
        await run(["systemctl", "--no-pager"] + words)
    }

    /// What the program wrote; nil where it is not there, failed, or took too long.
    private func run(_ words: [String]) async -> String? {
        var environment = ["LC_ALL": "C.UTF-8", "SYSTEMD_COLORS": "0"]
        environment["PATH"] = world.surroundings.environment["PATH"]
        let child = ChildProcess(
            arguments: words, environment: environment, timeout: limit, grace: .seconds(1))
        guard let result = try? await child.run(on: disk), result.ending == .exited(status: 0) else {
            return nil
        }
        return String(decoding: result.output, as: UTF8.self)
    }
}
