internal import FoundationEssentials

/// A file or folder that could not be read or written: which one, why, and what mends it.
package struct FileComplaint: Error, Equatable {
    package let text: String
    package let hint: String

    /// What was to be done with it.
    package enum Act: Sendable {
        case read, write
    }

    /// The complaint for what the file system said, whose own words are not for people.
    package init(_ error: any Error, at path: String, to act: Act = .read) {
        let parent = URL(filePath: path).deletingLastPathComponent().path
        var isDirectory = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        let place = act == .read ? path : parent
        switch (error as? CocoaError)?.code {
        case CocoaError.Code.fileReadNoPermission?, CocoaError.Code.fileWriteNoPermission?:
            text = "\(path): this user may not \(act == .read ? "read" : "write") it"
            hint = "look at its permissions: ls -ld \(place)"
        case _ where act == .read && !exists:
            text = "\(path): there is no such file or folder"
            hint = "relative paths start where the program was started; look what is there: ls \(parent)"
        case _ where act == .write && !FileManager.default.fileExists(atPath: parent):
            text = "\(path): there is no folder \(parent) to write it to"
            hint = "make it first: mkdir -p \(parent)"
        case _ where exists:
            text =
                "\(path): it is a \(isDirectory ? "folder, not a file" : "file, not a folder, or cannot be \(act == .read ? "read" : "written")")"
            hint = "look what it is: ls -ld \(path)"
        default:
            text = "\(path): it cannot be \(act == .read ? "read" : "written")"
            hint = "look what is there: ls -ld \(place)"
        }
    }
}
