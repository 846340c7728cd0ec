/// The end of a command that did not go well: what a person reads, and the code that scripts see.
struct Failure: Error, Equatable {
    /// One thing that is wrong, and what to do about it.
    struct Complaint: Equatable {
        var message: String
        var hints: [String]
    }

    var exitCode: ExitCode
    var complaints: [Complaint]

    init(_ exitCode: ExitCode, _ message: String, hints: [String] = []) {
        self.init(exitCode, [Complaint(message: message, hints: hints)])
    }

    init(_ exitCode: ExitCode, _ complaints: [Complaint]) {
        self.exitCode = exitCode
        self.complaints = complaints
    }
}
