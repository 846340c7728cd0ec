/// What was asked for on the command line and cannot be done.
enum Refusal: Error {
    /// The file is there, but holds no certificate.
    case noCertificate(file: String)
    /// There are messages to add, and no mailbox to add them to.
    case noMailbox

    var text: String {
        switch self {
        case .noCertificate(let file): "\(file): it holds no certificate, neither in PEM nor in DER"
        case .noMailbox: "--eml: the tenant has no mailbox to put the messages into"
        }
    }

    var hint: String {
        switch self {
        case .noCertificate:
            "give the public certificate (-----BEGIN CERTIFICATE-----), the private key is never needed here"
        case .noMailbox: "leave out --mailboxes 0, or describe a mailbox in the tenant's file"
        }
    }
}
