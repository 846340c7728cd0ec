import FoundationEssentials
import OpenSSLIdentity
import Testing
import Verification

@testable import mailscope

@Suite struct VerificationPageTests {
    @Test func saysTheVerdictFirst() throws {
        for (verdict, word) in [
            (Verdict.confined, "✓</span> Confined"), (.breach, "✗</span> Breach"),
            (.inconclusive, "?</span> Inconclusive"),
        ] {
            var report = try SampleReport.read()
            report.verdict = verdict
            let page = VerificationPage(report).html
            let place = try #require(page.ranges(of: word).first)
            let matrix = try #require(page.ranges(of: "id=\"matrix\"").first)
            #expect(place.lowerBound < matrix.lowerBound)
            #expect(page.contains("<title>\(VerdictText(verdict).word): verify-scope"))
        }
    }

    @Test func needsNothingFromOutsideAndRunsNothing() throws {
        let page = VerificationPage(try SampleReport.read()).html.lowercased()
        for word in [
            "<script", "<link", "<img", "<iframe", "<object", "src=", "href=", "url(", "@import", "onload",
            "javascript:",
        ] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("default-src 'none'"))
    }

    @Test func escapesWhateverComesFromOutside() throws {
        let evil = "\"><script>alert('1')</script>&\u{202E}\u{0}"
        var report = try SampleReport.read()
        var mailbox = report.mailboxes[0]
        mailbox.label = evil
        mailbox.objectID = evil
        mailbox.recipientType = evil
        mailbox.probes = mailbox.probes.map { probe in
            var probe = probe
            probe.name = ProbeName(text: evil, kind: .otherAddress)
            (probe.detail, probe.code, probe.requestID, probe.clientRequestID) = (evil, evil, evil, evil)
            probe.answer = .inconclusive
            probe.doubt = .otherRefusal
            return probe
        }
        var readable = mailbox
        readable.probes = mailbox.probes.map { probe in
            var probe = probe
            probe.answer = .readable
            return probe
        }
        report.mailboxes = [readable, mailbox]
        report.tool = evil
        report.summary = evil
        report.toConclude = [evil]
        report.notTested = [evil]
        report.redaction = evil
        report.subject.tenant = evil
        report.subject.clientID = evil
        report.subject.graph = evil
        report.subject.open = [evil]
        report.plan.sources = [evil]
        report.plan.digest = evil
        report.plan.names = [evil: 1]
        for index in report.tokens.indices {
            report.tokens[index].audience = evil
            report.tokens[index].app = evil
            report.tokens[index].appName = evil
            report.tokens[index].servicePrincipal = evil
            report.tokens[index].tenant = evil
            report.tokens[index].roles = ["Mail." + evil]
        }
        for index in report.roles.indices {
            report.roles[index].resource = evil
            report.roles[index].role = evil
            report.roles[index].opens = evil
            report.roles[index].mend = evil
        }
        for index in report.controls.indices {
            report.controls[index].mailbox = evil
            report.controls[index].code = evil
            report.controls[index].detail = evil
            report.controls[index].requestID = evil
            report.controls[index].clientRequestID = evil
        }
        let page = VerificationPage(report).html
        #expect(!page.contains("<script"))
        #expect(!page.contains("\u{202E}") && !page.contains("\u{0}"))
        #expect(page.contains("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;"))
        // Within the query's quotes there is nothing that could end them.
        #expect(page.contains("AppId == &quot;scriptalert1script&quot;"))
    }

    @Test func showsBreachesAndDoubtsInFullAndCountsTheDenied() throws {
        let sample = try SampleReport.read()
        func many(_ count: Int, _ index: Int, _ state: MailboxFinding.State, _ name: String)
            -> [MailboxFinding]
        {
            (0..<count).map { number in
                var mailbox = sample.mailboxes[index]
                (mailbox.label, mailbox.state) = ("\(name)\(number)@contoso.test", state)
                return mailbox
            }
        }
        let report = try SampleReport.with(
            many(700, 1, .breach, "b") + many(900, 3, .inconclusive, "i") + many(1_000, 4, .closed, "c"),
            closed: 98_400)
        let page = VerificationPage(report).html
        for number in [0, 699] {
            #expect(page.contains("<span class=\"name\">b\(number)@contoso.test</span>"))
        }
        for number in [0, 899] {
            #expect(page.contains("<span class=\"name\">i\(number)@contoso.test</span>"))
        }
        #expect(page.contains("<span class=\"name\">c49@contoso.test</span>"))
        #expect(!page.contains("c50@contoso.test"))
        #expect(
            page.contains(
                "and 98,350 more mailboxes denied by every name and door, counted and not listed here"))
        #expect(page.utf8.count < 24_000_000)
    }

    @Test func saysWhatTheReportItselfHasLeftOut() throws {
        var report = try SampleReport.read()
        report.mailboxCounts.breach = 3_002
        report.unlistedMailboxes.breach = 3_000
        #expect(
            VerificationPage(report).html.contains(
                "and 3,000 more mailboxes readable: the report lists 1,000 of a kind"))
    }

    @Test func holdsTheDrawingWhereThereIsOne() throws {
        let report = try SampleReport.read()
        #expect(VerificationPage(report).html.contains("No evidence was given to draw"))
        let page = VerificationPage(report, drawing: "<svg><title>ways</title></svg>").html
        #expect(page.contains("<svg><title>ways</title></svg>"))
        #expect(!page.contains("No evidence was given to draw"))
    }

    @Test func saysWhatMendsABreachByWhatTheTokenHas() throws {
        var report = try SampleReport.read()
        #expect(VerificationPage(report).html.contains("the token has Mail.Read by a grant in Entra"))
        report.tokens[0].roles = nil
        #expect(
            VerificationPage(report).html.contains(
                "a role assignment in Exchange (RBAC for Applications) opens it"))
        report.tokens[0].isReadable = false
        #expect(VerificationPage(report).html.contains("the token cannot be looked into"))
    }
}
