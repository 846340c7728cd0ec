package import FoundationEssentials

/// Where a moment lies in a certificate's time.
package enum CertificateValidity: Sendable, Equatable {
    case valid
    /// Still valid, for less than ``CertificateFacts/warningDays``; `daysLeft` is rounded down.
    case expiring(daysLeft: Int)
    case expired
    case notYetValid
}

extension CertificateFacts {
    /// A certificate that expires in fewer days than this is worth a warning: nobody else sends one.
    package static let warningDays = 30

    package func validity(at now: Date) -> CertificateValidity {
        if now < notBefore { return .notYetValid }
        if now > notAfter { return .expired }
        let daysLeft = Int(notAfter.timeIntervalSince(now) / 86_400)
        return daysLeft < Self.warningDays ? .expiring(daysLeft: daysLeft) : .valid
    }

    /// As the portal shows it: 40 hexadecimal digits in upper case.
    package var sha1Hex: String { Self.hex(sha1) }
    /// 64 hexadecimal digits in upper case.
    package var sha256Hex: String { Self.hex(sha256) }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
