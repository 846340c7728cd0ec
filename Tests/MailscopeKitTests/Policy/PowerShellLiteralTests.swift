import FoundationEssentials
import Testing

@testable import MailscopeKit

@Suite struct PowerShellLiteralTests {
    struct Vectors: Decodable {
        struct Literal: Decodable {
            let name: String
            let value: String
            let literal: String
        }
        let count: Int
        let literals: [Literal]
    }

    static func vectors() throws -> Vectors {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        return try JSONDecoder().decode(
            Vectors.self, from: Data(contentsOf: URL(filePath: root + "/Vectors/powershell-literals.json")))
    }

    /// Scalar by scalar: Swift takes canonically equivalent texts for the same.
    static func isExactly(_ a: String, _ b: String) -> Bool {
        a.unicodeScalars.elementsEqual(b.unicodeScalars)
    }

    @Test func quotesAsPowerShellsOwnParserReads() throws {
        let vectors = try Self.vectors()
        #expect(vectors.literals.count == 361 && vectors.count == 361)
        for vector in vectors.literals {
            #expect(Self.isExactly(PowerShellLiteral.quoted(vector.value), vector.literal), "\(vector.name)")
            var reader = SingleQuotedReader(vector.literal)
            #expect(Self.isExactly(try reader.string(), vector.value) && reader.isAtEnd, "\(vector.name)")
        }
    }

    @Test func staysPrintableASCIIAndKeepsTheValue() throws {
        for value in try Self.vectors().literals.map(\.value) + HostileValues.all {
            let text = PowerShellLiteral.ascii(value)
            let isPrintable = text.utf8.allSatisfy { byte in byte >= 0x20 && byte <= 0x7e }
            #expect(isPrintable)
            var reader = SingleQuotedReader(text)
            #expect(Self.isExactly(try reader.value(), value) && reader.isAtEnd, "\(value.debugDescription)")
        }
    }

    @Test func needsParenthesesOnlyWhereItIsAnExpression() {
        #expect(PowerShellLiteral.argument("O'Brien") == "'O''Brien'")
        #expect(PowerShellLiteral.argument("Ø").hasPrefix("([System.Text.Encoding]::UTF8.GetString("))
    }
}
