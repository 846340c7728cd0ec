/// Makes pages of random JSON, the same in every run.
struct RandomPage {
    private var random: SeededGenerator

    private let hasSurrogates: Bool

    init(seed: UInt64, hasSurrogates: Bool = true) {
        random = SeededGenerator(seed: seed)
        self.hasSurrogates = hasSurrogates
    }

    /// A page with up to eight messages among members of any kind, spaced at random.
    mutating func page() -> String {
        var members = ["\"value\"" + space() + ":" + array((0..<below(9)).map { _ in message() })]
        if below(2) == 0 { members.append("\"@odata.nextLink\":" + string()) }
        for index in 0..<below(3) { members.append("\"m\(index)\":" + value(depth: 0)) }
        return space() + object(members.shuffled(using: &random)) + space()
    }

    /// One to three bytes changed, taken out or put in; never such that a surrogate could come of it.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let alphabet = Array("{}[]\",:\\ux0 \n\te1-.tfn".utf8) + [0, 0x7F, 0x80, 0xC3, 0xFF]
        for _ in 0...below(3) {
            let at = below(bytes.count)
            switch below(3) {
            case 0: bytes[at] = alphabet.randomElement(using: &random) ?? 0
            case 1: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: at)
            default: bytes.remove(at: at)
            }
        }
        return bytes
    }

    private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    private mutating func message() -> String {
        var members = ["\"id\":" + "\"A\(below(1_000))" + string().dropFirst()]
        if below(3) > 0 { members.append("\"receivedDateTime\":" + (below(4) == 0 ? "null" : string())) }
        for index in 0..<below(6) { members.append("\"k\(index)\"" + space() + ":" + value(depth: 0)) }
        return object(members.shuffled(using: &random))
    }

    private mutating func value(depth: Int) -> String {
        switch below(depth > 4 ? 5 : 7) {
        case 0: return string()
        case 1:
            return ["0", "-0", "1", "-12.5", "1e3", "2.5E-3", "123456"].randomElement(using: &random) ?? "0"
        case 2: return "true"
        case 3: return "false"
        case 4: return "null"
        case 5: return array((0..<below(4)).map { _ in value(depth: depth + 1) })
        default: return object((0..<below(4)).map { "\"n\($0)\":" + value(depth: depth + 1) })
        }
    }

    private mutating func object(_ members: [String]) -> String {
        "{" + space() + members.joined(separator: space() + "," + space()) + space() + "}"
    }

    private mutating func array(_ values: [String]) -> String {
        "[" + space() + values.joined(separator: space() + "," + space()) + space() + "]"
    }

    private mutating func space() -> String {
        ["", "", "", " ", "\n", "\r\n\t", "   "].randomElement(using: &random) ?? ""
    }

    private mutating func string() -> String {
        let pieces = [
            "a", "plain text that is long enough for a step of sixteen", "é", "漢字", "😀", "\\\"", "\\\\",
            "\\n", "\\/",
            "\\u00e4", hasSurrogates ? "\\ud83d\\ude00" : "", "\\u0041", "}", "]", ",", ":", "\u{7F}",
            "\u{2028}",
        ]
        return "\"" + (0..<below(6)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined() + "\""
    }
}
