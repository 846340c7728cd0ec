/// A mailbox that the app must not read, with all its names that are known.
package struct ClosedMailbox: Sendable, Hashable {
    /// The Entra object id, a GUID.
    package var objectID: String?
    package var userPrincipalName: String?
    /// SMTP addresses, the primary one first.
    package var addresses: [String]
    /// `UserMailbox`, `SharedMailbox`, … as Exchange writes it.
    package var recipientType: String?
    /// The GUID of its archive, where it has one.
    package var archiveID: String?
    /// True where an export of Exchange named it, so that it is known to exist.
    package var isKnownToExist: Bool
    /// True where ``addresses`` are all that Exchange has, its proxy addresses among them.
    package var namesAllAddresses: Bool

    package init(
        objectID: String? = nil, userPrincipalName: String? = nil, addresses: [String] = [],
        recipientType: String? = nil, archiveID: String? = nil, isKnownToExist: Bool = false,
        namesAllAddresses: Bool = false
    ) {
        self.objectID = objectID
        self.userPrincipalName = userPrincipalName
        self.addresses = addresses
        self.recipientType = recipientType
        self.archiveID = archiveID
        self.isKnownToExist = isKnownToExist
        self.namesAllAddresses = namesAllAddresses
    }

    /// Reads one name: an address, or an object id.
    ///
    /// - Returns: nil where the text is neither.
    package init?(named text: String) {
        if Self.isGUID(text) {
            self.init(objectID: text.lowercased())
        } else if Self.isAddress(text) {
            self.init(addresses: [text])
        } else {
            return nil
        }
    }

    /// What people call it.
    package var label: String { addresses.first ?? userPrincipalName ?? objectID ?? "" }

    /// Every name, lower case: for finding out whether two are one.
    package var keys: Set<String> {
        Set((addresses + [userPrincipalName, objectID].compactMap(\.self)).map { $0.lowercased() })
    }

    /// Both as one mailbox, with the names of both; nil where their ids say that they are two.
    func joined(with other: ClosedMailbox) -> ClosedMailbox? {
        func agree(_ a: String?, _ b: String?) -> Bool {
            a == nil || b == nil || a?.lowercased() == b?.lowercased()
        }
        guard agree(objectID, other.objectID), agree(archiveID, other.archiveID) else { return nil }
        var joined = self
        joined.objectID = objectID ?? other.objectID
        joined.archiveID = archiveID ?? other.archiveID
        joined.recipientType = recipientType ?? other.recipientType
        joined.isKnownToExist = isKnownToExist || other.isKnownToExist
        joined.namesAllAddresses = namesAllAddresses || other.namesAllAddresses
        var more = other.addresses
        if agree(userPrincipalName, other.userPrincipalName) {
            joined.userPrincipalName = userPrincipalName ?? other.userPrincipalName
        } else if let name = other.userPrincipalName {
            more.append(name)
        }
        for address in more
        where !joined.addresses.contains(where: { $0.lowercased() == address.lowercased() }) {
            joined.addresses.append(address)
        }
        return joined
    }

    /// The names to ask by, each once: what differs in case only is one name, but for the variants in capitals.
    /// `archiveTenant` is the directory's id where the archive's form is to be tried.
    package func names(archiveTenant: String?) -> [ProbeName] {
        var names: [ProbeName] = []
        var seen: Set<String> = []
        func add(_ text: String?, _ kind: ProbeName.Kind) {
            guard let text, !text.isEmpty, seen.insert(text.lowercased()).inserted else { return }
            names.append(ProbeName(text: text, kind: kind))
        }
        add(objectID, .objectID)
        add(addresses.first, .primaryAddress)
        add(userPrincipalName, .userPrincipalName)
        for address in addresses.dropFirst() { add(address, .otherAddress) }
        for original in [objectID, addresses.first ?? userPrincipalName].compactMap(\.self) {
            let capitals = original.uppercased()
            let variant = capitals == original ? original.lowercased() : capitals
            if variant != original { names.append(ProbeName(text: variant, kind: .caseVariant)) }
        }
        if let archiveTenant, let archiveID { add("MBX:\(archiveID)@\(archiveTenant)", .archive) }
        return names
    }

    /// `8-4-4-4-12` hexadecimal digits.
    package static func isGUID(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && groups.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
    }

    /// Whether it can be an SMTP address or a user principal name. Guest accounts have `#` in theirs.
    package static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= 320 && parts.allSatisfy { !$0.isEmpty }
            && parts[1].contains(".")
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.value > 0x20 && scalar.value != 0x7f
                    && !"\"<>()[],;:\\/?".unicodeScalars.contains(scalar)
                    && !(0x80...0x9f).contains(scalar.value) && !scalar.properties.isWhitespace
            }
    }
}
