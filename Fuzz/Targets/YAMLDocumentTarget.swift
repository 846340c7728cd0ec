/// What is parsed is within its bounds; every key can be read as every kind, and reading ends.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let value = try? YAMLValue.parse(bytes) { check(value, depth: 1) }
    guard let top = try? YAMLMapping(file: "fuzz.yaml", bytes: bytes) else { return 0 }
    for key in top.keys {
        _ = top.optional(key, .text())
        _ = top.optional(key, .guid)
        _ = top.optional(key, .bool)
        _ = top.optional(key, .int(-5...500_000))
        _ = top.optional(key, .bytes(0...(1 << 40)))
        _ = top.required(key, .duration(.zero ... .seconds(86_400)))
        _ = top.list(key, .text())
        let inner = top.mapping(key)
        for key in inner.keys.dropLast() { _ = inner.optional(key, .choice(["json": 1, "mime": 2])) }
    }
    do {
        try top.finish()
    } catch {
        for finding in error.findings { demand(!"\(finding)".isEmpty, "nothing said") }
    }
    return 0
}

private func check(_ value: YAMLValue, depth: Int) {
    demand(depth <= YAMLValue.depthLimit + 1, "too deep")
    demand(value.position.line >= 1 && value.position.column >= 1, "nowhere")
    switch value.content {
    case .scalar: break
    case .sequence(let values): for value in values { check(value, depth: depth + 1) }
    case .mapping(let members):
        demand(Set(members.map(\.key)).count == members.count, "a key twice")
        for member in members { check(member.value, depth: depth + 1) }
    }
}
