import MailscopeKit
import Testing

@testable import mailscope

@Suite struct DeviceAlgorithmTests {
    /// What is used by a device that makes good signatures with `able` only; nil for none.
    private func used(
        _ wanted: AssertionAlgorithm, isChosen: Bool, able: Set<AssertionAlgorithm>
    ) -> AssertionAlgorithm? {
        try? DeviceAlgorithm.working(wanted, isChosen: isChosen, key: "handle:0x81000001") {
            algorithm throws(SigningError) in
            if !able.contains(algorithm) { throw SigningError("it does not verify") }
        }
    }

    @Test func takesTheOtherAlgorithmOnlyWhereTheOwnerLeftItOpen() {
        #expect(used(.ps256, isChosen: false, able: [.ps256, .rs256]) == .ps256)
        #expect(used(.ps256, isChosen: false, able: [.rs256]) == .rs256)
        #expect(used(.ps256, isChosen: true, able: [.rs256]) == nil)
        #expect(used(.rs256, isChosen: true, able: [.ps256]) == nil)
        #expect(used(.ps256, isChosen: false, able: []) == nil)
    }

    @Test func saysWhatToSet() {
        do throws(Failure) {
            _ = try DeviceAlgorithm.working(.ps256, isChosen: true, key: "handle:0x81000001") {
                _ throws(SigningError) in throw SigningError("it does not verify")
            }
            Issue.record("it was taken")
        } catch {
            #expect(error.exitCode == .configuration)
            #expect(error.complaints.first?.hints.first?.hasPrefix("set assertion-algorithm: RS256") == true)
        }
    }
}
