/// Reads the part of OData's filter language that mail understands.
struct FilterParser {
    private struct Token {
        enum Kind: Equatable {
            case word(String)
            case text(String)
            case open, close, comma, end
        }
        let kind: Kind
        let position: Int
    }

    private let text: String
    private let ofFolders: Bool
    private var tokens: [Token] = []
    private var next = 0
    private var depth = 0

    /// - Throws: 400 `BadRequest` with the position of the error, or the name of the property that there is not.
    static func parse(_ text: String, ofFolders: Bool = false) throws(GraphError) -> Filter {
        var parser = FilterParser(text: text, ofFolders: ofFolders)
        try parser.scan()
        let filter = try parser.either()
        guard parser.token.kind == .end else { throw parser.error() }
        return filter
    }

    private init(text: String, ofFolders: Bool) {
        self.text = text
        self.ofFolders = ofFolders
    }

    private var token: Token { tokens[next] }

    private func error(at position: Int? = nil) -> GraphError {
        .badRequest(
            "Invalid filter clause: Syntax error at position \(position ?? token.position) in '\(text)'.")
    }

    private mutating func scan() throws(GraphError) {
        let characters = Array(text)
        var position = 0
        while position < characters.count {
            let start = position
            switch characters[position] {
            case let space where space.isWhitespace: position += 1
            case "(":
                tokens.append(Token(kind: .open, position: start))
                position += 1
            case ")":
                tokens.append(Token(kind: .close, position: start))
                position += 1
            case ",":
                tokens.append(Token(kind: .comma, position: start))
                position += 1
            case "'":
                var value = ""
                position += 1
                while true {
                    guard position < characters.count else { throw error(at: start) }
                    if characters[position] == "'" {
                        guard position + 1 < characters.count, characters[position + 1] == "'" else { break }
                        position += 1
                    }
                    value.append(characters[position])
                    position += 1
                }
                position += 1
                tokens.append(Token(kind: .text(value), position: start))
            default:
                while position < characters.count, !characters[position].isWhitespace,
                    !"(),'".contains(characters[position])
                { position += 1 }
                tokens.append(Token(kind: .word(String(characters[start..<position])), position: start))
            }
        }
        tokens.append(Token(kind: .end, position: characters.count))
    }

    private mutating func either() throws(GraphError) -> Filter {
        var filter = try both()
        while take(word: "or") { filter = .or(filter, try both()) }
        return filter
    }

    private mutating func both() throws(GraphError) -> Filter {
        var filter = try unary()
        while take(word: "and") { filter = .and(filter, try unary()) }
        return filter
    }

    private mutating func unary() throws(GraphError) -> Filter {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { throw GraphError.inefficient }
        if take(word: "not") { return .not(try unary()) }
        if token.kind == .open {
            next += 1
            let inner = try either()
            try take(.close)
            return inner
        }
        guard case .word(let name) = token.kind else { throw error() }
        next += 1
        if token.kind == .open {
            guard let function = Filter.Function(rawValue: name.lowercased()) else {
                throw error(at: tokens[next - 1].position)
            }
            next += 1
            let field = try self.field()
            try take(.comma)
            guard case .text(let value) = token.kind else { throw error() }
            next += 1
            try take(.close)
            // As in contains(…) eq true.
            if take(word: "eq") {
                guard case .bool(let isTrue) = try self.literal() else { throw error() }
                let call = Filter.function(function, field, value)
                return isTrue ? call : .not(call)
            }
            return .function(function, field, value)
        }
        guard let field = FilterField.named(name, ofFolders: ofFolders) else { throw .unknownProperty(name) }
        guard case .word(let symbol) = token.kind,
            let comparison = Filter.Comparison(rawValue: symbol.lowercased())
        else { throw error() }
        next += 1
        let position = token.position
        let literal = try self.literal()
        guard Self.fits(literal, field, comparison) else { throw error(at: position) }
        return .comparison(field, comparison, literal)
    }

    private static func fits(_ literal: FilterValue, _ field: FilterField, _ comparison: Filter.Comparison)
        -> Bool
    {
        switch (field, literal) {
        case (_, .null): return comparison == .eq || comparison == .ne
        case (.receivedDateTime, .time), (.sentDateTime, .time), (.createdDateTime, .time),
            (.lastModifiedDateTime, .time):
            return true
        case (.isRead, .bool), (.isDraft, .bool), (.hasAttachments, .bool): return true
        case (.receivedDateTime, _), (.sentDateTime, _), (.createdDateTime, _), (.lastModifiedDateTime, _),
            (.isRead, _), (.isDraft, _), (.hasAttachments, _):
            return false
        case (_, .text): return true
        default: return false
        }
    }

    private mutating func field() throws(GraphError) -> FilterField {
        guard case .word(let name) = token.kind else { throw error() }
        next += 1
        guard let field = FilterField.named(name, ofFolders: ofFolders) else { throw .unknownProperty(name) }
        return field
    }

    private mutating func literal() throws(GraphError) -> FilterValue {
        defer { next += 1 }
        switch token.kind {
        case .text(let text): return .text(text)
        case .word("true"): return .bool(true)
        case .word("false"): return .bool(false)
        case .word("null"): return .null
        case .word(let word):
            guard let (time, nanoseconds) = UTCTime.parse(literal: word[...]) else { throw error() }
            return .time(time, nanoseconds)
        default: throw error()
        }
    }

    private mutating func take(_ kind: Token.Kind) throws(GraphError) {
        guard token.kind == kind else { throw error() }
        next += 1
    }

    private mutating func take(word: String) -> Bool {
        guard case .word(let own) = token.kind, own.lowercased() == word else { return false }
        next += 1
        return true
    }
}
