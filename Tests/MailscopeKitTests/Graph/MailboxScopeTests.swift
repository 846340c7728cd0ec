import MailscopeKit
import Testing

@Suite struct MailboxScopeTests {
    static let objectID = "6e7b768e-07e2-4810-8459-485f84f8f204"
    static let folderID =
        "AAMkAGVmMDEzMTM4LTZmYWUtNDdkNC1hMDZiLTU1OGY5OTZhYmY4OAAuAAAAAAAiQ8W967B7TKBjgx9rVEURAQ"

    let scope: MailboxScope
    let inbox: MailboxScope

    init() throws {
        scope = try MailboxScope(root: "https://graph.microsoft.com", mailbox: "intake@contoso.com")
        inbox = try MailboxScope(
            root: "https://graph.microsoft.com", mailbox: "intake@contoso.com", folder: "inbox")
    }

    // MARK: What is asked

    @Test func asksForTheMailboxOnly() throws {
        #expect(
            try scope.messages(
                MessageQuery(from: "2026-11-22T09:30:00Z", select: ["id", "subject"], top: 50)
            ).url
                == "https://graph.microsoft.com/v1.0/users/intake@contoso.com/messages"
                + "?$filter=receivedDateTime%20ge%202026-11-22T09:30:00Z"
                + "&$orderby=receivedDateTime%20asc&$select=id,subject&$top=50")
        #expect(
            try scope.message(MessageID("AAMk-_="), select: nil).url
                == "https://graph.microsoft.com/v1.0/users/intake@contoso.com/messages/AAMk-_=")
        #expect(
            try inbox.mime(MessageID("AAMk")).url
                == "https://graph.microsoft.com/v1.0/users/intake@contoso.com/messages/AAMk/$value")
        #expect(
            try inbox.messages(MessageQuery(top: 5, isOrdered: false)).url
                == "https://graph.microsoft.com/v1.0/users/intake@contoso.com/mailFolders/inbox/messages?$top=5"
        )
        #expect(
            try scope.attachments(of: MessageID("AAMk")).url
                == "https://graph.microsoft.com/v1.0/users/intake@contoso.com/messages/AAMk/attachments"
                + "?$select=id,name,contentType,size,isInline")
    }

    @Test func filtersByTimeFirstEvenWithoutALowerBound() throws {
        let url = try scope.messages(MessageQuery(until: "2026-11-22T09:30:00Z", top: 1_000)).url
        #expect(
            url.hasSuffix(
                "?$filter=receivedDateTime%20ge%201900-01-01T00:00:00Z%20and%20receivedDateTime%20le%20"
                    + "2026-11-22T09:30:00Z&$orderby=receivedDateTime%20asc&$top=1000"))
    }

    @Test func namesTheMailboxByObjectIDWhereItIsKnown() throws {
        let both = try MailboxScope(
            root: "https://localhost:8443/", mailbox: "intake@contoso.com", objectID: Self.objectID)
        #expect(
            try both.mime(MessageID("x")).url
                == "https://localhost:8443/v1.0/users/\(Self.objectID)/messages/x/$value")
    }

    @Test func putsExchangeIDsIntoOneSegment() throws {
        let url = try scope.mime(MessageID("AA/b+c=(';@~")).url
        #expect(url.hasSuffix("/messages/AA-b_c=%28%27%3B%40~/$value"))
    }

    @Test(arguments: [
        "", ".", "..", "...", "a?b", "a#b", "a%2fb", "a\\b", "a b", "a\u{7F}", "ä", "$value", "a\nb",
        "A/../B", ",2026-11..2T0:00Z",
        String(repeating: "A", count: 1_025),
    ])
    func refusesIDsThatMeanMoreThanAnID(id: String) {
        #expect(throws: ScopeError.self) { try scope.message(MessageID(id), select: nil) }
        #expect(throws: ScopeError.self) { try scope.mime(MessageID(id)) }
        #expect(throws: ScopeError.self) { try scope.attachments(of: MessageID(id)) }
    }

    @Test(arguments: [
        MessageQuery(from: "2026-11-22"), MessageQuery(from: "2026-11-22T09:30:00+01"),
        MessageQuery(from: "2026-11-22T09:30:00Z or true"), MessageQuery(until: ""),
        MessageQuery(until: "2026-11-22T09:30:00z"), MessageQuery(top: 0), MessageQuery(top: 1_001),
        MessageQuery(select: []), MessageQuery(select: ["a&b"]), MessageQuery(select: ["id,subject"]),
        MessageQuery(select: ["ä"]),
    ])
    func refusesQueriesThatAreNone(query: MessageQuery) {
        #expect(throws: ScopeError.self) { try scope.messages(query) }
    }

    @Test(arguments: [
        "http://graph.microsoft.com", "https://graph.microsoft.com/v1.0", "https://user@graph.microsoft.com",
        "https://graph.microsoft.com?x=1", "https://graph.microsoft.com#x", "https://", "graph.microsoft.com",
        "",
        "https://graph.microsoft.com:0", "https://graph.microsoft.com.", "https://grÄph.test", "https://a..b",
        "https://graph.microsoft.com//",
    ])
    func refusesRootsThatAreNoOrigin(root: String) {
        #expect(throws: ScopeError.self) { try MailboxScope(root: root, mailbox: "intake@contoso.com") }
    }

    @Test(arguments: [
        "", "intake", "@contoso.com", "intake@", "a@b@c", "a/b@c.de", "a%40b", "a b@c.de", "a..b@c.de",
        "ä@c.de",
        "me", "a\\b@c.de", ".a@c.de", "a@c.de.", "6e7b768e-07e2-4810-8459-485f84f8f20", "users('a')@c.de",
    ])
    func refusesMailboxesThatAreNeitherAddressNorObjectID(mailbox: String) {
        #expect(throws: ScopeError.self) { try MailboxScope(root: "https://graph.test", mailbox: mailbox) }
    }

    // MARK: Links of the service

    static let base = "https://graph.microsoft.com/v1.0/users/intake@contoso.com/messages"

    @Test(arguments: [
        (base + "?$skip=10", base + "?$skip=10"),
        (base + "?%24skip=10", base + "?%24skip=10"),
        (base + "?$top=5&$skiptoken=AQ.b-_%2B", base + "?$top=5&$skiptoken=AQ.b-_%2B"),
        (base, base),
        (base + "?", base + "?"),
        ("HTTPS://GRAPH.Microsoft.Com/v1.0/users/intake@contoso.com/messages?$skip=1", base + "?$skip=1"),
        ("https://graph.microsoft.com:443/v1.0/users/intake@contoso.com/messages?$skip=1", base + "?$skip=1"),
        ("https://graph.microsoft.com/v1.0/users/intake%40contoso.com/messages?$skip=1", base + "?$skip=1"),
        (
            "https://graph.microsoft.com/v1.0/users('intake%40contoso.com')/messages?$skip=1",
            base + "?$skip=1"
        ),
        ("https://graph.microsoft.com/v1.0/users('intake@contoso.com')/messages?$skip=1", base + "?$skip=1"),
        (
            "https://graph.microsoft.com/v1.0/users(%27intake@contoso.com%27)/messages?$skip=1",
            base + "?$skip=1"
        ),
        ("https://graph.microsoft.com/v1.0/Users/INTAKE@Contoso.com/Messages?$skip=1", base + "?$skip=1"),
        ("https://graph.microsoft.com/v1.0/%75sers/intake@contoso.com/messages?$skip=1", base + "?$skip=1"),
        (base + "/delta?$skiptoken=a.b", base + "/delta?$skiptoken=a.b"),
        (base + "/AAMk=/attachments?$skip=10", base + "/AAMk=/attachments?$skip=10"),
        (base + "('AAMk%3D')/attachments", base + "/AAMk=/attachments"),
        (base + "/AAMk", base + "/AAMk"),
        (base + "/AAMk/$value", base + "/AAMk/$value"),
        (base + "/AAMk/attachments/BB/$value", base + "/AAMk/attachments/BB/$value"),
    ])
    func admitsWhatTheServiceWrites(link: String, url: String) throws {
        #expect(try scope.admit(link).url == url)
    }

    static let inFolder =
        "https://graph.microsoft.com/v1.0/users/intake@contoso.com/mailFolders/inbox/messages"

    @Test(arguments: [
        (inFolder + "?$skip=10", inFolder + "?$skip=10"),
        (
            "https://graph.microsoft.com/v1.0/users/intake@contoso.com/mailFolders('inbox')/messages?$skip=2",
            inFolder + "?$skip=2"
        ),
        (
            "https://graph.microsoft.com/v1.0/users/intake@contoso.com/mailFolders/Inbox/messages?$skip=2",
            inFolder + "?$skip=2"
        ),
        (
            "https://graph.microsoft.com/v1.0/users/intake@contoso.com/mailfolders('\(folderID)')/messages/delta?$deltatoken=x",
            inFolder + "/delta?$deltatoken=x"
        ),
        (inFolder + "/delta()?$skiptoken=x", inFolder + "/delta?$skiptoken=x"),
        (inFolder + "/microsoft.graph.delta?$skiptoken=x", inFolder + "/delta?$skiptoken=x"),
        (base + "/AAMk/attachments?$skip=10", base + "/AAMk/attachments?$skip=10"),
    ])
    func admitsLinksIntoTheChosenFolder(link: String, url: String) throws {
        #expect(try inbox.admit(link).url == url)
    }

    @Test func knowsAFolderChosenByItsID() throws {
        let scope = try MailboxScope(
            root: "https://graph.microsoft.com", mailbox: "intake@contoso.com", folder: Self.folderID)
        let path = "https://graph.microsoft.com/v1.0/users/intake@contoso.com/mailFolders/"
        #expect(try scope.admit(path + Self.folderID + "/messages").url == path + Self.folderID + "/messages")
        #expect(throws: ScopeError.self) { try scope.admit(path + "inbox/messages") }
        #expect(throws: ScopeError.self) { try scope.admit(path + Self.folderID.lowercased() + "/messages") }
    }

    @Test func knowsTheMailboxByItsObjectIDOnlyWhereTheOwnerNamedIt() throws {
        let link = "https://graph.microsoft.com/v1.0/users/\(Self.objectID.uppercased())/messages?$skip=10"
        #expect(throws: ScopeError.self) { try scope.admit(link) }
        let both = try MailboxScope(
            root: "https://graph.microsoft.com", mailbox: "intake@contoso.com", objectID: Self.objectID)
        let url = "https://graph.microsoft.com/v1.0/users/\(Self.objectID)/messages?$skip=10"
        #expect(try both.admit(link).url == url)
        #expect(try both.admit(Self.base + "?$skip=10").url == url)
    }

    @Test func understandsADoubledQuoteInAnAddress() throws {
        let scope = try MailboxScope(root: "https://graph.microsoft.com", mailbox: "o'brien@contoso.com")
        for key in [
            "users('o''brien@contoso.com')", "users('o%27%27brien%40contoso.com')",
            "users/o'brien@contoso.com",
        ] {
            #expect(
                try scope.admit("https://graph.microsoft.com/v1.0/\(key)/messages").url
                    == "https://graph.microsoft.com/v1.0/users/o%27brien@contoso.com/messages")
        }
        #expect(throws: ScopeError.self) {
            try scope.admit("https://graph.microsoft.com/v1.0/users('o'brien@contoso.com')/messages")
        }
    }

    @Test(arguments: HostileLinks.links)
    func refusesHostileLinks(link: String) {
        #expect(throws: ScopeError.self) { try scope.admit(link) }
    }

    @Test(arguments: HostileLinks.linksOutOfTheFolder)
    func refusesLinksOutOfTheChosenFolder(link: String) {
        #expect(throws: ScopeError.self) { try inbox.admit(link) }
    }

    @Test func admitsNothingInTheTableByAccident() {
        // The table proves little if it refuses for the wrong reason: its good neighbour must pass.
        #expect(HostileLinks.links.count >= 60)
        #expect(throws: Never.self) { try scope.admit(HostileLinks.good) }
    }

    @Test func saysWhyWithoutWhatATerminalWouldObey() {
        let error = #expect(throws: ScopeError.self) {
            try scope.admit("https://evil.test/\u{1B}[31m?$skiptoken=private")
        }
        #expect(error?.description.contains("\u{1B}") == false)
        #expect(error?.description.contains("private") == false)
    }

    @Test func staysInsideForEveryMutationOfAGoodLink() throws {
        var random = SeededGenerator(seed: 7)
        let alphabet = Array("/%2e2f.@:?#\\'()\"[]%00usermilfoldvaAQ&=;,~\t\n \u{e4}".utf8)
        for _ in 0..<20_000 {
            var bytes = Array(HostileLinks.good.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[at] = alphabet.randomElement(using: &random)!
                case 1: bytes.insert(alphabet.randomElement(using: &random)!, at: at)
                default: bytes.remove(at: at)
                }
            }
            guard let admitted = try? scope.admit(String(decoding: bytes, as: UTF8.self)) else { continue }
            let path = admitted.url.prefix { $0 != "?" }
            #expect(path.hasPrefix(Self.base))
            #expect(path == Self.base || path.dropFirst(Self.base.count).hasPrefix("/"))
            #expect(!path.contains("..") && !path.contains("%2F") && !path.contains("#"))
        }
    }
}
