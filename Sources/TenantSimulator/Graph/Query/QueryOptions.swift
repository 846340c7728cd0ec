/// The query of a request for messages.
///
/// Source: the sheet on Graph, "Query options". Options that are not known are ignored, as the service does.
struct QueryOptions: Sendable {
    /// nil for the usual properties.
    var select: [MessageProperty]?
    /// The names in `$select` in lower case, for what is not a message.
    var selectedNames: Set<String>?
    /// As the client wrote it, for `@odata.context`.
    var selectText: String?
    var top: Int?
    var skip = 0
    var count = false
    var filter: Filter?
    var filterText: String?
    var orderBy: [Ordering] = []
    var expandsAttachments = false
    var expandsItem = false
    var search: String?
    var skipToken: String?
    var deltaToken: String?
    var changeType: String?
    var includesHidden = false
    /// The query as sent without `$skip`, to be repeated in links.
    private(set) var repeatable: [Substring] = []

    struct Ordering: Sendable, Equatable {
        let field: FilterField
        let isDescending: Bool
    }

    /// What is asked for.
    enum Resource { case messages, folders, others }
    private let resource: Resource

    /// - Throws: 400 as the service words it.
    init(_ query: some StringProtocol, of resource: Resource) throws(GraphError) {
        self.resource = resource
        for pair in String(query).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentText.decode(parts[0], plusIsSpace: true),
                let value = PercentText.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
            else { throw .badRequest("The request URI is malformed.") }
            try set(name.lowercased(), value)
            if name.lowercased() != "$skip" { repeatable.append(pair) }
        }
    }

    private mutating func set(_ name: String, _ value: String) throws(GraphError) {
        switch name.hasPrefix("$") ? String(name.dropFirst()) : name {
        case "select": try setSelect(value)
        case "top":
            top = try number(value, "$top")
            if let top, top > 1_000 {
                throw .badRequest(
                    "The limit of '1000' for Top query has been exceeded. The value from the incoming request is '\(top)'."
                )
            }
            if top == 0 { throw .badRequest("Invalid value '0' for $top query option found.") }
        case "skip": skip = try number(value, "$skip")
        case "count": count = value.lowercased() == "true"
        case "filter":
            filterText = value
            if resource != .others { filter = try FilterParser.parse(value, ofFolders: resource == .folders) }
        case "orderby": if resource == .messages { orderBy = try Self.orderings(value) }
        case "expand": try setExpand(value)
        case "search": search = value.replacing("\"", with: "")
        case "skiptoken": skipToken = value
        case "deltatoken": deltaToken = value
        case "changetype": changeType = value.lowercased()
        case "includehiddenfolders": includesHidden = value.lowercased() == "true"
        default: break
        }
    }

    private mutating func setSelect(_ value: String) throws(GraphError) {
        let names = value.split(separator: ",").map { $0.trimmingBlanks() }
        selectText = names.joined(separator: ",")
        // microsoft.graph.fileAttachment/contentId is a property of a derived type.
        selectedNames = Set(names.map { ($0.split(separator: "/").last.map(String.init) ?? $0).lowercased() })
        guard resource == .messages else { return }
        var chosen: [MessageProperty] = [.id]
        for name in names {
            let base = name.split(separator: "/").first.map(String.init) ?? name
            if base.lowercased().hasPrefix("microsoft.graph.") || name == "*" { continue }
            guard let property = MessageProperty.named[base.lowercased()] else {
                throw .unknownProperty(base)
            }
            if !chosen.contains(property) { chosen.append(property) }
        }
        select = names.contains("*") ? MessageProperty.usual : chosen
    }

    private mutating func setExpand(_ value: String) throws(GraphError) {
        let name = String(value.prefix { $0 != "(" }).trimmingBlanks().lowercased()
        switch name {
        case "attachments": expandsAttachments = true
        case "microsoft.graph.itemattachment/item": expandsItem = true
        case "singlevalueextendedproperties", "multivalueextendedproperties", "extensions": break
        default:
            throw GraphError(
                status: 400, code: "ExpandNotSupported", message: "Expand is not supported for '\(value)'.",
                origin: .gateway)
        }
    }

    private func number(_ value: String, _ option: String) throws(GraphError) -> Int {
        guard let number = Int32(value), number >= 0 else {
            throw .badRequest(
                "Invalid value '\(value)' for \(option) query option found. "
                    + "The \(option) query option requires a non-negative integer value.")
        }
        return Int(number)
    }

    static func orderings(_ text: String) throws(GraphError) -> [Ordering] {
        var orderings: [Ordering] = []
        for part in text.split(separator: ",") {
            let words = part.split { $0.isWhitespace }
            guard (1...2).contains(words.count), let field = FilterField.named(String(words[0])) else {
                throw .unknownProperty(words.first.map(String.init) ?? "")
            }
            let direction = words.count > 1 ? words[1].lowercased() : "asc"
            guard ["asc", "desc"].contains(direction) else {
                throw .badRequest("Syntax error at position \(text.count) in '\(text)'.")
            }
            orderings.append(Ordering(field: field, isDescending: direction == "desc"))
        }
        return orderings
    }
}
