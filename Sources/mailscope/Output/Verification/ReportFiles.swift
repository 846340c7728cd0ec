import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity
import Verification

/// The files that a report is written to.
struct ReportFiles {
    /// The page.
    var html: String?
    /// The JSON report; its signature goes beside it.
    var report: String?
    /// `policy check`'s drawing (SVG), where there is evidence to draw.
    var drawing: String?

    /// Writes `report` as it is: redacted before, where it is to be.
    ///
    /// - Throws: ``Failure`` where a file cannot be written or the key cannot sign.
    func write(_ report: VerificationReport, signer: any AssertionSigner) throws {
        if let path = self.report {
            let bytes = try report.json()
            let signature: DetachedSignature
            do { signature = try DetachedSignature(signing: bytes, with: signer) } catch {
                throw Failure(
                    .failed, "the report cannot be signed: \(error)",
                    hints: ["'mailscope config check' looks at the key and its certificate"])
            }
            try Self.write(bytes, to: path)
            try Self.write(Array((signature.text + "\n").utf8), to: path + ".jws")
        }
        if let html {
            try Self.write(Array(VerificationPage(report, drawing: drawing).html.utf8), to: html)
        }
    }

    /// Replaces the file in one step.
    static func write(_ bytes: [UInt8], to path: String) throws {
        do { try Data(bytes).write(to: URL(filePath: path), options: .atomic) } catch {
            throw Failure(.failed, "\(path) cannot be written", hints: ["ls -ld the folder shows why"])
        }
    }
}
