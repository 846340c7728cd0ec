package import FoundationEssentials

/// `count` requests that were booked at `time`.
package struct RequestBooking: Sendable, Equatable {
    package let time: Date
    package let count: Int

    package init(time: Date, count: Int) {
        self.time = time
        self.count = count
    }
}
