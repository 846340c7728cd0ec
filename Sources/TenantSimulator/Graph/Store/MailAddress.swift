/// A name and an SMTP address, as in `from` and `toRecipients`.
package struct MailAddress: Sendable, Equatable {
    package var name: String
    package var address: String

    package init(name: String, address: String) {
        self.name = name
        self.address = address
    }
}
