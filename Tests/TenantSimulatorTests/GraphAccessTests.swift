import FoundationEssentials
import Testing

@testable import TenantSimulator

/// Who may read what, and what the answers say. Sections are those of the sheet on Graph.
@Suite struct GraphAccessTests {
    var bench = GraphTestBench(messages: 20)

    @Test(arguments: [
        GraphTestBench.reader, "READER@contoso.test", "reader%40contoso%2Etest", "second@Contoso.test",
    ])
    func aMailboxHasManyNames(key: String) {
        #expect(bench.get("/v1.0/users/\(key)/messages").status == 200)
        #expect(bench.get("/v1.0/users('\(key)')/messages").status == 200)
    }

    @Test mutating func anUnknownMailboxIs404BeforeAccessIsLookedAt_7_4() {
        bench.permissions = []
        let answer = bench.get("/v1.0/users/nobody@contoso.test/messages")
        #expect(answer.status == 404 && answer.code == "ErrorInvalidUser")
        #expect(answer.message == "The requested user 'nobody@contoso.test' is invalid.")
        #expect(answer.json?["error"]?["innerError"] == nil)
        bench.api.change { $0.mailboxErrorsHaveInnerError = true }
        #expect(
            bench.get("/v1.0/users/nobody@contoso.test/messages").json?["error"]?["innerError"]?["date"]?
                .text?.count == 19)
    }

    @Test mutating func theTwoDenialsHaveTheirOwnWords_7_3() {
        bench.permissions = []
        for path in ["messages", "mailFolders", "mailFolders/inbox/messages", "messages/x/$value"] {
            bench.denial = .denied
            let denied = bench.get(GraphTestBench.path(path))
            #expect(denied.status == 403 && denied.code == "ErrorAccessDenied")
            #expect(denied.message == "Access is denied. Check credentials and try again.")
            bench.denial = .deniedByPolicy
            #expect(
                bench.get(GraphTestBench.path(path)).message
                    == "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings."
            )
        }
    }

    @Test mutating func readBasicSeesNoBodyNoAttachmentNoMIME_1_8() {
        bench.permissions = ["Mail.ReadBasic"]
        let answer = bench.get(GraphTestBench.path("messages"))
        #expect(answer.status == 200)
        #expect(
            answer.values.allSatisfy { $0["body"] == nil && $0["bodyPreview"] == nil && $0["subject"] != nil }
        )
        let id = bench.store.messageIDs(of: GraphTestBench.reader)[0]
        #expect(bench.get(GraphTestBench.path("messages/\(id)/$value")).status == 403)
        #expect(bench.get(GraphTestBench.path("messages/\(id)/attachments")).status == 403)
        #expect(bench.get(GraphTestBench.path("messages?$search=x")).status == 403)
        #expect(bench.get(GraphTestBench.path("messages?$select=id,body")).values[0]["body"] == nil)
        bench.api.change { $0.refusesBodyToBasic = true }
        #expect(bench.get(GraphTestBench.path("messages?$select=id,body")).status == 403)
        #expect(bench.get(GraphTestBench.path("messages")).status == 200)
    }

    @Test(arguments: [
        (SimulatedMailbox.State.noLicence, 404, "MailboxNotEnabledForRESTAPI"),
        (.softDeleted, 404, "MailboxNotEnabledForRESTAPI"), (.onPremises, 404, "MailboxNotEnabledForRESTAPI"),
        (.moving, 503, "ErrorMailboxMoveInProgress"),
    ])
    func mailboxesThatCannotBeReadSaySo_7_4(state: SimulatedMailbox.State, status: Int, code: String) {
        bench.directory.add(
            SimulatedMailbox(
                objectID: "33333333-3333-4333-8333-333333333333", userPrincipalName: "odd@contoso.test",
                state: state))
        let answer = bench.get("/v1.0/users/odd@contoso.test/messages")
        #expect(answer.status == status && answer.code == code)
    }

    @Test func staleMailboxesAnswerToTheirObjectIDOnly_7_5() {
        bench.api.change { $0.staleMailboxes = [GraphTestBench.reader] }
        #expect(bench.get(GraphTestBench.path("messages")).code == "MailboxInfoStale")
        #expect(bench.get("/v1.0/users/\(GraphTestBench.reader)/messages").status == 200)
    }

    @Test mutating func theDirectoryNeedsItsOwnRole_7_3() {
        let denied = bench.get("/v1.0/users/reader@contoso.test")
        #expect(denied.status == 403 && denied.code == "Authorization_RequestDenied")
        #expect(denied.json?["error"]?["innerError"] != nil)
        bench.roles = ["User.Read.All"]
        #expect(bench.get("/v1.0/users/second@contoso.test").json?["id"]?.text == GraphTestBench.reader)
        #expect(bench.get("/v1.0/users/nobody").code == "Request_ResourceNotFound")
        #expect(bench.get("/v1.0/users?$top=1").values.count == 1)
    }

    @Test mutating func otherResourcesNeedTheirOwnPermissions() {
        for path in ["calendar", "events", "contacts", "mailboxSettings"] {
            #expect(bench.get(GraphTestBench.path(path)).status == 403)
        }
        bench.permissions = ["Calendars.Read", "Contacts.Read", "MailboxSettings.Read"]
        for path in ["calendar", "events", "contacts", "mailboxSettings"] {
            #expect(bench.get(GraphTestBench.path(path)).status == 200)
        }
        #expect(bench.get(GraphTestBench.path("messages")).status == 403)
    }

    @Test func meAndWhatIsNotThereAreRefused_1_1() {
        #expect(
            bench.get("/v1.0/me/messages").message
                == "/me request is only valid with delegated authentication flow.")
        #expect(bench.get("/v1.0/groups").code == "RequestBroker--ParseUri")
        #expect(bench.get(GraphTestBench.path("drive")).status == 400)
        #expect(bench.get("/v2.0/users").status == 400)
        #expect(bench.send("POST", GraphTestBench.path("messages")).status == 405)
    }

    @Test func fiveInFlightAreOneTooMany_6_2() {
        let request = ServerRequest(method: "GET", target: GraphTestBench.path("messages?$select=id"))
        let calls = (0..<4).map { _ in bench.api.begin(request, caller: bench.caller) }
        let refused = bench.get(GraphTestBench.path("messages"))
        #expect(refused.status == 429 && refused.code == "ApplicationThrottled")
        #expect(refused.message == "Application is over its MailboxConcurrency limit.")
        #expect(refused.header("retry-after") == "1")
        #expect(refused.json?["error"]?["innerError"] == nil)
        #expect(bench.get("/v1.0/users/other@contoso.test/messages").status == 200)
        bench.api.end(calls[0])
        #expect(bench.get(GraphTestBench.path("messages")).status == 200)
        bench.api.change { $0.concurrencyLimit = 0 }
        for call in calls.dropFirst() { bench.api.end(call) }
    }

    @Test func moreThanTheLimitInTenMinutesWaitsForTheWindow_6_1() throws {
        bench.api.change { $0.requestLimit = 25 }
        for _ in 0..<25 {
            #expect(bench.get(GraphTestBench.path("messages?$select=id&$top=1")).status == 200)
        }
        let refused = bench.get(GraphTestBench.path("messages"))
        #expect(refused.status == 429)
        let wait = try #require(Int(refused.header("retry-after") ?? ""))
        #expect((1...600).contains(wait))
        bench.clock.advance(by: .seconds(wait))
        #expect(bench.get(GraphTestBench.path("messages")).status == 200)
    }

    @Test mutating func aWriterMayMarkMoveAndDelete() throws {
        let id = bench.store.messageIDs(of: GraphTestBench.reader, in: "inbox")[0]
        #expect(
            bench.send("PATCH", GraphTestBench.path("messages/\(id)"), body: #"{"isRead":true}"#).status
                == 403)
        bench.permissions = ["Mail.ReadWrite"]
        #expect(
            bench.send("PATCH", GraphTestBench.path("messages/\(id)"), body: #"{"isRead":true}"#).json?[
                "isRead"]
                == .bool(true))
        let moved = bench.send(
            "POST", GraphTestBench.path("messages/\(id)/move"), body: #"{"destinationId":"archive"}"#)
        #expect(moved.status == 201)
        #expect(bench.store.messageIDs(of: GraphTestBench.reader, in: "archive").contains(id))
        #expect(bench.send("DELETE", GraphTestBench.path("messages/\(id)")).status == 204)
        #expect(bench.get(GraphTestBench.path("messages/\(id)")).status == 404)
    }
}
