import FoundationEssentials
import Glibc
import LinuxHost

@main enum Entry {
    static func main() async {
        WorkerThreads.keepQuiet()
        HeapSettings.keepSmall()
        CoreDumps.forbid()
        StandardStream.fillClosedOnes()
        Signals.ignoreBrokenPipes()
        exit(await Program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }
}
