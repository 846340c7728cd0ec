/// Links that a poisoned or broken answer could hold, for a scope of intake@contoso.com at graph.microsoft.com.
enum HostileLinks {
    static let good = "https://graph.microsoft.com/v1.0/users/intake@contoso.com/messages?$skip=10"
    private static let host = "https://graph.microsoft.com"
    private static let users = host + "/v1.0/users/"
    private static let path = "/v1.0/users/intake@contoso.com/messages?$skip=10"

    static let links: [String] =
        origins + others + encodings
        + [
            "", "https://", "https:/graph.microsoft.com" + path, path, "//graph.microsoft.com" + path,
            "?$skip=10", "graph.microsoft.com" + path,
            good + "#x", host + "/v1.0/users/intake@contoso.com/messages#?$skip=10",
            good + String(repeating: "a", count: 100_000),
            users + String(repeating: "a/", count: 50_000),
            good + " ", " " + good, good + "\n", good + "\r\nX-Header: 1", good + "\u{0}", "\u{FEFF}" + good,
            good + "&x=\u{e4}", good + "&x=%", good + "&x=%2", good + "&x=%zz", good + "&x=\"",
            good + "&x=<y>",
            good + "&x=\\", good + "&x=`", good + "&x={y}", good + "&x=[y]",
        ]

    private static let origins = [
        "http://graph.microsoft.com" + path, "ftp://graph.microsoft.com" + path, "file:///v1.0/users",
        "javascript:alert(1)", "https:\\\\graph.microsoft.com" + path, "https:///graph.microsoft.com" + path,
        "https://evil.test" + path, "https://graph.microsoft.com.evil.test" + path,
        "https://evilgraph.microsoft.com" + path, "https://microsoft.com" + path,
        "https://graph.microsoft.com." + path, "https://.graph.microsoft.com" + path,
        "https://graph.microsoft.us" + path, "https://graph%2Emicrosoft.com" + path,
        "https://gr\u{430}ph.microsoft.com" + path, "https://xn--grph-53d.microsoft.com" + path,
        "https://graph.microsoft.com:444" + path, "https://graph.microsoft.com:80" + path,
        "https://graph.microsoft.com:" + path, "https://graph.microsoft.com:0443" + path,
        "https://graph.microsoft.com:443:443" + path, "https://graph.microsoft.com:+443" + path,
        "https://graph.microsoft.com:4294967739" + path, "https://graph.microsoft.com:443x" + path,
        "https://intake@graph.microsoft.com" + path, "https://a:b@graph.microsoft.com" + path,
        "https://graph.microsoft.com@evil.test" + path, "https://graph.microsoft.com:443@evil.test" + path,
        "https://evil.test\\@graph.microsoft.com" + path, "https://evil.test#@graph.microsoft.com" + path,
        "https://evil.test?@graph.microsoft.com" + path, "https://@graph.microsoft.com" + path,
        "https://graph.microsoft.com\t" + path, "https://graph.microsoft.com%00" + path,
        "https://graph.microsoft.com%2Fx" + path, "https://[::1]" + path, "https://127.0.0.1" + path,
        "https://graph.microsoft.com\u{3002}evil.test" + path,
    ]

