internal import FoundationEssentials
internal import MailscopeKit

/// One line of a file of JSON lines.
enum JSONLine {
    /// A message as one line, with its line break.
    static func bytes(of message: DeliverableMessage) -> [UInt8] {
        var line: [UInt8] = []
        append(message, to: &line)
        return line
    }

    /// Adds a message as one line, with its line break.
    static func append(_ message: DeliverableMessage, to lines: inout [UInt8]) {
        guard case .bytes(let element) = message.body else { return }
        let start = lines.count
        lines += element
        if hasBreak(element.span) {
            for index in start..<lines.count where lines[index] == lineFeed || lines[index] == 0x0d {
                lines[index] = 0x20
            }
        }
        lines.append(lineFeed)
    }

    /// How long the line is.
    static func size(of message: DeliverableMessage) -> Int {
        if case .bytes(let element) = message.body { element.count + 1 } else { 0 }
    }

    /// Without branches, so that the compiler can look at many bytes at once. The service's JSON has none.
    private static func hasBreak(_ bytes: Span<UInt8>) -> Bool {
        var found: UInt8 = 0
        for index in bytes.indices {
            found |= (bytes[index] == 0x0a ? 1 : 0) | (bytes[index] == 0x0d ? 1 : 0)
        }
        return found != 0
    }

    static let lineFeed = UInt8(ascii: "\n")

    /// The text of the member `id` of the object that `line` is; nil where there is none, or the line is no object.
    static func id(in line: ArraySlice<UInt8>) -> String? {
        var depth = 0
        var index = line.startIndex
        var lastString: Range<Int>?
        var isName = false
        while index < line.endIndex {
            switch line[index] {
            case UInt8(ascii: "\""):
                guard let end = endOfString(line, from: index) else { return nil }
                let text = index..<end
                if depth == 1, isName, lastString.map({ line[$0].elementsEqual("\"id\"".utf8) }) == true {
                    return try? JSONDecoder().decode(String.self, from: Data(line[text]))
                }
                if depth == 1 { lastString = text }
                index = end
                continue
            case UInt8(ascii: ":"): if depth == 1 { isName = true }
            case UInt8(ascii: ","):
                if depth == 1 {
                    isName = false
                    lastString = nil
                }
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            index += 1
        }
        return nil
    }

    /// Whether `line` is an object that has its end.
    static func isWhole(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.first == UInt8(ascii: "{") else { return false }
        var depth = 0
        var index = line.startIndex
        while index < line.endIndex {
            switch line[index] {
            case UInt8(ascii: "\""):
                guard let end = endOfString(line, from: index) else { return false }
                index = end
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return line[(index + 1)...].allSatisfy { $0 == 0x20 || $0 == 0x0d } }
            default: break
            }
            index += 1
        }
        return false
    }

    /// The place after the closing quote of the string that opens at `start`.
    private static func endOfString(_ line: ArraySlice<UInt8>, from start: Int) -> Int? {
        var index = start + 1
        while index < line.endIndex {
            switch line[index] {
            case UInt8(ascii: "\\"): index += 2
            case UInt8(ascii: "\""): return index + 1
            default: index += 1
            }
        }
        return nil
    }
}
