/// A filter over recipients in Exchange's OPATH, the part of it that scopes for apps use: `-eq`, `-ne`, `-like`,
/// `-notlike`, `-and`, `-or`, `-not` and parentheses. Comparison ignores case.
package struct RecipientFilter: Sendable, Equatable {
    private indirect enum Node: Sendable, Equatable {
        case test(property: String, isNegated: Bool, pattern: String, isWild: Bool)
        case and(Node, Node)
        case or(Node, Node)
        case not(Node)
    }

    /// As it was written.
    package let text: String
    private let root: Node

    /// The filter that `text` says; nil where it says none, or asks for a property that nobody knows.
    package init?(_ text: String) {
        var parser = Parser(text)
        guard let root = parser.disjunction(depth: 0), parser.isAtEnd else { return nil }
        self.text = text
        self.root = root
    }

    /// Whether it lets a recipient through. `values` gives all values of the property whose name it is given in lower
    /// case.
    package func matches(_ values: (String) -> [String]) -> Bool { Self.matches(root, values) }

    private static func matches(_ node: Node, _ values: (String) -> [String]) -> Bool {
        switch node {
        case .and(let left, let right): matches(left, values) && matches(right, values)
        case .or(let left, let right): matches(left, values) || matches(right, values)
        case .not(let inner): !matches(inner, values)
        case .test(let property, let isNegated, let pattern, let isWild):
            values(property).contains { value in
                let value = value.lowercased()
                // Wildcards stand at the end only.
                return isWild ? value.hasPrefix(pattern.dropLast()) : value == pattern
            } != isNegated
        }
    }

    static func knows(_ property: String) -> Bool {
        known.contains(property) || property.hasPrefix("customattribute")
            || property.hasPrefix("extensioncustomattribute")
    }

    private static let known: Set<String> = [
        "externaldirectoryobjectid", "guid", "exchangeguid", "emailaddresses", "primarysmtpaddress", "alias",
        "userprincipalname", "windowsliveid", "displayname", "name", "recipienttypedetails", "memberofgroup",
        "administrativeunits", "department", "title", "company", "office", "city", "stateorprovince",
        "firstname",
        "lastname", "countryorregion", "usagelocation", "mailnickname",
    ]

    private struct Parser {
        private var tokens: [String]

        init(_ text: String) { tokens = Self.tokens(of: text).reversed() }

        var isAtEnd: Bool { tokens.isEmpty }

        mutating func disjunction(depth: Int) -> Node? {
            guard var left = conjunction(depth: depth) else { return nil }
            while take("-or") {
                guard let right = conjunction(depth: depth) else { return nil }
                left = .or(left, right)
            }
            return left
        }

        private mutating func conjunction(depth: Int) -> Node? {
            guard var left = term(depth: depth) else { return nil }
            while take("-and") {
                guard let right = term(depth: depth) else { return nil }
                left = .and(left, right)
            }
            return left
        }

        private mutating func term(depth: Int) -> Node? {
            guard depth < 64 else { return nil }
            if take("-not") { return term(depth: depth + 1).map { .not($0) } }
            if take("(") {
                guard let inner = disjunction(depth: depth + 1), take(")") else { return nil }
                return inner
            }
            guard let property = tokens.popLast()?.lowercased(), RecipientFilter.knows(property),
                let comparison = tokens.popLast()?.lowercased(), var pattern = tokens.popLast(),
                pattern.hasPrefix("'")
            else { return nil }
            pattern = String(pattern.dropFirst()).lowercased()
            switch comparison {
            case "-eq", "-ne":
                return .test(
                    property: property, isNegated: comparison == "-ne", pattern: pattern, isWild: false)
            case "-like", "-notlike":
                guard !pattern.dropLast().contains("*") else { return nil }
                return .test(
                    property: property, isNegated: comparison == "-notlike", pattern: pattern,
                    isWild: pattern.hasSuffix("*"))
            default: return nil
            }
        }

        private mutating func take(_ word: String) -> Bool {
            guard tokens.last?.lowercased() == word else { return false }
            tokens.removeLast()
            return true
        }

        /// Words and parentheses; a quoted text keeps its first quote, so that it is no word. Two quotes are one.
        private static func tokens(of text: String) -> [String] {
            var tokens: [String] = []
            var rest = Substring(text)
            while let first = rest.first {
                if first.isWhitespace {
                    rest.removeFirst()
                } else if first == "(" || first == ")" {
                    tokens.append(String(rest.removeFirst()))
                } else if first == "'" || first == "\"" {
                    rest.removeFirst()
                    var value = "'"
                    while let next = rest.popFirst() {
                        if next == first {
                            guard rest.first == first else { break }
                            rest.removeFirst()
                        }
                        value.append(next)
                    }
                    tokens.append(value)
                } else {
                    let word = rest.prefix { !$0.isWhitespace && $0 != "(" && $0 != ")" && $0 != "'" }
                    tokens.append(String(word))
                    rest = rest[word.endIndex...]
                }
            }
            return tokens
        }
    }
}
