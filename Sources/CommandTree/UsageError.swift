/// The words do not make a command. Exit code 64 (`EX_USAGE` of sysexits.h).
package struct UsageError: Error, Equatable, CustomStringConvertible {
    /// The exit code that scripts know for it.
    package static let exitCode: Int32 = 64

    package let message: String
    package let hint: String?

    package init(message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    package var description: String { message }
}
