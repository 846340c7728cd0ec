/// What a request's `Prefer` headers ask for. Source: the sheet on Graph, "Prefer headers"; RFC 7240.
struct Preferences: Sendable {
    private(set) var wantsImmutableIDs = false
    /// nil where nothing was asked for, which means HTML.
    private(set) var wantsText: Bool?
    private(set) var pageSize: Int?

    init(_ headers: [(name: String, value: String)]) {
        for header in headers where header.name.lowercased() == "prefer" {
            for preference in header.value.split(whereSeparator: { $0 == "," || $0 == ";" }) {
                let parts = preference.split(separator: "=", maxSplits: 1).map { $0.trimmingBlanks() }
                guard parts.count == 2 else { continue }
                let value = parts[1].replacing("\"", with: "").lowercased()
                switch parts[0].lowercased() {
                case "idtype": wantsImmutableIDs = value == "immutableid"
                case "outlook.body-content-type" where value == "text" || value == "html":
                    wantsText = value == "text"
                case "odata.maxpagesize": pageSize = Int(value).flatMap { $0 > 0 ? $0 : nil }
                default: break
                }
            }
        }
    }

    /// For `Preference-Applied`.
    var applied: [String] {
        (wantsImmutableIDs ? ["IdType=ImmutableId"] : [])
            + (wantsText.map { ["outlook.body-content-type=\"\($0 ? "text" : "html")\""] } ?? [])
    }
}
