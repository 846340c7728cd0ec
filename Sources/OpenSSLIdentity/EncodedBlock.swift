internal import COpenSSL

/// One thing in a file: a PEM block, or the whole of a binary file, named by what it is.
struct EncodedBlock {
    enum Kind: Equatable {
        case privateKeyInfo
        case encryptedPrivateKeyInfo
        /// PKCS#1, SEC 1 and the like; `type` is OpenSSL's name of the key type.
        case traditionalKey(type: Int32)
        case pkcs12
        /// A key that only the provider of that name can use, whole in the file's text.
        case providerKey(String)
        case certificate
        /// Anything else, with the article: "a public key".
        case other(String)

        var isKey: Bool {
            switch self {
            case .privateKeyInfo, .encryptedPrivateKeyInfo, .traditionalKey, .pkcs12, .providerKey: true
            case .certificate, .other: false
            }
        }
    }

    let kind: Kind
    /// `Proc-Type` and `DEK-Info` of an encrypted traditional PEM block; else empty.
    let header: String
    let der: [UInt8]

    /// Finds out by content what a file holds.
    ///
    /// - Throws: ``IdentityError/damaged(path:reason:)`` when nothing in it is understood.
    static func blocks(in bytes: [UInt8], path: String) throws(IdentityError) -> [EncodedBlock] {
        if bytes.isEmpty { throw .damaged(path: path, reason: "it is empty") }
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            throw .damaged(path: path, reason: "it is UTF-16 text; save it as ASCII or UTF-8")
        }
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let bytes = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
        if bytes.first == 0x30, let block = binary(bytes) { return [block] }
        let blocks = try pem(bytes, path: path)
        guard !blocks.isEmpty else {
            throw .damaged(
                path: path, reason: "it is neither PEM nor PKCS#12 nor a key or certificate in DER")
        }
        return blocks
    }

    /// "a certificate and a public key", for a person.
    static func describe(_ blocks: [EncodedBlock]) -> String {
        var names: [String] = []
        for block in blocks {
            let name =
                switch block.kind {
                case .certificate: "a certificate"
                case .other(let name): name
                case .pkcs12: "a PKCS#12 file"
                case .privateKeyInfo, .encryptedPrivateKeyInfo, .traditionalKey, .providerKey: "a private key"
                }
            if !names.contains(name) { names.append(name) }
        }
        return names.joined(separator: " and ")
    }

    private static func pem(_ bytes: [UInt8], path: String) throws(IdentityError) -> [EncodedBlock] {
        let bio = MemoryBIO(bytes)
        var blocks: [EncodedBlock] = []
        while true {
            var name: UnsafeMutablePointer<CChar>?
            var header: UnsafeMutablePointer<CChar>?
            var data: UnsafeMutablePointer<UInt8>?
            var length = 0
            guard PEM_read_bio(bio.pointer, &name, &header, &data, &length) == 1, let name, let header,
                let data
            else {
                let isEnd = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE
                let error = OpenSSLError.drain("reading PEM")
                if isEnd { return blocks }
                throw .damaged(path: path, reason: "a PEM block in it is broken (\(error.detail))")
            }
            defer {
                mailscope_openssl_free(name)
                mailscope_openssl_free(header)
                OPENSSL_cleanse(data, length)
                mailscope_openssl_free(data)
            }
            blocks.append(
                EncodedBlock(
                    kind: kind(ofLabel: String(cString: name)), header: String(cString: header),
                    der: Array(UnsafeBufferPointer(start: data, count: length))))
        }
    }

    private static func kind(ofLabel label: String) -> Kind {
        switch label {
        case PEM_STRING_PKCS8INF: .privateKeyInfo
        case PEM_STRING_PKCS8: .encryptedPrivateKeyInfo
        case PEM_STRING_RSA: .traditionalKey(type: EVP_PKEY_RSA)
        case PEM_STRING_ECPRIVATEKEY: .traditionalKey(type: EVP_PKEY_EC)
        case "TSS2 PRIVATE KEY": .providerKey("tpm2")
        case PEM_STRING_DSA: .traditionalKey(type: EVP_PKEY_DSA)
        case PEM_STRING_X509, PEM_STRING_X509_OLD, PEM_STRING_X509_TRUSTED: .certificate
        case PEM_STRING_PUBLIC, PEM_STRING_RSA_PUBLIC: .other("a public key")
        case PEM_STRING_X509_REQ, PEM_STRING_X509_REQ_OLD: .other("a certificate request")
        case "OPENSSH PRIVATE KEY": .other("an OpenSSH key")
        case PEM_STRING_PKCS7: .other("a PKCS#7 bundle")
        default: .other("a PEM block \"\(label.prefix(40))\"")
        }
    }

    private static func binary(_ bytes: [UInt8]) -> EncodedBlock? {
        func holds(_ decode: (inout UnsafePointer<UInt8>?, Int) -> Bool) -> Bool {
            let found = bytes.withUnsafeBufferPointer { buffer in
                var pointer = buffer.baseAddress
                return decode(&pointer, buffer.count)
            }
            ERR_clear_error()
            return found
        }
        func free(_ pointer: OpaquePointer?, _ free: (OpaquePointer?) -> Void) -> Bool {
            defer { free(pointer) }
            return pointer != nil
        }
        let kind: Kind
        if holds({ free(d2i_PKCS12(nil, &$0, $1), PKCS12_free) }) {
            kind = .pkcs12
        } else if holds({ free(d2i_PKCS8_PRIV_KEY_INFO(nil, &$0, $1), PKCS8_PRIV_KEY_INFO_free) }) {
            kind = .privateKeyInfo
        } else if holds({ free(d2i_X509(nil, &$0, $1), X509_free) }) {
            kind = .certificate
        } else if holds({ free(d2i_PUBKEY(nil, &$0, $1), EVP_PKEY_free) }) {
            kind = .other("a public key")
        } else if holds({ free(d2i_PrivateKey(EVP_PKEY_RSA, nil, &$0, $1), EVP_PKEY_free) }) {
            kind = .traditionalKey(type: EVP_PKEY_RSA)
        } else if holds({ free(d2i_PrivateKey(EVP_PKEY_EC, nil, &$0, $1), EVP_PKEY_free) }) {
            kind = .traditionalKey(type: EVP_PKEY_EC)
        } else if holds({ free(d2i_X509_SIG(nil, &$0, $1), X509_SIG_free) }) {
            kind = .encryptedPrivateKeyInfo
        } else {
            return nil
        }
        return EncodedBlock(kind: kind, header: "", der: bytes)
    }
}
