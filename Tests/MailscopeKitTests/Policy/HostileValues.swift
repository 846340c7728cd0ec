/// Texts that turn data into code where somebody forgot something.
enum HostileValues {
    static let all: [String] = {
        let quotes: [String] = [
            "'", "\u{2018}", "\u{2019}", "\u{201A}", "\u{201B}", "\"", "\u{201C}", "\u{201D}", "\u{201E}",
        ]
        let others: [String] = [
            "\u{0}", "\u{7}", "\t", "\n", "\r", "\r\n", "\u{b}", "\u{c}", "\u{1b}", "\u{7f}", "\u{85}",
            "\u{a0}",
            "\u{ad}", "\u{200b}", "\u{200d}", "\u{200e}", "\u{200f}", "\u{2028}", "\u{2029}", "\u{202e}",
            "\u{2066}",
            "\u{2069}", "\u{feff}", "\u{3000}", "\u{ff07}", "\u{2013}", "\u{2014}", "\u{2015}", "`", "$", "#",
            ";",
        ]
        let texts: [String] = [
            "$(Get-Date)", "$env:PATH", "${x}", "@x", "@{a=1}", "@(1)", "#>", "<#", "--%", "-Verbose",
            "\u{2013}Verb",
            "| Out-Null", "&& calc", "|| calc", "; exit 0", "{0}", "%PATH%", "&amp;", "<script>", "[a-z]*",
            "\\", "\\'",
            "''", "'''", "' + (Get-Date) + '", "'@", "\n'@\nGet-Date", "\n\u{2019}@\nGet-Date", "@'\nx\n'@",
            "'; Remove-Item C:\\ -Recurse #", "x`", "`n", "a\u{301}", "\u{301}", "\u{1F600}", "漢字",
            "# SIG # Begin signature block",
            "# ---- end of values ----", "\r\n# ---- end of values ----\r\n$x = 'y'", "*", "*@contoso.com",
            " ", "  x", "x ",
            "", "null", "$null", "true", "0", "1e3", String(repeating: "x", count: 10_000),
            String(repeating: "'", count: 10_000), "</pre>", "```\n# heading", "]]>", "\\u0027", "&#39;",
            "%27", "' OR '1'='1",
        ]
        var all: [String] = texts
        for mark: String in quotes + others {
            all.append(mark)
            all.append("\(mark)x")
            all.append("x\(mark)")
            all.append("O\(mark)Brien")
            all.append("x\(mark); exit 1 \(mark)y")
        }
        return all
    }()
}
