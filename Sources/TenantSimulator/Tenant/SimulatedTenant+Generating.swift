extension SimulatedTenant {
    /// Adds mailboxes `invoices@`, `management@`, `personnel@`, … of the tenant's domain, each with so many messages.
    package func generate(mailboxes: Int, messages: Int) {
        var random = SeededGenerator(seed: seed ^ 0x6E6E)
        for index in 0..<mailboxes {
            let alias = index < Self.names.count ? Self.names[index] : "user-\(index + 1)"
            let mailbox = SimulatedMailbox(
                objectID: random.guid(), userPrincipalName: "\(alias)@\(directory.domain)",
                displayName: alias.prefix(1).uppercased() + alias.dropFirst())
            directory.add(mailbox)
            if messages > 0 { fill(mailbox, messages: messages) }
        }
    }

    /// Fills a mailbox with messages, the same for the same seed but for their times: the newest came just now.
    package func fill(_ mailbox: SimulatedMailbox, messages: Int) {
        let own = mailbox.objectID.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        mail.fill(
            mailbox.objectID, count: messages, seed: own, last: UTCTime(seconds: clock.epochSeconds))
    }

    /// Registers an app with this certificate (PEM or DER) and grants it roles of Graph.
    ///
    /// - Throws: ``AdministrationError`` where there is no certificate.
    @discardableResult
    package func registerApp(
        certificate: [UInt8], roles: [String] = ["Mail.Read"], displayName: String = "mailscope"
    ) throws(AdministrationError) -> SimulatedApp {
        var app = EntraAdministration.makeApp(self, appID: nil, displayName: displayName)
        guard let registered = RegisteredCertificate(reading: certificate, keyID: app.registrationID) else {
            throw AdministrationError("there is no certificate, neither PEM nor DER")
        }
        app.certificates = [registered]
        app.grants = Set(roles.map { AppGrant($0) })
        directory.add(app)
        return app
    }

    private static let names = [
        "invoices", "management", "personnel", "sales", "legal", "support", "press", "research", "purchasing",
        "reception",
    ]
}
