import FoundationEssentials

/// Any JSON, and as much of JSON Schema as the schema of reports needs.
indirect enum JSONTree: Decodable, Equatable {
    case object([String: JSONTree])
    case array([JSONTree])
    case string(String)
    case number(Double)
    case bool(Bool)
    case null

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONTree].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONTree].self))
        }
    }

    subscript(key: String) -> JSONTree? {
        if case .object(let members) = self { members[key] } else { nil }
    }
    var items: [JSONTree] { if case .array(let items) = self { items } else { [] } }
    var text: String? { if case .string(let text) = self { text } else { nil } }

    private var type: String {
        switch self {
        case .object: "object"
        case .array: "array"
        case .string: "string"
        case .number(let number): number == number.rounded() ? "integer" : "number"
        case .bool: "boolean"
        case .null: "null"
        }
    }

    /// What of `value` does not fit this schema.
    func faults(of value: JSONTree, root: JSONTree, at path: String = "$") -> [String] {
        if let name = self["$ref"]?.text?.split(separator: "/").last {
            return root["$defs"]?[String(name)]?.faults(of: value, root: root, at: path)
                ?? ["\(path): no definition"]
        }
        var faults: [String] = []
        if let type = self["type"]?.text, type != value.type {
            return ["\(path): \(value.type), not \(type)"]
        }
        if let constant = self["const"], constant != value { faults.append("\(path): not the constant") }
        if let words = self["enum"], !words.items.contains(value) {
            faults.append("\(path): not among the words")
        }
        if case .number(let least)? = self["minimum"], case .number(let number) = value, number < least {
            faults.append("\(path): below \(Int(least))")
        }
        if case .number(let least)? = self["minItems"], Double(value.items.count) < least {
            faults.append("\(path): too few")
        }
        if let items = self["items"] {
            for (index, item) in value.items.enumerated() {
                faults += items.faults(of: item, root: root, at: "\(path)[\(index)]")
            }
        }
        guard case .object(let members) = value else { return faults }
        for name in (self["required"]?.items ?? []).compactMap(\.text) where members[name] == nil {
            faults.append("\(path): without \(name)")
        }
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            if let schema = self["properties"]?[name] {
                faults += schema.faults(of: member, root: root, at: "\(path).\(name)")
            } else if self["additionalProperties"] == .bool(false) {
                faults.append("\(path): \(name) is unknown")
            } else if let schema = self["additionalProperties"] {
                faults += schema.faults(of: member, root: root, at: "\(path).\(name)")
            }
        }
        return faults
    }
}
