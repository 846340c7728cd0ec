/// The filter of a management scope in Exchange's OPATH, as far as it is understood beyond doubt: comparisons with texts
/// in single quotes, `-and`, `-or`, `-not` and parentheses. `-and` and `-or` side by side without parentheses are not:
/// their order is nowhere said.
package struct ScopeFilter: Sendable, Equatable {
    package enum Comparison: Sendable, Equatable {
        case equals(String)
        /// Everything that begins with this.
        case begins(String)
    }

    /// One comparison; the property's name and the text are in lower case.
    package struct Test: Sendable, Equatable {
        package let property: String
        package let comparison: Comparison
    }

    private indirect enum Node: Sendable, Equatable {
        case test(Test)
        case and(Node, Node)
        case or(Node, Node)
        case not(Node)
    }

    private let root: Node

    /// Nil where `text` is not understood.
    package init?(_ text: String) {
        guard text.utf8.count <= 100_000 else { return nil }
        guard let tokens = Self.tokens(of: text) else { return nil }
        var parser = Parser(tokens)
        guard let root = parser.expression(depth: 0), parser.isAtEnd else { return nil }
        self.root = root
    }

    /// Whether it lets a recipient through about whom `judge` answers one comparison.
    package func judged(_ judge: (Test) -> Judgement) -> Judgement { Self.judged(root, judge) }

    /// All comparisons in it.
    package var tests: [Test] {
        var tests: [Test] = []
        var open = [root]
        while let next = open.popLast() {
            switch next {
            case .test(let test): tests.append(test)
            case .and(let left, let right), .or(let left, let right): open += [right, left]
            case .not(let inner): open.append(inner)
            }
        }
        return tests
    }

    private static func judged(_ node: Node, _ judge: (Test) -> Judgement) -> Judgement {
        switch node {
        case .test(let test): judge(test)
        case .not(let inner): judged(inner, judge).negated
        case .and(let left, let right): judged(left, judge).and(judged(right, judge))
        case .or(let left, let right): judged(left, judge).or(judged(right, judge))
        }
    }

    private enum Token: Equatable {
        case open, close
        case word(String)
        case text(String)
    }

    private struct Parser {
        private var tokens: [Token]
        private var comparisons = 0

        init(_ tokens: [Token]) { self.tokens = tokens.reversed() }

        var isAtEnd: Bool { tokens.isEmpty }

        mutating func expression(depth: Int) -> Node? {
            guard var left = term(depth: depth) else { return nil }
            var joint: Token?
            while let next = tokens.last, next == .word("-and") || next == .word("-or") {
                guard joint == nil || joint == next else { return nil }
                joint = next
                tokens.removeLast()
                guard let right = term(depth: depth) else { return nil }
                left = next == .word("-and") ? .and(left, right) : .or(left, right)
            }
            return left
        }

        private mutating func term(depth: Int) -> Node? {
            guard depth < 32 else { return nil }
            switch tokens.popLast() {
            case .word("-not")?:
                // What follows without parentheses could be one comparison or all the rest.
                guard tokens.last == .open else { return nil }
                return term(depth: depth + 1).map { .not($0) }
            case .open?:
                guard let inner = expression(depth: depth + 1), tokens.popLast() == .close else { return nil }
                return inner
            case .word(let property)?: return comparison(of: property)
            default: return nil
            }
        }

        private mutating func comparison(of property: String) -> Node? {
            // Deep chains are walked by recursion.
            comparisons += 1
            guard comparisons <= 500, property.utf8.allSatisfy(Self.isNameByte) else { return nil }
            guard case .word(let comparison)? = tokens.popLast(), case .text(let text)? = tokens.popLast()
            else { return nil }
            switch comparison {
            case "-eq", "-ne":
                let test = Node.test(Test(property: property, comparison: .equals(text)))
                return comparison == "-eq" ? test : .not(test)
            case "-like", "-notlike":
                guard !text.dropLast().contains("*"), !text.contains("?") else { return nil }
                let test = Node.test(
                    Test(
                        property: property,
                        comparison: text.hasSuffix("*") ? .begins(String(text.dropLast())) : .equals(text)))
                return comparison == "-like" ? test : .not(test)
            default: return nil
            }
        }

        private static func isNameByte(_ byte: UInt8) -> Bool {
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
        }
    }

    /// In lower case; nil where a text does not end or a quote stands where none belongs.
    private static func tokens(of text: String) -> [Token]? {
        var tokens: [Token] = []
        var rest = Substring(text.lowercased())
        while let first = rest.first {
            switch first {
            case " ", "\t", "\r", "\n", "\r\n": rest.removeFirst()
            case "(", ")":
                tokens.append(first == "(" ? .open : .close)
                rest.removeFirst()
            case "'":
                rest.removeFirst()
                var value = ""
                var isClosed = false
                while let next = rest.popFirst() {
                    if next == "'" {
                        guard rest.first == "'" else {
                            isClosed = true
                            break
                        }
                        rest.removeFirst()
                    }
                    value.append(next)
                }
                guard isClosed else { return nil }
                tokens.append(.text(value))
            default:
                let word = rest.prefix { !" \t\r\n()'".contains($0) && $0 != "\r\n" }
                guard !word.isEmpty else { return nil }
                tokens.append(.word(String(word)))
                rest = rest[word.endIndex...]
            }
        }
        return tokens
    }
}
