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

    /// Every name that is known.
    var texts: [String] { addresses + [userPrincipalName, objectID].compactMap(\.self) }

    /// The ``key(_:)`` of every name: for finding out whether two are one.
    package var keys: Set<String> { Set(texts.map(Self.key)) }

    /// What two spellings of one name share: only letters of ASCII differ in case.
    ///
    /// Other characters stay what they are, byte for byte. Swift holds `K` and the Kelvin sign for equal, and two forms of
    /// `ü`; a service need not, and a name that was taken for another would not be asked for.
    package static func key(_ text: String) -> String {
        let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "%") }
        let text = isPlain ? text : ProbeTarget.encoded(text)
        return String(decoding: text.utf8.map { letters.contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// Both as one mailbox, with the names of both; nil where their ids say that they are two.
    func joined(with other: ClosedMailbox) -> ClosedMailbox? {
        func agree(_ a: String?, _ b: String?) -> Bool {
            a == nil || b == nil || a.map(Self.key) == b.map(Self.key)
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
        var seen = Set(joined.addresses.map(Self.key))
        for address in more where seen.insert(Self.key(address)).inserted { joined.addresses.append(address) }
        return joined
    }

    /// The names to ask by, each once: what differs in case only is one name, but for the variants in capitals.
    /// `archiveTenant` is the directory's id where the archive's form is to be tried.
    package func names(archiveTenant: String?) -> [ProbeName] {
        var names: [ProbeName] = []
        var seen: Set<String> = []
        func add(_ text: String?, _ kind: ProbeName.Kind) {
            guard let text, !text.isEmpty, seen.insert(Self.key(text)).inserted else { return }
            names.append(ProbeName(text: text, kind: kind))
        }
        add(objectID, .objectID)
        add(addresses.first, .primaryAddress)
        add(userPrincipalName, .userPrincipalName)
        for address in addresses.dropFirst() { add(address, .otherAddress) }
        for original in [objectID, addresses.first ?? userPrincipalName].compactMap(\.self) {
            // Of ASCII only: in capitals `ß` is `SS`, which is another name.
            let capitals = Self.ascii(original, isUpper: true)
            let variant = capitals == original ? Self.ascii(original, isUpper: false) : capitals
            if variant != original { names.append(ProbeName(text: variant, kind: .caseVariant)) }
        }
        if let archiveTenant, let archiveID { add("MBX:\(archiveID)@\(archiveTenant)", .archive) }
        return names
    }

    private static func ascii(_ text: String, isUpper: Bool) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    guard scalar.isASCII, scalar.properties.isAlphabetic else { return scalar }
                    return Unicode.Scalar(UInt8(scalar.value) & 0xdf | (isUpper ? 0 : 0x20))
                }))
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
                // What could not be decoded is no name: another one would be asked for.
                scalar.value > 0x20 && scalar.value != 0x7f && scalar.value != 0xfffd
                    && !"\"<>()[],;:\\/?".unicodeScalars.contains(scalar)
                    && !(0x80...0x9f).contains(scalar.value) && !scalar.properties.isWhitespace
            }
    }
}
