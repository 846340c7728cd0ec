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
            for fault in error.faults {
                StandardOutput.complain("mailscope-simulator: error: \(fault.text)\n")
                if let hint = fault.hint { StandardOutput.complain("mailscope-simulator: hint: \(hint)\n") }
            }
            exit(2)
        } catch {
            StandardOutput.complain("mailscope-simulator: error: \(error)\n")
            exit(1)
        }
    }
}
