import TestSupport
import Testing

@testable import MailscopeKit

@Suite struct WalkedShareTests {
    private func page(_ seconds: Range<Int>, step: Int) -> ListedPage {
        let messages = seconds.map {
            ListedMessage(id: MessageID("m\($0)"), receivedDateTime: moment($0 * step), body: nil)
        }
        return ListedPage(messages: messages, reached: nil)
    }

    @Test func countsFromTheFirstMessageAndWithinAPage() throws {
        // 3,000 messages, one a minute, listed by thousands.
        var share = WalkedShare(until: try #require(GraphTime.date(moment(3_000 * 60))))
        share.add(page(0..<1_000, step: 60), isLast: false)
        var told = [1_000, 500, 0].map { share.fraction(open: $0, isSettled: $0 == 0) ?? -1 }
        share.add(page(1_000..<2_000, step: 60), isLast: false)
        told += [500, 0].map { share.fraction(open: $0, isSettled: $0 == 0) ?? -1 }
        share.add(page(2_000..<3_000, step: 60), isLast: true)
        told += [1_500, 300, 0].map { share.fraction(open: $0, isSettled: $0 == 0) ?? -1 }
        #expect(told.map { Int(($0 * 100).rounded()) } == [0, 17, 33, 50, 67, 67, 90, 100])
    }

    @Test func neverGoesBack() throws {
        // A quiet year, then a busy one.
        var share = WalkedShare(until: try #require(GraphTime.date(moment(2_000_000))))
        share.add(page(0..<10, step: 100_000), isLast: false)
        let quiet = share.fraction(open: 0, isSettled: true)
        share.add(page(900_000..<901_000, step: 1), isLast: false)
        let busy = share.fraction(open: 1_000, isSettled: false)
        #expect(quiet != nil && busy == quiet)
    }

    @Test func isExactOnceAllIsListed() throws {
        // Nothing came since long ago: the time after the last message counts for nothing.
        var share = WalkedShare(until: try #require(GraphTime.date(moment(100_000_000))))
        share.add(page(0..<100, step: 1), isLast: true)
        let told = [(25, false), (0, false), (0, true)].map { share.fraction(open: $0.0, isSettled: $0.1) }
        #expect(told == [0.75, 0.99, 1], "0.99 while the last batch is on its way")
    }

    @Test func hasNoFractionOfNothing() throws {
        var share = WalkedShare(until: try #require(GraphTime.date(moment(0))))
        share.add(ListedPage(messages: [], reached: nil), isLast: false)
        let before = share.fraction(open: 0, isSettled: true)
        share.add(ListedPage(messages: [], reached: nil), isLast: true)
        let after = share.fraction(open: 0, isSettled: true)
        #expect(before == nil && after == 1)
    }
}
