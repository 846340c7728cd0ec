internal import Glibc

/// What the other side of a standard stream is.
package struct Terminal: Sendable, Equatable {
    /// True for a person's terminal.
    package let isInteractive: Bool
    /// In columns; 80 where nobody says.
    package let width: Int
    /// True where a line can be taken back and written anew: on a terminal that is not `dumb`.
    package let canErase: Bool
    /// True where colour is shown and wanted: where a line can be erased, without `NO_COLOR`.
    package let wantsColour: Bool

    /// Looks at `stream` now; a terminal may be made wider or narrower later.
    package init(_ stream: StandardStream, environment: [String: String]) {
        isInteractive = isatty(stream.descriptor) == 1
        var size = winsize()
        let isKnown =
            isInteractive && ioctl(stream.descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        width =
            isKnown ? Int(size.ws_col) : environment["COLUMNS"].flatMap { Int($0) }.map { max(20, $0) } ?? 80
        canErase = isInteractive && !["", "dumb"].contains(environment["TERM"] ?? "")
        wantsColour = canErase && (environment["NO_COLOR"] ?? "").isEmpty
    }
}
