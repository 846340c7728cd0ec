import LinuxHost

/// A small file that is written, made durable and removed: what a disk says to that cannot be told from its mode.
enum ProbeFile {
    private static let size = 4_096

    /// - Throws: ``FileError`` with the system's reason; the file is gone all the same.
    static func write(in folder: String) throws(FileError) {
        let path = "\(folder)/.mailscope-doctor-\(ProcessFacts.pid)"
        // A process of the same number may have been killed here.
        try FileSystem.remove(path)
        let file = try File.create(path)
        do throws(FileError) {
            try file.write([UInt8](repeating: 0, count: size)[...])
            try file.sync()
        } catch {
            _ = try? FileSystem.remove(path)
            throw error
        }
        try FileSystem.remove(path)
    }
}
