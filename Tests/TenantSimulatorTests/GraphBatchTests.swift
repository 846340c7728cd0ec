import FoundationEssentials
import Testing

@testable import TenantSimulator

/// `$batch`. Source: the sheet on Graph, section 5.
@Suite struct GraphBatchTests {
    let bench = GraphTestBench(messages: 20)

    private func batch(_ requests: [JSONValue]) -> GraphTestBench.Answer {
        let body = JSONValue.members([("requests", .array(requests))]).bytes
        return bench.send("POST", "/v1.0/$batch", body: String(decoding: body, as: UTF8.self))
    }

    private func get(_ id: String, _ rest: String, after: [String] = []) -> JSONValue {
        .members([
            ("id", .string(id)), ("method", "GET"), ("url", .string("/users/reader@contoso.test/\(rest)")),
            ("headers", ["Prefer": "IdType=\"ImmutableId\""]),
            ("dependsOn", after.isEmpty ? nil : .array(after.map { .string($0) })),
        ])
    }

    @Test func eachRequestHasItsOwnAnswer() throws {
        let id = bench.store.messageIDs(of: GraphTestBench.reader)[0]
        let answer = batch([
            get("1", "messages?$top=2"), get("2", "messages/\(id)/$value"), get("3", "messages/x"),
        ])
        #expect(answer.status == 200)
        let answers = try #require(answer.json?["responses"]?.elements)
        func response(_ id: String) -> JSONValue? { answers.first { $0["id"]?.text == id } }
        #expect(answers.compactMap { $0["id"]?.text } != ["1", "2", "3"])
        let list = response("1")?["body"]?["value"]?.elements ?? []
        #expect(list.count == 2 && list.allSatisfy { $0["id"]?.text?.hasPrefix("AAkA") == true })
        #expect(response("1")?["headers"]?["Content-Type"]?.text == GraphRequest.jsonType)
        let text = try #require(response("2")?["body"]?.text)
        let mime = try #require(Data(base64Encoded: text))
        #expect([UInt8](mime) == bench.store.mime(of: id, in: GraphTestBench.reader))
        #expect(response("3")?["status"]?.whole == 400)
        #expect(response("3")?["body"]?["error"]?["code"]?.text == "ErrorInvalidIdMalformed")
    }

    @Test func twentyFitAndNoneIsThrottled() throws {
        let answers = try #require(
            batch((1...20).map { get("\($0)", "messages?$top=1") }).json?["responses"]?.elements)
        #expect(answers.count == 20 && answers.allSatisfy { $0["status"]?.whole == 200 })
        #expect(batch((1...21).map { get("\($0)", "messages") }).status == 400)
        #expect(batch([get("a", "messages"), get("A", "messages")]).status == 400)
        #expect(bench.send("POST", "/v1.0/$batch", body: "{").status == 400)
    }

    @Test func oneOutsideMakesOneOfTheFourTooMany() throws {
        let held = bench.api.begin(
            ServerRequest(method: "GET", target: GraphTestBench.path("messages")), caller: bench.caller)
        defer { bench.api.end(held) }
        let answers = try #require(
            batch((1...8).map { get("\($0)", "messages?$top=1") }).json?["responses"]?.elements)
        let refused = answers.filter { $0["status"]?.whole == 429 }
        #expect(refused.count == 2)
        #expect(refused.allSatisfy { $0["headers"]?["Retry-After"]?.text == "1" })
    }

    @Test func whatDependsOnAFailureIs424() throws {
        let answers = try #require(
            batch([get("2", "messages", after: ["1"]), get("1", "messages/x"), get("3", "messages?$top=1")])
                .json?["responses"]?.elements)
        let status = Dictionary(
            uniqueKeysWithValues: answers.map { ($0["id"]?.text ?? "", $0["status"]?.whole ?? 0) })
        #expect(status == ["1": 400, "2": 424, "3": 200])
        #expect(batch([get("1", "messages", after: ["9"])]).status == 400)
    }
}
