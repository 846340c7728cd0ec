import FoundationEssentials
import LinuxHost

/// Asks a person, on the terminal that standard input is. Questions go to standard error, for the answer of the program
/// is the other stream's.
struct InitQuestions: Sendable {
    static let tries = 3

    private let disk = DiskThread(name: "questions")
    private let console = Console()

    /// Asks until `take` takes the answer, three times at most.
    ///
    /// - Parameters:
    ///   - question: without a question mark.
    ///   - standard: what just Enter means; nil where there must be an answer.
    ///   - take: gives nil where the answer is good, else what is wrong with it.
    /// - Throws: ``Failure`` after three tries, and at the end of the input.
    func ask(
        _ question: String, standard: String? = nil, _ take: (String) -> Failure.Complaint?
    ) async throws {
        for attempt in 1...Self.tries {
            let shown = standard.map { $0.isEmpty ? "" : " [\(LogWriter.escaped($0))]" } ?? ""
            StandardStream.error.write("\(question)\(shown): ")
            let answer = try await line()
            let complaint: Failure.Complaint? =
                switch answer {
                case nil: Failure.Complaint(message: "that was no text in UTF-8, or too long", hints: [])
                case ""? where standard == nil:
                    Failure.Complaint(message: "there must be an answer", hints: [])
                case ""?: take(standard ?? "")
                case let answer?: take(answer)
                }
            guard let complaint else { return }
            console.complain(Failure(.usage, [complaint]))
            if attempt == Self.tries {
                throw Failure(
                    .usage, "no answer that can be used, in \(Self.tries) tries; nothing was written",
                    hints: ["'mailscope init --help' says what is wanted"])
            }
        }
    }

    /// What was typed; nil where it cannot be read.
    private func line() async throws -> String? {
        let line: String?
        do throws(FileError) {
            line = try await disk.attempt { () throws(FileError) in try StandardInput.line() }
        } catch {
            guard error.code == .invalid else { throw error }
            return nil
        }
        guard let line else {
            StandardStream.error.write("\n")
            throw Failure(.interrupted, "the questions were not answered; nothing was written")
        }
        return Self.trimmed(line)
    }

    private static func trimmed(_ line: String) -> String {
        var rest = line[...].drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
