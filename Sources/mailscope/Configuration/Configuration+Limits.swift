import LinuxHost
import MailscopeKit
import YAMLDocument

extension Configuration {
    static func limits(_ keys: YAMLMapping) -> GateLimits {
        var limits = GateLimits()
        if let lanes = keys.optional("in-flight", .int(1...4, example: 4)) { limits.lanes = lanes }
        if let budget = keys.optional("requests-per-10-minutes", .int(1...10_000, example: 9_990)) {
            limits.budget = budget
        }
        return limits
    }

    static func deadlines(_ keys: YAMLMapping) -> HTTPDeadlines {
        var deadlines = HTTPDeadlines()
        let bounds = Duration.seconds(1) ... .seconds(3_600)
        if let connect = keys.optional("connect", .duration(bounds, example: "20s")) {
            deadlines.connect = connect
        }
        if let stall = keys.optional("stall", .duration(bounds, example: "60s")) { deadlines.stall = stall }
        if let whole = keys.optional("whole", .duration(bounds, example: "5m")) { deadlines.whole = whole }
        return deadlines
    }

    static func metrics(_ keys: YAMLMapping, _ place: FilePlace) -> MetricsSettings {
        let address = YAMLKind<AnswerAddress>(
            "an address of this machine only, 127.0.0.1:PORT, [::1]:PORT or unix:/PATH",
            example: "127.0.0.1:9464"
        ) { AnswerAddress($0) }
        return MetricsSettings(
            listen: keys.optional("listen", address),
            textfile: place.path(keys.optional("textfile", .path), at: "textfile", of: keys))
    }

    static func log(_ keys: YAMLMapping) -> LogSettings {
        let level = keys.optional(
            "level",
            .choice([
                "trace": LogLevel.trace, "debug": .debug, "info": .info, "notice": .notice,
                "warning": .warning, "error": .error,
            ]))
        let format = keys.optional(
            "format", .choice(["auto": LogSettings.Format.auto, "text": .text, "journal": .journal]))
        return LogSettings(level: level ?? .notice, format: format ?? .auto)
    }
}
