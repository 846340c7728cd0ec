/// What `systemctl show` says of one service.
struct SystemdUnit: Equatable {
    let name: String
    /// `loaded`, `not-found`, …
    let loadState: String
    /// `active`, `inactive`, `failed`, …
    let activeState: String
    let subState: String
    /// `enabled`, `disabled`, `static`, …; empty where it has no file.
    let fileState: String
    /// Why it ended, `exit-code` for one.
    let result: String
    let pid: Int
    /// Empty: root.
    let user: String
    /// The words of its first `ExecStart=`.
    let command: [String]

    /// The properties to ask for.
    static let properties =
        "Id,LoadState,ActiveState,SubState,UnitFileState,Result,MainPID,User,ExecStart"

    /// - Returns: nil where the text is not what was asked for.
    init?(shown text: String) {
        var values: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            guard let mark = line.firstIndex(of: "=") else { continue }
            values[line[..<mark]] = line[line.index(after: mark)...]
        }
        guard let name = values["Id"], let loadState = values["LoadState"] else { return nil }
        let value = { (key: Substring) in String(values[key] ?? "") }
        self.name = String(name)
        self.loadState = String(loadState)
        activeState = value("ActiveState")
        subState = value("SubState")
        fileState = value("UnitFileState")
        result = value("Result")
        pid = Int(value("MainPID")) ?? 0
        user = value("User")
        // ExecStart={ path=/usr/bin/mailscope ; argv[]=/usr/bin/mailscope run ; ignore_errors=no ; … }
        let parts = value("ExecStart").split(separator: " ; ")
        let argv = parts.first { $0.hasPrefix("argv[]=") }?.dropFirst("argv[]=".count) ?? ""
        command = argv.split(separator: " ").map(String.init)
    }

    /// Whether it runs the daemon with this configuration, by its name in the unit.
    func runs(_ isFile: (String) -> Bool) -> Bool {
        command.first?.split(separator: "/").last == "mailscope" && command.contains("run")
            && isFile(ConfigurationOption.file(in: command))
    }
}
