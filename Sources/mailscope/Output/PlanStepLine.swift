import FoundationEssentials
import MailscopeKit

/// One step of a policy's plan as a line of JSON: where it is done, why, the PowerShell line where it is one, and the
/// same as a request.
struct PlanStepLine: Encodable {
    fileprivate enum Value: Encodable {
        case text(String)
        case texts([String])
        case truth(Bool)
        case number(Int)
        case members([String: Value])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .texts(let texts): try container.encode(texts)
            case .truth(let truth): try container.encode(truth)
            case .number(let number): try container.encode(number)
            case .members(let members): try container.encode(members)
            }
        }
    }

    private let at: String
    private let line: String?
    private let reason: String
    private let request: Value

    /// One step of the plan of `application`.
    init(_ step: PolicyStep, of application: PolicySpecification.Application) {
        let client = Value.text(application.clientID ?? "")
        reason = step.reason
        switch step.action {
        case .exchange(let command):
            at = "exchange"
            line = command.line
            let parameters = command.parameters.map { ($0.name, Value($0.argument)) }
            request = .members([
                "cmdlet": .text(command.name),
                "parameters": .members(Dictionary(parameters) { first, _ in first }),
            ])
        case .grant(let permission):
            at = "directory"
            line = nil
            request = .members([
                "action": .text("grant"), "app": client, "role": .text(permission.rawValue),
            ])
        case .revoke(let permission):
            at = "directory"
            line = nil
            request = .members([
                "action": .text("revoke"), "app": client, "role": .text(permission.rawValue),
            ])
        case .waitForTokens(let minutes):
            at = "nowhere"
            line = nil
            request = .members(["wait-minutes": .number(minutes)])
        case .retirePolicies(let clientID):
            at = "exchange"
            line = nil
            request = .members(["retire-policies-of": .text(clientID)])
        }
    }
}

extension PlanStepLine.Value {
    fileprivate init(_ argument: PolicyCmdlet.Argument) {
        switch argument {
        case .text(let text), .word(let text): self = .text(text)
        case .texts(let texts): self = .texts(texts)
        case .truth(let truth): self = .truth(truth)
        }
    }
}
