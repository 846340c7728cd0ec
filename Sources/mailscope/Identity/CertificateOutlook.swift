import FoundationEssentials
import MailscopeKit

/// What the app's certificates need by their dates, and by how far a renewal has come.
enum CertificateOutlook: Sendable, Equatable {
    case fine
    /// The one in use ends in so many days, and none follows it.
    case renew(daysLeft: Int)
    /// The current one ends in so many days, and the directory does not take the next one yet.
    case upload(daysLeft: Int)
    /// The next one is in use, and the current one is about to end.
    case finish
    /// The one in use has ended.
    case expired

    /// `next` is nil where no renewal is under way.
    init(currentNotAfter: Date, next: NextCertificate?, now: Date) {
        let isRenewed = next?.isInUse ?? false
        let left = { (end: Date) in Int((end.timeIntervalSince(now) / 86_400).rounded(.down)) }
        let daysLeft = left(isRenewed ? next?.notAfter ?? currentNotAfter : currentNotAfter)
        if daysLeft < 0 {
            self = .expired
        } else if daysLeft < CertificateFacts.warningDays {
            self = next == nil || isRenewed ? .renew(daysLeft: daysLeft) : .upload(daysLeft: daysLeft)
        } else {
            self = isRenewed && left(currentNotAfter) < CertificateFacts.warningDays ? .finish : .fine
        }
    }

    /// For a person; nil where nothing is needed.
    var warning: String? {
        switch self {
        case .fine: nil
        case .renew(let days):
            "the certificate expires in \(Quantity.count(days, "day")); 'mailscope certificate renew' makes the next one"
        case .upload(let days):
            "the certificate expires in \(Quantity.count(days, "day")), and the directory does not take the next one yet: "
                + "let IT add it, 'mailscope certificate show' has the lines"
        case .finish:
            "the next certificate is in use, and the current one expires soon: make the next pair 'key' and 'file' in the configuration"
        case .expired:
            "the certificate has expired; 'mailscope certificate renew' makes the next one"
        }
    }
}
