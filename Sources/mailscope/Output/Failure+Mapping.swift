import CurlTransport
import LinuxHost
import MailscopeKit
import OpenSSLIdentity
import Verification
import YAMLDocument

/// What every part of the program may throw, in the words and the exit code for the person who runs it.
extension Failure {
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let findings as YAMLFindings: self.init(findings)
        case let error as IdentityError: self.init(.configuration, "\(error)", hints: [error.hint])
        case let error as EvidenceError: self.init(.inconclusive, "\(error)", hints: [error.hint])
        case let error as CollectError: self.init(error)
        case let error as TransportSetupError:
            self.init(.configuration, "\(error)", hints: ["check 'ca-file' in the configuration"])
        case let error as TokenError: self.init(error)
        case let error as GraphError: self.init(error)
        case let error as TransportError: self.init(error)
        case let error as ScopeError: self.init(error)
        case let error as LedgerError: self.init(error)
        case let error as VerificationError: self.init(error)
        case let error as SinkError: self.init(.failed, "\(error)", hints: Self.list(error.hint))
        case let error as SpoolError: self.init(.failed, "\(error)", hints: Self.list(error.hint))
        case let error as FileError: self.init(.failed, "\(error)", hints: Self.list(error.hint))
        case is CancellationError: self.init(.interrupted, "interrupted")
        default: self.init(.failed, "\(error)", hints: ["run it again with --log-level debug"])
        }
    }

    private init(_ findings: YAMLFindings) {
        self.init(
            .configuration,
            findings.findings.map { Complaint(message: "\($0)", hints: Self.list($0.hint)) })
    }

    /// A pass that failed. Graph says 400 to a property that it does not know, and only the configuration tells
    /// whether one was named.
    init(_ error: CollectError, asked configuration: Configuration) {
        self.init(error)
        guard case .mailbox(.rejected(let refusal)) = error, refusal.status == 400,
            !configuration.headers.isEmpty
        else { return }
        let names = configuration.headers.joined(separator: ", ")
        complaints[0].hints.insert(
            "check 'headers' in the configuration; Graph must know each property of a message there: \(names)",
            at: 0)
    }

    init(_ error: CollectError) {
        switch error {
        case .mailbox(let error): self.init(error)
        case .sink(let error): self.init(error as any Error)
        case .ledger(let error): self.init(error)
        case .spool(let error): self.init(error as any Error)
        case .circling:
            self.init(
                .failed, "\(error)", hints: ["try again; where it stays so, it is a fault of the service"])
        case .cancelled: self.init(.interrupted, "interrupted")
        }
    }

    init(_ error: TokenError) {
        switch error {
        case .refused(let refusal):
            let code = refusal.code.map { "AADSTS\($0)" } ?? refusal.error
            let trace = [
                refusal.correlationID.map { "correlation id \($0)" },
                refusal.traceID.map { "trace id \($0)" },
            ].compactMap(\.self).joined(separator: ", ")
            self.init(
                .identityRefused, "the tenant gave no token: \(refusal.meaning)",
                hints: [
                    refusal.remedy, "it said \(code): \(refusal.text)" + (trace.isEmpty ? "" : " (\(trace))"),
                ])
        case .unavailable(let detail, let retryAfter):
            self.init(
                .failed, "the token service is not available: \(detail)",
                hints: [
                    retryAfter.map { "try again in \($0.components.seconds) s" }
                        ?? "try again in some minutes"
                ])
        case .transport(let error):
            self.init(error)
            complaints[0].message = "no token: " + complaints[0].message
        case .notATokenResponse(let status, let detail):
            self.init(
                .failed, "what answered is no token service (status \(status)): \(detail)",
                hints: [
                    "a proxy or a sign-in page of the network may stand between: curl -v the address by hand",
                    "check 'cloud' (and 'authority') in the configuration",
                ])
        case .signing(let error):
            self.init(
                .configuration, "the key cannot sign: \(error)",
                hints: ["'mailscope config check' looks at the key and its certificate"])
        }
    }

    init(_ error: GraphError) {
        switch error {
        case .token(let error): self.init(error)
        case .denied(let refusal):
            self.init(.identityRefused, "the mailbox is closed to the app: \(refusal.meaning)", refusal)
        case .noMailbox(let refusal):
            self.init(.configuration, "the mailbox cannot be found: \(refusal.meaning)", refusal)
        case .gone(let refusal): self.init(.failed, "the message is gone: \(refusal.meaning)", refusal)
        case .rejected(let refusal) where refusal.status == 401:
            self.init(
                .identityRefused, "Microsoft Graph does not accept the app: \(refusal.meaning)", refusal)
        case .rejected(let refusal):
            self.init(.failed, "Microsoft Graph refused the request: \(refusal.meaning)", refusal)
        case .unavailable(let refusal, let tries):
            self.init(
                .failed, "Microsoft Graph is not available, tried \(tries) times: \(refusal.meaning)", refusal
            )
        case .transport(let error, let tries):
            self.init(error)
            if tries > 1 { complaints[0].message += ", tried \(tries) times" }
        case .scope(let error): self.init(error)
        case .malformed:
            self.init(
                .failed, "\(error)",
                hints: ["a proxy may stand between; check 'cloud' (and 'graph') in the configuration"])
        case .tooLarge: self.init(.failed, "\(error)", hints: ["write 'content: mime', which is streamed"])
        case .ledger(let error): self.init(error)
        case .cancelled: self.init(.interrupted, "interrupted")
        }
    }

    private init(_ exitCode: ExitCode, _ message: String, _ refusal: GraphRefusal) {
        self.init(exitCode, message, hints: [refusal.remedy, "it said \(refusal)"])
    }

    init(_ error: TransportError) {
        let hint =
            switch error {
            case .nameNotResolved(let host, _):
                "check the network and the name: getent hosts \(host)"
            case .notConnected(let host, _):
                "check network, firewall and $HTTPS_PROXY: curl -v https://\(host)/"
            case .notTrusted:
                "where a proxy opens TLS on purpose, put its authority's certificate in a file and set 'ca-file'"
            case .timedOut: "check the network; 'timeouts' in the configuration says how long is waited"
            case .broken: "try again; where it stays so, look for a proxy or firewall that cuts connections"
            case .proxy: "check $HTTPS_PROXY and $NO_PROXY"
            case .tooLarge: "write 'content: mime', which is streamed"
            case .invalidRequest: "check 'cloud', 'authority' and 'graph' in the configuration"
            case .cancelled: "run it again"
            }
        self.init(error == .cancelled ? .interrupted : .failed, "\(error)", hints: [hint])
    }

    init(_ error: ScopeError) {
        switch error {
        case .unusable:
            self.init(
                .configuration, "\(error)",
                hints: ["'mailscope config check' says which key of the file it is"])
        case .foreignLink:
            self.init(
                .failed, "\(error)",
                hints: ["nothing was sent there; a proxy may change answers, tell your administrator"])
        case .unusableValue:
            self.init(.failed, "\(error)", hints: ["run it again with --log-level debug"])
        }
    }

    init(_ error: LedgerError) {
        switch error {
        case .inUse(let path, _):
            self.init(
                .failed, "\(error)",
                hints: [
                    "stop it first, or give this one a 'state' of its own instead of \(path)",
                    "'mailscope status' and 'mailscope quarantine' work while it runs",
                ])
        case .corrupt(let path, _):
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            self.init(
                .failed, "\(error)",
                hints: [
                    "restore it from a backup; or move it away and start again: "
                        + "mkdir \(folder)/damaged && mv \(folder)/ledger.db* \(folder)/damaged/",
                    "a new ledger knows nothing: set 'start' to a time before the damage, or mail is left out; "
                        + "a Maildir then gets nothing twice, other sinks may",
                ])
        case .newer:
            self.init(.configuration, "\(error)", hints: ["install that mailscope again, or a newer one"])
        case .otherMailbox:
            self.init(
                .configuration, "\(error)",
                hints: ["a state directory serves one mailbox: set 'state' to a directory of its own"])
        case .older:
            self.init(
                .failed, "\(error)",
                hints: ["start the daemon once, or run 'mailscope fetch': it brings it up to date"])
        case .full(let path):
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            self.init(
                .failed, "\(error)",
                hints: [
                    "free space (or inodes) there: df -h \(folder); df -i \(folder)",
                    "nothing is lost, the next pass goes on from here",
                ])
        case .readOnly:
            self.init(
                .failed, "\(error)",
                hints: [
                    "mount it for writing, or set 'state' to another directory",
                    "under systemd, name the directory in ReadWritePaths=, or use StateDirectory=",
                ])
        case .locked(let path):
            self.init(
                .failed, "\(error)",
                hints: ["close the program that looks into it, a backup or sqlite3: fuser \(path)"])
        case .unusable(let path, _):
            self.init(
                .failed, "\(error)",
                hints: ["let this user write there, or set 'state' to another directory: ls -ld \(path)"])
        }
    }

    static func list(_ hint: String?) -> [String] { hint.map { [$0] } ?? [] }
}
