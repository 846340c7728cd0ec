import Glibc
import LinuxHost
import TestSupport
import Testing

@Suite struct NotifierTests {
    /// A socket in systemd's place; nil path for the abstract namespace.
    private func receive(at path: String, _ body: () throws -> Void) throws -> String {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: path.utf8)
            if path.hasPrefix("@") { $0[0] = 0 }
        }
        let length = socklen_t(2 + path.utf8.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(bound == 0)
        try body()
        var bytes = [UInt8](repeating: 0, count: 1000)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    @Test func tellsAnAbstractSocketAndAPath() async throws {
        try await withTemporaryPath { folder in
            for path in ["@mailscope-test-\(getpid())", folder + "/notify"] {
                let text = try receive(at: path) {
                    let notifier = Notifier(environment: ["NOTIFY_SOCKET": path])
                    let isSent = try notifier.send("READY=1\nSTATUS=all is well")
                    #expect(isSent)
                }
                #expect(text == "READY=1\nSTATUS=all is well")
            }
        }
    }

    @Test func statusIsOneLine() async throws {
        try await withTemporaryPath { folder in
            let text = try receive(at: folder + "/n") {
                try Notifier(environment: ["NOTIFY_SOCKET": folder + "/n"]).sendStatus("a\nREADY=1")
            }
            #expect(text == "STATUS=a READY=1")
        }
    }

    @Test func withoutSystemdItIsSilent() throws {
        #expect(try Notifier(environment: [:]).send("READY=1") == false)
        #expect(try Notifier(environment: ["NOTIFY_SOCKET": ""]).send("READY=1") == false)
        #expect(throws: NotifyError.unsupported("vsock:2:1")) {
            try Notifier(environment: ["NOTIFY_SOCKET": "vsock:2:1"]).send("READY=1")
        }
        #expect(throws: NotifyError.failed(.missing)) {
            try Notifier(environment: ["NOTIFY_SOCKET": "/nowhere/socket"]).send("READY=1")
        }
    }

    @Test func watchdogIsOursOnly() {
        #expect(Notifier(environment: ["WATCHDOG_USEC": "30000000"]).watchdog == .seconds(30))
        #expect(
            Notifier(environment: ["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "\(getpid())"]).watchdog
                == .seconds(30))
        #expect(Notifier(environment: ["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"]).watchdog == nil)
        #expect(Notifier(environment: ["WATCHDOG_USEC": "x"]).watchdog == nil)
    }
}
