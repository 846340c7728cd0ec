internal import COpenSSL

/// RC2, RC4, single DES and what else OpenSSL 3 has put aside; old PKCS#12 files are made with them.
enum LegacyProvider {
    /// Loaded into the process when first asked for; false where the system has none.
    static let isLoaded: Bool = {
        // Keeps the default provider as a fallback, which a plain load would drop.
        let provider = OSSL_PROVIDER_try_load(nil, "legacy", 1)
        _ = OpenSSLError.drain("loading the legacy provider")
        return provider != nil
    }()

    /// Runs `body`, and once more with the legacy provider where the first run lacked an algorithm.
    ///
    /// - Throws: ``IdentityError/legacyEncryption(path:)`` where there is no such provider, else `refusal`.
    static func retrying<Result>(
        path: String, refusal: IdentityError, _ body: () throws(OpenSSLError) -> Result
    ) throws(IdentityError) -> Result {
        do throws(OpenSSLError) {
            return try body()
        } catch {
            guard error.lacksAlgorithm else { throw refusal }
        }
        guard isLoaded else { throw .legacyEncryption(path: path) }
        do throws(OpenSSLError) {
            return try body()
        } catch {
            guard error.lacksAlgorithm else { throw refusal }
            throw .damaged(path: path, reason: "OpenSSL does not know how it is encrypted (\(error.detail))")
        }
    }
}
