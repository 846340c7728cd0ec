import FoundationEssentials
import LinuxHost

/// Looks whether the places that a configuration names can be used, without touching them.
enum PathCheck {
    static func complaints(about configuration: Configuration) -> [Failure.Complaint] {
        let state = directory(configuration.state, "the state directory")
        let textfile = configuration.metrics.textfile.flatMap { file($0, "the file of the metrics") }
        return ([state] + configuration.sinks.map(complaint) + [textfile]).compactMap(\.self)
    }

    /// What is wrong with one of the places that messages go to.
    static func complaint(about sink: SinkConfiguration) -> Failure.Complaint? {
        switch sink {
        case .maildir(let path, _):
            parent(of: path, "the Maildir") ?? directory(path, "the Maildir")
                ?? ["tmp", "new", "cur"].lazy.compactMap {
                    directory("\(path)/\($0)", "the Maildir's folder")
                }
                .first
        case .jsonLines(let path?, let rotateAt, _):
            file(path, "the file of JSON lines", isReplaced: rotateAt != nil)
        case .jsonLines(nil, _, _): nil
        case .command(let run, _, _): program(run[0])
        }
    }

    /// A directory that is there and writable, or that could be made.
    static func directory(_ path: String, _ what: String) -> Failure.Complaint? {
        var existing = path
        var isDirectory = false
        while !FileManager.default.fileExists(atPath: existing, isDirectory: &isDirectory) {
            let parent = FileSystem.parent(of: existing)
            guard parent != existing else { break }
            existing = parent
        }
        guard isDirectory else {
            return Failure.Complaint(
                message: "\(what) \(path) cannot be used: \(existing) is no directory",
                hints: ["remove the file in its way, or name another place in the configuration"])
        }
        guard FileSystem.isWritable(existing) else {
            let missing = existing == path ? "this user may not write there" : "\(existing) is not writable"
            return Failure.Complaint(
                message: "\(what) \(path) cannot be \(existing == path ? "used" : "made"): \(missing)",
                hints: ["let the daemon's user write there: ls -ld \(existing)"])
        }
        return nil
    }

    /// A file whose directory is there and writable. One that is there and is never `isReplaced` needs to be writable itself.
    private static func file(
        _ path: String, _ what: String, isReplaced: Bool = true
    ) -> Failure.Complaint? {
        var isDirectory = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory {
            return Failure.Complaint(
                message: "\(what) \(path) cannot be used: it is a directory",
                hints: ["name a file in it, in the configuration"])
        }
        if !isReplaced, FileManager.default.isWritableFile(atPath: path) { return nil }
        return parent(of: path, what)
            ?? directory(
                FileSystem.parent(of: path), "the directory of " + what.dropFirst("the file of ".count))
    }

    /// Sinks make no directories above their own: what is missing there may be a disk that is not mounted.
    private static func parent(of path: String, _ what: String) -> Failure.Complaint? {
        let parent = FileSystem.parent(of: path)
        guard !FileManager.default.fileExists(atPath: parent) else { return nil }
        return Failure.Complaint(
            message: "\(what) \(path) cannot be made: \(parent) does not exist",
            hints: ["create the directory, or mount what should be there"])
    }

    private static func program(_ path: String) -> Failure.Complaint? {
        guard !FileManager.default.isExecutableFile(atPath: path) else { return nil }
        let isThere = FileManager.default.fileExists(atPath: path)
        return Failure.Complaint(
            message: "the program \(path) \(isThere ? "may not be run by this user" : "does not exist")",
            hints: [isThere ? "chmod +x \(path)" : "correct 'run' in the configuration"])
    }
}
