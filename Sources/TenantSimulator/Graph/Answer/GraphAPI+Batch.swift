internal import FoundationEssentials

extension GraphAPI {
    /// One request of a batch.
    private struct Item {
        let id: String
        let request: ServerRequest
        let dependsOn: [String]
    }

    /// `$batch`: at most twenty requests, four at a time, those that depend on others after them. Source: §5.
    func answerBatch(_ request: ServerRequest, caller: GraphCaller, latency: () -> Void) -> ServerResponse {
        let outer = GraphRequest(request, now: now)
        do throws(GraphError) {
            let items = try Self.items(of: request)
            var answers: [(id: String, response: ServerResponse)] = []
            var waiting = items
            while !waiting.isEmpty {
                let done = Set(answers.map { $0.id.lowercased() })
                let ready = waiting.filter { $0.dependsOn.allSatisfy { done.contains($0.lowercased()) } }
                // What waits for something that is not there never becomes ready.
                guard !ready.isEmpty else { throw .badRequest("The batch request has an invalid dependsOn.") }
                // Where there are dependencies, one after the other.
                let group = Array(ready.prefix(items.contains { !$0.dependsOn.isEmpty } ? 1 : 4))
                waiting.removeAll { item in group.contains { $0.id == item.id } }
                answers += answer(group, after: answers, caller: caller, latency: latency)
            }
            return outer.json { writer in
                writer.name("responses")
                writer.array { writer in
                    for answer in answers {
                        writer.object { Self.write(answer.id, answer.response, to: &$0) }
                    }
                }
            }
        } catch {
            return outer.respond(error, mailboxStyleWithInner: true)
        }
    }

    /// Answers some requests that are in flight together, the last one first: the order is not promised.
    private func answer(
        _ group: [Item], after answers: [(id: String, response: ServerResponse)], caller: GraphCaller,
        latency: () -> Void
    ) -> [(id: String, response: ServerResponse)] {
        let calls = group.map { item -> (Item, Call?) in
            let hasFailedParent = item.dependsOn.contains { parent in
                answers.contains { $0.id.lowercased() == parent.lowercased() && $0.response.status >= 400 }
            }
            return (item, hasFailedParent ? nil : begin(item.request, caller: caller))
        }
        latency()
        defer { for (_, call) in calls { call.map(end) } }
        return calls.reversed().map { item, call in
            guard let call else {
                let failed = GraphError(
                    status: 424, code: "FailedDependency",
                    message: "A request that this one depends on has failed.",
                    origin: .gateway)
                let request = GraphRequest(item.request, now: now)
                return (item.id, request.respond(failed, mailboxStyleWithInner: true))
            }
            return (item.id, finish(call))
        }
    }

    private static func items(of request: ServerRequest) throws(GraphError) -> [Item] {
        guard let list = JSONValue.parse(request.body)?["requests"]?.elements else {
            throw .badRequest("Unable to read JSON request payload.")
        }
        guard (1...20).contains(list.count) else {
            throw .badRequest("Number of batch request steps exceeds the maximum value of 20.")
        }
        var items: [Item] = []
        for element in list {
            guard let id = element["id"]?.text, !id.isEmpty, let method = element["method"]?.text,
                let url = element["url"]?.text
            else { throw .badRequest("A batch request needs id, method and url.") }
            guard !items.contains(where: { $0.id.lowercased() == id.lowercased() }) else {
                throw .badRequest("Request IDs must be unique: '\(id)'.")
            }
            var headers = request.headers.filter { ["host", "user-agent"].contains($0.name.lowercased()) }
            let own = element["headers"]?.members ?? []
            headers += own.compactMap { member in member.value.text.map { (member.name.lowercased(), $0) } }
            guard element["body"] == nil || !own.isEmpty else {
                throw .badRequest("A batch request with a body needs headers.")
            }
            let inner = ServerRequest(
                method: method, target: "/v1.0" + (url.hasPrefix("/") ? url : "/" + url), headers: headers,
                body: element["body"]?.bytes ?? [])
            guard !inner.target.lowercased().contains("/$batch") else {
                throw .badRequest("Batches cannot be nested.")
            }
            items.append(
                Item(
                    id: id, request: inner,
                    dependsOn: element["dependsOn"]?.elements?.compactMap(\.text) ?? []))
        }
        return items
    }

    private static func write(_ id: String, _ response: ServerResponse, to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("status", response.status)
        writer.name("headers")
        writer.object { writer in
            for header in response.headers where header.name != "Strict-Transport-Security" {
                writer.member(header.name, header.value)
            }
        }
        guard response.body.count > 0 else { return }
        let body = response.body.piece(0..<response.body.count)
        let isJSON = response.headers.contains {
            $0.name == "Content-Type" && $0.value.hasPrefix("application/json")
        }
        writer.name("body")
        if isJSON { writer.value(json: body) } else { writer.value(Data(body).base64EncodedString()) }
    }
}