    private static let others = [
        users + "ceo@contoso.com/messages", users + "intake@contoso.com.evil.test/messages",
        users + "intake@contoso.co/messages", users + "intake2@contoso.com/messages",
        users + "6e7b768e-07e2-4810-8459-485f84f8f204/messages", users + "intake/messages",
        users + "('ceo@contoso.com')/messages", host + "/v1.0/users('ceo@contoso.com')/messages",
        host + "/v1.0/users('intake@contoso.com')('ceo@contoso.com')/messages",
        host + "/v1.0/users('intake@contoso.com''/messages",
        host + "/v1.0/users(intake@contoso.com)/messages",
        host + "/v1.0/users(\"intake@contoso.com\")/messages", host + "/v1.0/users('')/messages",
        host + "/v1.0/users()/messages", host + "/v1.0/users('intake@contoso.com')x/messages",
        host + "/v1.0/users/messages?$filter=id%20eq%20'intake@contoso.com'",
        host + "/beta/users/intake@contoso.com/messages", host + "/v1.0//users/intake@contoso.com/messages",
        host + "/v2.0/users/intake@contoso.com/messages", host + "/V1.0.0/users/intake@contoso.com/messages",
        host + "/users/intake@contoso.com/messages", host + "/v1.0/me/messages", host + "/v1.0/$batch",
        host + "/v1.0/groups/intake@contoso.com/messages", host + "/v1.0/users", host + "/v1.0", host,
        host + "/",
        users + "intake@contoso.com", users + "intake@contoso.com/", users + "intake@contoso.com/messages/",
        users + "intake@contoso.com//messages", users + "intake@contoso.com/contacts",
        users + "intake@contoso.com/events", users + "intake@contoso.com/drive/root",
        users + "intake@contoso.com/mailFolders", users + "intake@contoso.com/mailFolders/inbox/messages",
        users + "intake@contoso.com/messages/A/move", users + "intake@contoso.com/messages/A/$value/x",
        users + "intake@contoso.com/messages/A/attachments/B/x", users + "intake@contoso.com/messages/$count",
        users + "intake@contoso.com/messages/A/attachments/B/$value/x",
        users + "intake@contoso.com/messagesx",
        users + "intake@contoso.com/messages;x=1", users + "intake@contoso.com;x/messages",
        users + "intake@contoso.com/messages/A/extensions",
        users + "intake@contoso.com,ceo@contoso.com/messages",
    ]

    private static let encodings = [
        users + "intake@contoso.com/../ceo@contoso.com/messages",
        users + "intake@contoso.com/messages/../../ceo@contoso.com/messages",
        users + "intake@contoso.com/messages/..", users + "intake@contoso.com/messages/.",
        users + "./intake@contoso.com/messages", users + "intake@contoso.com/%2e%2e/ceo@contoso.com/messages",
        users + "intake@contoso.com/.%2E/ceo@contoso.com/messages",
        users + "intake@contoso.com/messages/%2e%2e%2f%2e%2e%2fceo@contoso.com%2fmessages",
        users + "intake@contoso.com%2Fmessages", users + "intake@contoso.com/messages%2FA",
        users + "intake@contoso.com/messages/A%2F..%2F..%2F..%2Fceo@contoso.com%2Fmessages",
        users + "intake@contoso.com/messages/A%252F..%252Fceo", users + "intake%2540contoso.com/messages",
        users + "intake@contoso.com/messages/%25%32%65", users + "intake@contoso.com/messages/A%5C..%5Cceo",
        users + "intake@contoso.com\\..\\ceo@contoso.com/messages",
        users + "intake@contoso.com/messages/A%00",
        users + "intake@contoso.com%00/messages", users + "intake@contoso.com%0d%0a/messages",
        users + "intake@contoso.com/messages/A%3F$expand=x", users + "intake@contoso.com/messages/A%23x",
        users + "intake@contoso.com/messages/%C0%AE%C0%AE/x", users + "intake@contoso.com/messages/%c3%a4",
        users + "intake@contoso.com/messages/%", users + "intake@contoso.com/messages/%4",
        users + "intake@contoso.com/messages/%u002e%u002e", users + "intake@contoso.com/messages/A%20B",
        users + "int\u{430}ke@contoso.com/messages", users + "intake\u{FF20}contoso.com/messages",
        users + "intake@contoso.com/messages('..')", users + "intake@contoso.com/messages('%2e%2e')",
        users + "intake@contoso.com/messages/$value", users + "intake@contoso.com/messages('A')('B')",
        users + "intake@contoso.com/messages('A'", users + "intake@contoso.com/messagesA')",
    ]

    private static let ours = users + "intake@contoso.com/"

    static let linksOutOfTheFolder = [
        ours + "messages", ours + "messages?$skip=10", ours + "messages/delta?$skiptoken=x",
        ours + "mailFolders/sentitems/messages", ours + "mailFolders('deleteditems')/messages?$skip=10",
        ours + "mailFolders/inbox", ours + "mailFolders/inbox/childFolders", ours + "mailFolders/messages",
        ours + "mailFolders/inbox/childFolders/x/messages", ours + "mailFolders/inbox/../sentitems/messages",
        ours + "mailFolders/inbox/move", ours + "mailFolders/delta", ours + "mailFolders",
        users + "ceo@contoso.com/mailFolders/inbox/messages",
    ]
}
