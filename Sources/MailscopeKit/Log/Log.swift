/// Where records go, and from which level on. Passed in; there is no global one.
package struct Log: Sendable {
    package let level: LogLevel
    private let write: @Sendable (LogRecord) -> Void

    package init(level: LogLevel, write: @escaping @Sendable (LogRecord) -> Void) {
        self.level = level
        self.write = write
    }

    /// Drops every record.
    package static let silent = Log(level: .error) { _ in }

    /// Writes a record where its level is written; `message` is constant text, the facts are `fields`.
    package func record(
        _ level: LogLevel, _ message: StaticString, _ fields: @autoclosure () -> [LogField] = []
    ) {
        guard level >= self.level else { return }
        write(LogRecord(level: level, message: "\(message)", fields: fields()))
    }

    package func trace(_ message: StaticString, _ fields: @autoclosure () -> [LogField] = []) {
        record(.trace, message, fields())
    }
    package func debug(_ message: StaticString, _ fields: @autoclosure () -> [LogField] = []) {
        record(.debug, message, fields())
    }
    package func info(_ message: StaticString, _ fields: @autoclosure () -> [LogField] = []) {
        record(.info, message, fields())
    }
    package func notice(_ message: StaticString, _ fields: @autoclosure () -> [LogField] = []) {
        record(.notice, message, fields())
    }
    package func warning(_ message: StaticString, _ fields: @autoclosure () -> [LogField] = []) {
        record(.warning, message, fields())
    }
    package func error(_ message: StaticString, _ fields: @autoclosure () -> [LogField] = []) {
        record(.error, message, fields())
    }
}

/// From chatty to grave.
package enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    case trace
    case debug
    case info
    case notice
    case warning
    case error

    package static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue < b.rawValue }
    /// As configuration spells it.
    package var name: String { "\(self)" }
}

/// One event: constant text and its facts.
package struct LogRecord: Sendable {
    package let level: LogLevel
    package let message: String
    package let fields: [LogField]

    package init(level: LogLevel, message: String, fields: [LogField]) {
        self.level = level
        self.message = message
        self.fields = fields
    }
}

/// A fact of a record. Its name is kebab-case: `request-id`, `retry-after`.
package struct LogField: Sendable, Equatable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: some CustomStringConvertible) {
        self.name = name
        self.value = value.description
    }
}
