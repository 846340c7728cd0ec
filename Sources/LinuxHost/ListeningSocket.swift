internal import Glibc

/// A stream socket that listens on this machine.
enum ListeningSocket {
    /// - Returns: the descriptor, which is the caller's, where it listens, and its file, where it has one.
    static func open(
        _ address: AnswerAddress
    ) throws(FileError) -> (descriptor: Int32, bound: AnswerAddress, file: FileFacts?) {
        switch address {
        case .loopback(let port, false):
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let descriptor = try bind(AF_INET, &name, address)
            return (descriptor, .loopback(port: try Self.port(of: descriptor, address)), nil)
        case .loopback(let port, true):
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = port.bigEndian
            name.sin6_addr = in6addr_loopback
            let descriptor = try bind(AF_INET6, &name, address)
            return (
                descriptor, .loopback(port: try Self.port(of: descriptor, address), isVersion6: true), nil
            )
        case .unix(let path):
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
            try clear(path, &name, address)
            let descriptor = try bind(AF_UNIX, &name, address)
            // Who may come in is decided by the directory. The umask would let nobody.
            chmod(path, 0o666)
            return (descriptor, address, (try? FileSystem.facts(of: path)) ?? nil)
        }
    }

    /// Takes away the socket of a process that has ended. One that still answers stays.
    private static func clear(
        _ path: String, _ name: inout sockaddr_un, _ address: AnswerAddress
    ) throws(FileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw FileError(action: "listen on", path: "\(address)", code: .exists)
        }
        // One whose queue is full must not hold us.
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let probe = socket(AF_UNIX, flags, 0)
        defer { close(probe) }
        let isAnswered = withAddress(&name) { connect(probe, $0, $1) } == 0
        if isAnswered || errno != ECONNREFUSED {
            throw FileError(action: "listen on", path: "\(address)", code: .addressInUse)
        }
        unlink(path)
    }

    private static func bind<Name>(
        _ family: Int32, _ name: inout Name, _ address: AnswerAddress
    ) throws(FileError) -> Int32 {
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, flags, 0)
        guard descriptor >= 0 else {
            throw FileError(action: "listen on", path: "\(address)", code: .last)
        }
        // A connection of an earlier run that is still ending must not keep us out; a listener does.
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard withAddress(&name, { Glibc.bind(descriptor, $0, $1) }) == 0, listen(descriptor, 16) == 0 else {
            let code = SystemErrorCode.last
            close(descriptor)
            throw FileError(action: "listen on", path: "\(address)", code: code)
        }
        return descriptor
    }

    private static func port(of descriptor: Int32, _ address: AnswerAddress) throws(FileError) -> UInt16 {
        // Port and family stand at the same place in both.
        var name = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let code = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard code == 0 else {
            let code = SystemErrorCode.last
            close(descriptor)
            throw FileError(action: "listen on", path: "\(address)", code: code)
        }
        return UInt16(bigEndian: name.sin6_port)
    }

    private static func withAddress<Name>(
        _ name: inout Name, _ use: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                use($0, socklen_t(MemoryLayout<Name>.size))
            }
        }
    }
}
