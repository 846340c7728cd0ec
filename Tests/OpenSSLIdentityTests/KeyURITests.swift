import Testing

@testable import OpenSSLIdentity

@Suite struct KeyURITests {
    @Test(arguments: [
        ("handle:0x81000001", "tpm2"), ("handle:0x81000001?pass", "tpm2"), ("HANDLE:0X8100ABCD", "tpm2"),
        ("object:/etc/mailscope/key.object?pass", "tpm2"),
        ("pkcs11:token=mailscope;object=key;type=private", "pkcs11"),
        ("pkcs11:object=key?module-path=/usr/lib/x.so&pin-source=file:/run/pin", "pkcs11"),
    ])
    func namesAKey(text: String, provider: String) throws {
        let uri = try #require(try KeyURI(text))
        #expect(uri.text == text && uri.provider == provider)
    }

    @Test(arguments: [
        "key.pem", "/etc/key.pem", "handle", "C:key.pem", "./handle:0x81000001", "credential:key", "",
    ])
    func leavesPathsAlone(text: String) throws {
        #expect(try KeyURI(text) == nil)
        #expect(!KeyURI.isOne(text))
    }

    @Test(arguments: [
        "pkcs11:object=key?pin-value=SECRET", "pkcs11:object=key?PIN-VALUE=SECRET",
        "pkcs11:object=key?pin%2dvalue=SECRET", "pkcs11:object=key?module-name=x&pin-v%61lue=SECRET",
        "pkcs11:object=SECRET\nx", "handle:0x81000001?SECRET", "handle:0x81000001?pass=SECRET",
        "handle:SECRET",
        "handle:", "pkcs11:", "object:/x?pass=SECRET",
    ])
    func refusesWithoutRepeatingWhatMayBeSecret(text: String) {
        do throws(KeyURI.Objection) {
            _ = try KeyURI(text)
            Issue.record("taken")
        } catch {
            #expect(!error.reason.contains("SECRET") && !error.hint.contains("SECRET"))
        }
    }
}

extension KeyURITests {
    @Test(
        arguments: [
            ("pkcs11:object=k", nil, "pkcs11:object=k"),
            ("pkcs11:object=k?module-path=/x.so", "/x.so", "pkcs11:object=k"),
            (
                "pkcs11:object=k?pin-source=file:/p&module-path=/x.so", "/x.so",
                "pkcs11:object=k?pin-source=file:/p"
            ),
            ("handle:0x81000001?pass", nil, "handle:0x81000001?pass"),
        ] as [(String, String?, String)])
    func knowsTheModule(text: String, module: String?, rest: String) throws {
        let uri = try #require(try KeyURI(text))
        #expect(uri.module == module && uri.textWithoutModule == rest)
    }
}
