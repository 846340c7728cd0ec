import MailscopeKit

/// With which algorithm a key in a device can sign for the directory.
enum DeviceAlgorithm {
    /// Tries it, for the device decides: many TPMs choose a salt for PS256 that the directory does not take.
    ///
    /// - Parameters:
    ///   - wanted: as the configuration has it.
    ///   - isChosen: whether its owner has written it there; then nothing else will do.
    ///   - key: the key's name.
    ///   - prove: signs, and verifies what came out.
    /// - Returns: `wanted`, or RS256 where only that works.
    /// - Throws: ``Failure`` where nothing works.
    static func working(
        _ wanted: AssertionAlgorithm, isChosen: Bool, key: String,
        prove: (AssertionAlgorithm) throws(SigningError) -> Void
    ) throws(Failure) -> AssertionAlgorithm {
        do throws(SigningError) {
            try prove(wanted)
            return wanted
        } catch {
            if !isChosen, wanted != .rs256, (try? prove(.rs256)) != nil { return .rs256 }
            throw Failure(
                .configuration, "the key \(key) cannot sign: \(error)",
                hints: [
                    wanted == .rs256
                        ? "is the password right, in 'passphrase-file'? may this key sign, and not only decrypt?"
                        : "set assertion-algorithm: RS256; where that fails too, look at the password in 'passphrase-file'"
                ])
        }
    }
}
