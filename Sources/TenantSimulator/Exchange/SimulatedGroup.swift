/// A group that Exchange knows.
package struct SimulatedGroup: Sendable, Equatable {
    /// What Exchange calls the recipient's type.
    package enum Kind: String, Sendable, CaseIterable {
        case mailEnabledSecurity = "MailUniversalSecurityGroup"
        case distribution = "MailUniversalDistributionGroup"
        case microsoft365 = "GroupMailbox"
    }

    /// The directory object's id, a GUID in lower case.
    package let objectID: String
    /// Unique in the organization.
    package let name: String
    /// The primary SMTP address.
    package let address: String
    /// What Exchange calls the recipient's type.
    package let kind: Kind
    /// Object ids of mailboxes and of groups.
    package var members: Set<String>
    /// Whether address books leave it out.
    package var isHidden = false

    package init(
        objectID: String, name: String, address: String, kind: Kind = .mailEnabledSecurity,
        members: Set<String> = []
    ) {
        self.objectID = objectID.lowercased()
        self.name = name
        self.address = address
        self.kind = kind
        self.members = Set(members.map { $0.lowercased() })
    }

    /// The name part of the address.
    package var alias: String { String(address.prefix { $0 != "@" }) }

    /// The security identifier, made from the object id.
    package var sid: String { SecurityIdentifier.of(objectID) }

    /// The distinguished name in the organization `domain`.
    package func distinguishedName(domain: String) -> String {
        "CN=\(name),OU=\(domain),OU=Microsoft Exchange Hosted Organizations,DC=EURP250A001,DC=PROD,DC=OUTLOOK,DC=COM"
    }
}

/// Security identifiers that look like a domain's, one for each object.
enum SecurityIdentifier {
    static func of(_ objectID: String) -> String {
        let hash = objectID.utf8.reduce(UInt64(14_695_981_039_346_656_037)) {
            ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        return
            "S-1-5-21-2147483648-\(UInt32(truncatingIfNeeded: hash >> 40))-\(UInt32(truncatingIfNeeded: hash >> 8))-\(UInt32(truncatingIfNeeded: hash) % 90_000_000 + 1_000)"
    }
}
