/// What names, addresses and ids of a specification may look like.
package enum PolicyText {
    /// What is wrong with a name that people read, or nil.
    ///
    /// Names of groups, scopes and assignments take 64 characters in Exchange, counted as UTF-16. Characters that cannot
    /// be seen, or that turn the direction of text, could make a reviewer read another name than the one that is used.
    package static func objection(toName name: String, limit: Int) -> String? {
        if name.utf16.count > limit { return "has \(name.utf16.count) characters; \(limit) are the limit" }
        // Exchange would take it for the id of something else.
        if isGUID(name) { return "looks like an id" }
        if name.isEmpty { return "is empty" }
        if name.first == " " || name.last == " " { return "begins or ends with a space" }
        guard let scalar = name.unicodeScalars.first(where: { !isVisible($0) }) else { return nil }
        let code = String(scalar.value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
        return "has a character that cannot be seen, U+\(padded)"
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }

    /// What is wrong with a mail address, or nil.
    package static func objection(toAddress address: String) -> String? {
        if address.contains("*") {
            return "'\(address)' has a '*': a policy for a whole domain or tenant confines nothing"
        }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, address.utf8.count <= 254 else {
            return "'\(shown(address))' is no mail address"
        }
        let special = Array(".!#$%&'+/=?^_{|}~-".utf8)
        let isLocal =
            (1...64).contains(parts[0].utf8.count)
            && parts[0].utf8.allSatisfy { isLetterOrDigit($0) || special.contains($0) }
            && parts[0].utf8.first != UInt8(ascii: "-")
        guard isLocal, isDomain(parts[1]) else { return "'\(shown(address))' is no mail address" }
        return nil
    }

    /// A host's name with at least two labels.
    package static func isDomain(_ text: some StringProtocol) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 253 && labels.count >= 2
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-")
                    && !label.hasSuffix("-")
                    && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
            }
    }

    /// A GUID in its usual form, of any case.
    package static func isGUID(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && groups.allSatisfy { $0.utf8.allSatisfy(isHexDigit) }
    }

    /// The base64 of something, without line breaks.
    package static func isBase64(_ text: String) -> Bool {
        let body = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        return !text.isEmpty && text.utf8.count % 4 == 0 && text.utf8.count - body.count <= 2
            && text.utf8.dropFirst(body.count).allSatisfy { $0 == UInt8(ascii: "=") }
            && body.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") }
    }

    static func shown(_ text: String) -> String { text.count > 60 ? text.prefix(60) + "…" : text }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) && !(UInt8(ascii: "g")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
