/// Prometheus' text format 0.0.4, family by family.
///
/// Source: prometheus.io, "Exposition formats".
struct MetricsText {
    enum Kind: String {
        case counter, gauge
    }

    struct Sample {
        var labels: KeyValuePairs<String, String> = [:]
        let value: Double
    }

    private(set) var text = ""
    /// Of every sample, before its own.
    private let labels: KeyValuePairs<String, String>

    init(labels: KeyValuePairs<String, String> = [:]) { self.labels = labels }

    /// A family with one sample; left out where there is no value.
    mutating func add(_ name: String, _ help: String, as kind: Kind = .gauge, _ value: Double?) {
        add(name, help, as: kind, value.map { [Sample(value: $0)] } ?? [])
    }

    /// A family; left out where it has no samples.
    mutating func add(_ name: String, _ help: String, as kind: Kind = .gauge, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            let pairs = (Array(labels) + Array(sample.labels)).map { "\($0)=\"\(Self.escaped($1))\"" }
            let braces = pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
            text += "\(name)\(braces) \(Self.spelled(sample.value))\n"
        }
    }

    /// What could end a label's value, or the line.
    static func escaped(_ value: String) -> String {
        // Not by characters: a quote with an accent on it is one of its own, and so is "\r\n".
        value.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "\"": "\\\""
            case "\n": "\\n"
            default: String(scalar)
            }
        }.joined()
    }

    private static func spelled(_ value: Double) -> String {
        Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}
