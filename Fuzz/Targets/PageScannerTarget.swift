/// A page that is accepted holds whole messages, in order, apart from each other, and each is accepted alone.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let page = try? PageScanner(bytes) else { return 0 }
    demand(String(validating: bytes, as: UTF8.self) != nil, "no UTF-8")
    var end = 0
    for element in page.elements {
        demand(element.range.lowerBound > end && element.range.upperBound < count, "they overlap")
        end = element.range.upperBound
        let alone = Array(bytes[element.range])
        demand(alone.first == UInt8(ascii: "{") && alone.last == UInt8(ascii: "}"), "no object")
        guard let again = try? MessageScanner.scan(alone) else { fatalError("not accepted alone") }
        demand(again.id == element.id && !again.id.text.isEmpty, "another id")
        demand(again.receivedDateTime == element.receivedDateTime, "another time")
        demand(
            again.isRemoved == element.isRemoved && again.range == 0..<alone.count, "another element")
    }
    return 0
}
