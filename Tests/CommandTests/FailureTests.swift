import LinuxHost
import OpenSSLIdentity
import Testing
import YAMLDocument

@testable import MailscopeKit
@testable import mailscope

/// Every error of every part has words, a mend, and the exit code that scripts rely on.
@Suite struct FailureTests {
    static let refusal = GraphRefusal(
        HTTPResponseHead(status: 403, headers: ["request-id": "r-1"]),
        body: Array(#"{"error":{"code":"ErrorAccessDenied","message":"Access is denied."}}"#.utf8))
    static let entra = EntraRefusal(
        error: "invalid_client", code: 700_027, text: "The certificate is unknown.", correlationID: "c-1",
        traceID: nil, meaning: "the app has no certificate with this thumbprint",
        remedy: "upload the certificate to the app registration")

    static let table: [(any Error, ExitCode)] = [
        (
            YAMLFindings([YAMLFinding(file: "x", position: nil, key: "", reason: "r", hint: "h")]),
            .configuration
        ),
        (IdentityError.exposed(path: "/k", mode: 0o644), .configuration),
        (TokenError.refused(entra), .identityRefused),
        (TokenError.unavailable(detail: "503", retryAfter: .seconds(9)), .failed),
        (TokenError.transport(.nameNotResolved(host: "h", detail: "d")), .failed),
        (TokenError.notATokenResponse(status: 200, detail: "html"), .failed),
        (TokenError.signing(SigningError("no")), .configuration),
        (GraphError.denied(refusal), .identityRefused),
        (GraphError.noMailbox(refusal), .configuration),
        (GraphError.gone(refusal), .failed),
        (GraphError.rejected(refusal), .failed),
        (GraphError.unavailable(refusal, tries: 8), .failed),
        (GraphError.transport(.broken(host: "h", detail: "d"), tries: 3), .failed),
        (GraphError.scope(.foreignLink(reason: "r", link: "l")), .failed),
        (GraphError.malformed(detail: "d"), .failed),
        (GraphError.tooLarge(limit: 8), .failed),
        (GraphError.token(.refused(entra)), .identityRefused),
        (CollectError.mailbox(.denied(refusal)), .identityRefused),
        (CollectError.sink(SinkError(sink: "maildir", reason: "disk full", hint: "free space")), .failed),
        (CollectError.circling(detail: "d"), .failed),
        (LedgerError.inUse(path: "/s", holder: "mailscope, process 7"), .failed),
        (LedgerError.corrupt(path: "/s/ledger.db", detail: "d"), .failed),
        (LedgerError.newer(path: "/s/ledger.db", version: 9), .configuration),
        (LedgerError.otherMailbox(path: "/s/ledger.db", mailbox: "b@contoso.test"), .configuration),
        (LedgerError.unusable(path: "/s/ledger.db", detail: "Permission denied"), .failed),
        (SpoolError(reason: "cannot write", hint: "free space"), .failed),
        (TransportError.notTrusted(host: "h", reason: "r", detail: "d"), .failed),
        (FileError(action: "write", path: "/x", code: .noSpace), .failed),
    ]

    @Test(arguments: table.indices)
    func hasWordsAMendAndACode(index: Int) {
        let (error, code) = Self.table[index]
        let failure = Failure(error)
        #expect(failure.exitCode == code)
        #expect(!failure.complaints.isEmpty)
        for complaint in failure.complaints {
            #expect(!complaint.message.isEmpty && !complaint.message.hasSuffix("."))
            #expect(!complaint.hints.isEmpty && complaint.hints.allSatisfy { !$0.isEmpty })
        }
    }

    @Test func namesTheKeysToCheckWhereTheTokenIsNotTaken() {
        let refusal = GraphRefusal(
            HTTPResponseHead(status: 401, headers: [:]),
            body: Array(
                #"{"error":{"code":"InvalidAuthenticationToken","message":"Invalid audience."}}"#.utf8))
        let failure = Failure(GraphError.rejected(refusal))
        #expect(failure.exitCode == .identityRefused)
        for key in ["'cloud'", "'authority'", "'graph'"] {
            #expect(failure.complaints[0].hints[0].contains(key))
        }
    }

    @Test func tellsOfAnInterruptionAsOne() {
        #expect(Failure(CancellationError()).exitCode == .interrupted)
        #expect(Failure(CollectError.cancelled).exitCode == .interrupted)
        #expect(Failure(GraphError.cancelled).exitCode == .interrupted)
        #expect(Failure(TransportError.cancelled).exitCode == .interrupted)
    }

    @Test func givesTheDirectorysOwnWordsAndIds() {
        #expect(
            Failure(TokenError.refused(Self.entra)).complaints == [
                Failure.Complaint(
                    message: "the tenant gave no token: the app has no certificate with this thumbprint",
                    hints: [
                        "upload the certificate to the app registration",
                        "it said AADSTS700027: The certificate is unknown. (correlation id c-1)",
                    ])
            ])
    }
}
