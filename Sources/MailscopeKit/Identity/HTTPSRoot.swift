/// The root of a service: scheme, host and port, nothing else.
enum HTTPSRoot {
    /// Checks a root and writes it in one way: host in lower case, no port 443, no slash at the end.
    ///
    /// - Throws: ``CloudError/notARoot(_:reason:)``.
    static func normalize(_ text: String) throws(CloudError) -> String {
        func refuse(_ reason: String) -> CloudError { .notARoot(text, reason: reason) }
        guard text.prefix(8).lowercased() == "https://" else {
            throw refuse("it does not begin with https://")
        }
        var rest = text.dropFirst(8)
        if rest.last == "/" { rest = rest.dropLast() }
        guard !rest.contains("@") else { throw refuse("it names a user") }
        guard !rest.contains(where: { "/?#\\".contains($0) }) else {
            throw refuse("something follows the host")
        }
        let host: Substring
        let port: Substring?
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { throw refuse("the [ is not closed") }
            host = rest[...end]
            guard host.count > 4,
                host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." })
            else { throw refuse("the host is no IPv6 address") }
            let tail = rest[rest.index(after: end)...]
            guard tail.isEmpty || tail.first == ":" else { throw refuse("something follows the host") }
            port = tail.isEmpty ? nil : tail.dropFirst()
        } else {
            let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = parts.first ?? ""
            port = parts.count == 2 ? parts[1] : nil
            try check(host: host, refuse)
        }
        guard let port else { return "https://\(host.lowercased())" }
        guard port.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt16(port), number > 0 else {
            throw refuse("the port is no number from 1 to 65535")
        }
        return "https://\(host.lowercased())\(number == 443 ? "" : ":\(number)")"
    }

    private static func check(host: Substring, _ refuse: (String) -> CloudError) throws(CloudError) {
        guard !host.isEmpty else { throw refuse("the host is missing") }
        guard DNSName.isValid(host) else { throw refuse("the host is no DNS name") }
    }
}

/// A host name as RFC 1123 §2.1 has it; other alphabets must be in their `xn--` form.
enum DNSName {
    static func isValid(_ name: some StringProtocol) -> Bool {
        guard name.utf8.count <= 253 else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { byte in
                    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                        || byte == 45
                }
        }
    }
}
