import MailscopeKit

/// A mailbox to be probed: the one value by which this program can name a mailbox other than its own.
///
/// Only this target makes it, and from a plan only. The daemon's `MailboxScope` cannot take it, and what collects is in a
/// module that this one depends on, so that it cannot even see it.
package struct ProbeTarget: Sendable, Equatable {
    let name: String
    let door: ProbeDoor

    init(_ name: String, by door: ProbeDoor) {
        self.name = name
        self.door = door
    }

    /// A GET that brings next to nothing. Every character of the name that means anything in a path is encoded.
    func request(root: String, token: Secret<String>, id: String, deadlines: HTTPDeadlines) -> HTTPRequest {
        var headers: HTTPHeaders = ["Accept": "application/json", "client-request-id": id]
        if door == .inboxDelta { headers.append("Prefer", "odata.maxpagesize=1") }
        return HTTPRequest(
            url: "\(root)/v1.0/users/\(Self.encoded(name))/\(door.path)", headers: headers, bearer: token,
            deadlines: deadlines, bodyLimit: AnswerClassifier.bodyLimit)
    }

    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "@"):
                out.append(byte)
            default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
