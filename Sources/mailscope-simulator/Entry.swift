import CommandTree
import Glibc
import TenantSimulator

@main enum Entry {
    static func main() async {
        // Whoever says nothing wants a tenant.
        var words = Array(CommandLine.arguments.dropFirst())
        if words.isEmpty || words[0].hasPrefix("--"), !["--help", "--version"].contains(words.first) {
            words.insert("serve", at: 0)
        }
        do {
            exit(
                try await Simulator.command.perform(
                    words, answer: StandardOutput.write, complain: StandardOutput.complain))
        } catch let error as TenantFileError {
            for fault in error.faults { complain(fault.text, hint: fault.hint) }
            exit(2)
        } catch {
            switch error {
            case let error as FileComplaint: complain(error.text, hint: error.hint)
            case let error as Refusal: complain(error.text, hint: error.hint)
            case let error as ServerError: complain(error.description, hint: error.hint)
            default: complain("\(error)", hint: nil)
            }
            exit(1)
        }
    }

    private static func complain(_ text: String, hint: String?) {
        StandardOutput.complain("mailscope-simulator: error: \(text)\n")
        if let hint { StandardOutput.complain("mailscope-simulator: hint: \(hint)\n") }
    }
}
