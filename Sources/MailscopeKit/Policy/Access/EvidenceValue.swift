/// A value of an evidence file. Names of members are in lower case, as PowerShell compares them.
indirect enum EvidenceValue: Equatable {
    case null
    case truth(Bool)
    /// As it is written.
    case number(String)
    case text(String)
    case list([EvidenceValue])
    case object([String: EvidenceValue])

    static let depthLimit = 32

    init(_ bytes: [UInt8]) throws(JSONReader.Fault) {
        var reader = JSONReader(bytes)
        self = try Self.read(&reader, depth: 0)
        try reader.end()
    }

    private static func read(_ reader: inout JSONReader, depth: Int) throws(JSONReader.Fault) -> EvidenceValue
    {
        guard depth < depthLimit else { throw reader.fault("it is nested too deeply") }
        switch reader.peek() {
        case UInt8(ascii: "{")?:
            var members: [String: EvidenceValue] = [:]
            try reader.object { (reader, key) throws(JSONReader.Fault) in
                let name = try reader.decoded(key).lowercased()
                let value = try read(&reader, depth: depth + 1)
                guard members.updateValue(value, forKey: name) == nil else {
                    throw reader.fault("'\(name)' appears twice")
                }
            }
            return .object(members)
        case UInt8(ascii: "[")?:
            var elements: [EvidenceValue] = []
            try reader.take(UInt8(ascii: "["))
            if reader.takes(UInt8(ascii: "]")) { return .list([]) }
            repeat {
                elements.append(try read(&reader, depth: depth + 1))
            } while reader.takes(UInt8(ascii: ","))
            try reader.take(UInt8(ascii: "]"))
            return .list(elements)
        case UInt8(ascii: "\"")?: return .text(try reader.decoded(try reader.string()))
        default:
            switch String(decoding: reader.bytes[try reader.value()], as: UTF8.self) {
            case "null": return .null
            case "true": return .truth(true)
            case "false": return .truth(false)
            case let number: return .number(number)
            }
        }
    }

    // MARK: Reading

    /// The member of that name, in any case; null where it is absent.
    subscript(_ name: String) -> EvidenceValue {
        guard case .object(let members) = self else { return .null }
        return members[name.lowercased()] ?? .null
    }

    /// True where there is such a member, even a null.
    func has(_ name: String) -> Bool {
        guard case .object(let members) = self else { return false }
        return members[name.lowercased()] != nil
    }

    var isObject: Bool { if case .object = self { true } else { false } }

    /// Text that is not empty; also where it stands alone in a list.
    var string: String? {
        switch self {
        case .text(let text): text.isEmpty ? nil : text
        case .list(let elements): elements.count == 1 ? elements[0].string : nil
        default: nil
        }
    }

    /// An id or an address, in lower case.
    var key: String? { string?.lowercased() }

    /// True and false also as text, as PowerShell prints them.
    var bool: Bool? {
        switch self {
        case .truth(let truth): truth
        case .text(let text): text.lowercased() == "true" ? true : text.lowercased() == "false" ? false : nil
        default: nil
        }
    }

    /// A list; one element alone stands for a list of one. Windows PowerShell may wrap a list with its count. Nil for null.
    var elements: [EvidenceValue]? {
        switch self {
        case .null: nil
        case .list(let elements): elements
        case .object(let members):
            if members.count == 2, case .list(let elements)? = members["value"], members["count"] != nil {
                elements
            } else {
                [self]
            }
        default: [self]
        }
    }

    /// The texts of a list; nil where it is none or holds anything else.
    var strings: [String]? {
        guard let elements else { return nil }
        let texts = elements.compactMap(\.string)
        return texts.count == elements.count ? texts : nil
    }
}
