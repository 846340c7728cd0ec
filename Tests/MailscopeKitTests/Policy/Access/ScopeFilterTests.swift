import MailscopeKit
import Testing

@Suite struct ScopeFilterTests {
    @Test(arguments: [
        ("Alias -eq 'a'", 1), ("(Alias -eq 'a') -or (Alias -eq 'b') -or (Alias -eq 'c')", 3),
        ("((Alias -eq 'it''s') -and (-not (Department -like 'x*')))", 2), ("ALIAS\t-NE\r\n'a'", 1),
    ])
    func understands(text: String, comparisons: Int) throws {
        #expect(try #require(ScopeFilter(text)).tests.count == comparisons)
    }

    @Test(arguments: [
        "", " ", "Alias", "Alias -eq", "Alias -eq a", "Alias -eq \"a\"", "Alias -eq $true", "Alias -gt 'a'",
        "Alias -eq 'a", "(Alias -eq 'a'", "Alias -eq 'a')", "Alias -eq 'a' Alias -eq 'b'",
        "Alias -eq 'a' -and",
        "Alias -eq 'a' -or Alias -eq 'b' -and Alias -eq 'c'", "-not Alias -eq 'a'", "Alias -like '*a'",
        "Alias -like 'a?'", "{Alias -eq 'a'}", "Alias -eq \u{2018}a\u{2019}", "Al\u{0131}as -eq 'a'",
        String(repeating: "(", count: 10_000), String(repeating: "-not (", count: 10_000),
        String(repeating: "Alias -eq 'a' -or ", count: 10_000) + "Alias -eq 'a'",
    ])
    func refusesWhatItDoesNotUnderstand(text: String) { #expect(ScopeFilter(text) == nil) }
}
