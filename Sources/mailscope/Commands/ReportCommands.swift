import CommandTree
import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity
import Verification

/// `mailscope report …`: what `verify-scope` has written.
enum ReportCommands {
    static let command = Command(
        "report", "checks the signature of a report of verify-scope, or shows it as a page",
        children: [verify, page])

    private static let file = Operand("FILE", takes: .file, help: "the JSON report")
    private static let certificate: Option<String> = .text(
        "certificate", "FILE", takes: .file,
        help:
            "the app's certificate (PEM or DER), from where you trust it: the app registration, not the sender"
    )
    private static let signature: Option<String?> = .text(
        "signature", "FILE", takes: .file, help: "the signature; else FILE.jws")

    private static let verify = Command(
        "verify", "checks that a report is as the app's key has signed it",
        discussion: """
            The signature is a detached JWS (RFC 7515, PS256). It says who has written the report and that no byte of it has \
            changed since; whether to believe the owner of the key is for the reader to decide. Needs neither \
            configuration nor network.
            """,
        options: [certificate, signature, Options.json], operands: [file],
        examples: [
            Example(
                "mailscope report verify report.json --certificate app.pem",
                "checks it against report.json.jws")
        ],
        exitCodes: ExitCode.meanings(.configuration, .answeredNo, done: "the signature fits")
    ) { arguments in
        OpenSSLRuntime.start()
        let path = arguments.operands[0]
        let signaturePath = arguments[signature] ?? path + ".jws"
        let bytes = try FileBytes.read(path, missing: "'verify-scope --report FILE' writes it")
        let text = String(
            decoding: try FileBytes.read(
                signaturePath, missing: "--signature names it where it is elsewhere"),
            as: UTF8.self)
        let certificate = try Certificate(
            FileBytes.read(arguments[certificate], missing: "give the app's certificate"),
            path: arguments[certificate])
        guard let signature = DetachedSignature(text) else {
            throw Failure(
                .configuration, "\(signaturePath) holds no detached signature",
                hints: ["give the .jws file that was written beside the report"])
        }
        let check = SignatureCheck(
            report: bytes, misfit: signature.misfit(of: bytes, certificate), by: certificate.facts)
        if arguments[Options.json] {
            try Console().answer(json: check)
        } else {
            try Console().answer(check.text)
        }
        for warning in check.warnings { Console().note("warning: " + warning) }
        return check.fits ? ExitCode.done.rawValue : ExitCode.answeredNo.rawValue
    }

    private static let output = Option<String>(
        "html", "FILE", takes: .file, help: "where the page is written"
    ) { $0 }

    private static let page = Command(
        "page", "makes the page of a JSON report",
        discussion: """
            A page bears no signature. Check the JSON report's with 'report verify', then make the page from it.
            """,
        options: [output] + ReportOptions.redaction, operands: [file],
        examples: [Example("mailscope report page report.json --html report.html", "makes the page")],
        exitCodes: ExitCode.meanings(.failed, .configuration)
    ) { arguments in
        OpenSSLRuntime.start()
        let path = arguments.operands[0]
        let bytes = try FileBytes.read(path, missing: "'verify-scope --report FILE' writes it")
        guard var report = try? VerificationReport(json: bytes),
            report.schema == VerificationReport.currentSchema
        else {
            throw Failure(
                .configuration, "\(path) is no report of verify-scope that this version can read",
                hints: ["give the JSON report that 'verify-scope --report FILE' has written"])
        }
        if let redactor = try ReportOptions.redactor(arguments) { report = redactor.report(report) }
        try ReportFiles.write(Array(VerificationPage(report).html.utf8), to: arguments[output])
        return ExitCode.done.rawValue
    }
}
