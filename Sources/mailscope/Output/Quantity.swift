import MailscopeKit

/// Numbers, sizes and times as people read them.
enum Quantity {
    /// `1,234`
    static func number(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + text
    }

    /// `1 message`, `1,234 messages`
    static func count(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
        number(count) + " " + (count == 1 ? noun : plural ?? noun + "s")
    }

    /// `512 bytes`, `1.5 MB`
    static func bytes(_ bytes: Int) -> String {
        var value = Double(bytes)
        if value < 1_000 { return count(bytes, "byte") }
        var unit = ""
        for next in ["kB", "MB", "GB", "TB"] where value >= 1_000 || unit.isEmpty {
            value /= 1_000
            unit = next
        }
        return tenths(value) + " " + unit
    }

    /// `0.3 s`, `42 s`, `5 min`, `3 h 20 min`, `12 days`
    static func time(_ duration: Duration) -> String {
        let seconds = duration.seconds
        if seconds < 10 { return tenths(seconds) + " s" }
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<120: return "\(whole) s"
        case ..<7_200: return "\(whole / 60) min"
        case ..<172_800: return "\(whole / 3_600) h \(whole % 3_600 / 60) min"
        default: return "\(whole / 86_400) days"
        }
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths >= 1_000 || tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
