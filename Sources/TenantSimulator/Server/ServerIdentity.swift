/// A certificate with its chain, leaf first, and the leaf's key; PEM, in memory.
package struct ServerIdentity: Sendable {
    package let chainPEM: String
    package let keyPEM: String

    package init(chainPEM: String, keyPEM: String) {
        self.chainPEM = chainPEM
        self.keyPEM = keyPEM
    }
}
