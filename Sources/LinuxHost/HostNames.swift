internal import Glibc

/// Names of hosts, as this system looks them up: hosts file, name servers and all else of nsswitch.conf.
package enum HostNames {
    /// The name was not found, or the look-up failed.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        /// The system's own words: `Name or service not known`.
        package let description: String
    }

    /// The addresses of a name, each once, in the order in which they would be tried. Blocks, for as long as the
    /// system's own patience lasts: use it on a ``DiskThread``.
    ///
    /// - Throws: ``Failure``.
    package static func addresses(of name: String) throws(Failure) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        guard code == 0 else {
            let reason =
                code == EAI_SYSTEM ? SystemErrorCode.last.description : String(cString: gai_strerror(code))
            throw Failure(description: reason)
        }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let code = getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
                NI_NUMERICHOST)
            let address = String(
                decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if code == 0, !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return addresses
    }
}
