import FoundationEssentials
import MailscopeKit
import YAMLDocument

extension Configuration {
    static func content(_ top: YAMLMapping) -> MessageContent? {
        top.required("content", .choice(["mime": .mime, "json": .json, "headers": .headers]))
    }

    static func headers(_ top: YAMLMapping, _ content: MessageContent?) -> [String] {
        let name = YAMLKind<String>("a property of a message", example: "subject") { text in
            !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } ? text : nil
        }
        let chosen = top.list("headers", name)
        guard content == .headers else {
            if chosen != nil, content != nil {
                top.find(
                    "headers", "goes with 'content: headers' only",
                    hint: "remove it, or write 'content: headers'")
            }
            return []
        }
        guard let chosen else { return CollectionSettings().properties }
        if !(1...60).contains(chosen.count) {
            top.find("headers", "takes 1 to 60 properties", hint: "write it as 'headers: [subject, from]'")
        }
        return chosen
    }

    static func start(_ top: YAMLMapping, now: Date) -> Start? {
        let day = YAMLKind<Date>("a day, or a moment in UTC", example: "2026-01-31") { text in
            UTCMoment.parse(text)
        }
        let since = top.optional("since", day)
        let start = top.optional("start", .choice(["now": Start.now, "all": .all]))
        switch (top.has("start"), top.has("since")) {
        case (true, true):
            top.find("since", "and 'start' cannot both be given", hint: "remove one of the two")
            return nil
        case (false, false):
            top.find(
                "start", "is missing: it says how much of the past is fetched",
                hint:
                    "add 'start: now' for new mail only, 'start: all' for everything, or 'since: 2026-01-31'")
            return nil
        case (true, false): return start
        case (false, true):
            guard let since else { return nil }
            guard since <= now else {
                top.find("since", "lies in the future", hint: "write 'start: now' for new mail only")
                return nil
            }
            return .since(since)
        }
    }

    static func sinks(
        _ top: YAMLMapping, _ content: MessageContent?, _ place: FilePlace
    ) -> [SinkConfiguration] {
        let sinks = top.mapping("sinks")
        let kinds = [maildir(sinks, place), jsonLines(sinks, place), command(sinks)]
        let names = ["maildir", "json-lines", "command"]
        if !names.contains(where: sinks.has) {
            top.find(
                "sinks",
                top.has("sinks") ? "needs at least one sink" : "is missing: it says where messages go",
                hint: "add the lines 'sinks:', '  maildir:' and '    path: /var/mail/reports'")
        }
        for (name, sink) in zip(names, kinds) {
            guard let sink, let content, !sink.accepts.contains(content) else { continue }
            let fitting = MessageContent.allCases.filter(sink.accepts.contains).map(\.rawValue)
            sinks.find(
                name, "cannot take 'content: \(content.rawValue)'",
                hint:
                    "write 'content: \(fitting.joined(separator: "' or 'content: "))', or choose another sink"
            )
        }
        return kinds.compactMap(\.self)
    }

    private static func maildir(_ sinks: YAMLMapping, _ place: FilePlace) -> SinkConfiguration? {
        let keys = sinks.mapping("maildir")
        let path = place.path(
            keys.required("path", .text("a directory", example: "/var/mail/reports")), at: "path", of: keys)
        let syncsFileSystem = keys.optional("syncfs", .bool) ?? false
        return path.map { .maildir(path: $0, syncsFileSystem: syncsFileSystem) }
    }

    private static func jsonLines(_ sinks: YAMLMapping, _ place: FilePlace) -> SinkConfiguration? {
        let keys = sinks.mapping("json-lines")
        let path = place.path(keys.optional("path", .path), at: "path", of: keys)
        let isOutput = keys.optional("stdout", .bool) ?? false
        let rotateAt = keys.optional("rotate-at", .bytes((1 << 20)...(1 << 40), example: "64MiB"))
        let keep = keys.optional("keep", .int(1...10_000, example: 10))
        guard keys.isPresent else { return nil }
        guard (path != nil) != isOutput else {
            if !keys.has("path") || isOutput {
                sinks.find(
                    "json-lines", "takes either 'path' or 'stdout: true'",
                    hint: "write it as 'path: /var/lib/mailscope/messages.jsonl'")
            }
            return nil
        }
        for key in ["rotate-at", "keep"] where isOutput && keys.has(key) {
            keys.find(key, "goes with 'path' only", hint: "remove it")
        }
        if keep != nil, rotateAt == nil, !keys.has("rotate-at") {
            keys.find("keep", "goes with 'rotate-at' only", hint: "add 'rotate-at: 64MiB', or remove it")
        }
        return .jsonLines(path: path, rotateAt: rotateAt, keep: keep)
    }

    private static func command(_ sinks: YAMLMapping) -> SinkConfiguration? {
        let keys = sinks.mapping("command")
        let run = keys.list("run", .text("a word", example: "/usr/local/bin/take-message"))
        let timeout = keys.optional("timeout", .duration(.seconds(1) ... .seconds(86_400), example: "60s"))
        let concurrency = keys.optional("concurrency", .int(1...4))
        guard keys.isPresent else { return nil }
        guard let run, let program = run.first else {
            if run != nil || !keys.has("run") {
                keys.find(
                    "run", keys.has("run") ? "names no program" : "is missing",
                    hint: "write it as 'run: [/usr/local/bin/take-message, --from-mailscope]'")
            }
            return nil
        }
        guard program.hasPrefix("/") else {
            keys.find(
                "run", "'\(program)' is no absolute path",
                hint: "give the program's whole path, no shell looks it up: command -v \(program)")
            return nil
        }
        return .command(run: run, timeout: timeout ?? .seconds(60), concurrency: concurrency ?? 1)
    }
}
