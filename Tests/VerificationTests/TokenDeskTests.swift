import FoundationEssentials
import MailscopeKit
import Synchronization
import Testing

@testable import Verification

@Suite struct TokenDeskTests {
    @Test func everyTokensPermissionsAreKeptHoweverManyThereAre() async throws {
        let source = NumberedTokens { number in
            switch number {
            case 150: #"["Mail.Read","Mail.ReadWrite"]"#
            case 222: nil
            default: #"["Mail.Read"]"#
            }
        }
        let desk = TokenDesk(tokens: source, clock: SystemClock())
        for _ in 0..<400 { _ = try await desk.fresh() }
        #expect(desk.records.count == 102 && desk.records.last?.number == 400)
        #expect(Set(desk.records.map(\.number)).isSuperset(of: [1, 99, 150, 222]))
        #expect(Set(desk.records.flatMap { $0.roles ?? [] }) == ["Mail.Read", "Mail.ReadWrite"])
    }

    private final class NumberedTokens: AccessTokenSource {
        let roles: @Sendable (Int) -> String?
        let number = Mutex(0)

        init(roles: @escaping @Sendable (Int) -> String?) { self.roles = roles }

        func token() async throws(TokenError) -> Secret<String> {
            let number = number.withLock { number in
                number += 1
                return number
            }
            let roles = roles(number).map { #","roles":\#($0)"# } ?? ""
            let claims = Data(#"{"aud":"graph","n":\#(number)\#(roles)}"#.utf8).base64EncodedString()
            return Secret(
                "h.\(claims.replacing("=", with: "").replacing("+", with: "-").replacing("/", with: "_")).s")
        }

        func discard(_ token: Secret<String>) async -> Bool { true }
    }
}
