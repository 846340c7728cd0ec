import FoundationEssentials
import TestSupport
import Testing
import Verification

@testable import mailscope

/// The page in a real browser: Debian's chromium, without a window. Pictures stay in `$MAILSCOPE_PICTURES` where that names
/// a folder. One browser at a time: a handful of them would starve the tests beside.
@Suite(.serialized, .enabled(if: Chromium.path != nil, "no /usr/bin/chromium here: apt-get install chromium"))
struct PagePictureTests {
    private func browse(_ folder: TemporaryFolder, _ words: [String]) async throws -> ProgramRun {
        try await ProgramRun(
            program: try #require(Chromium.path),
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                "--disable-dev-shm-usage", "--user-data-dir=" + folder("profile-" + UUID().uuidString),
                "--virtual-time-budget=2000",
            ] + words, environment: ["HOME": folder.path])
    }

    /// Asks the browser itself how wide the page becomes, in a frame as wide as a screen.
    @Test(arguments: [360, 390, 768, 1_280])
    func fitsTheScreen(width: Int) async throws {
        try await withTemporaryFolder { folder in
            let page = VerificationPage(try LongNames.report()).html
                .replacing("default-src 'none'; ", with: "")
            let frame = try folder.write(
                "frame.html",
                """
                <!DOCTYPE html><body><iframe width="\(width)" height="900" style="border:0" srcdoc="\(Markup.escaped(page))"></iframe>
                <script>onload = () => { const e = document.querySelector("iframe").contentDocument.documentElement;
                document.title = "width " + e.scrollWidth + " of " + e.clientWidth; }</script>
                """)
            let run = try await browse(folder, ["--window-size=1400,1000", "--dump-dom", "file://" + frame])
            #expect(run.output.contains("<title>width \(width) of \(width)</title>"))
        }
    }

    @Test func isDrawnWideAndNarrowLightAndDark() async throws {
        try await withTemporaryFolder { folder in
            let page = try folder.write("page.html", VerificationPage(try SampleReport.read()).html)
            var pictures: [[UInt8]] = []
            for (name, width, scheme) in [
                ("wide-light", 1_280, 1), ("wide-dark", 1_280, 0), ("narrow-light", 500, 1),
                ("narrow-dark", 500, 0),
            ] {
                let picture = folder(name + ".png")
                let run = try await browse(
                    folder,
                    [
                        "--window-size=\(width),2400", "--blink-settings=preferredColorScheme=\(scheme)",
                        "--screenshot=" + picture, "file://" + page,
                    ])
                let bytes = Array(try Data(contentsOf: URL(filePath: picture)))
                #expect(run.exitCode == 0)
                // The width stands after the signature and the head of the first chunk.
                #expect(bytes[16..<20].reduce(0) { $0 << 8 | Int($1) } == width)
                pictures.append(bytes)
                try keep(bytes, name)
            }
            #expect(Set(pictures).count == 4)
        }
    }

    @Test func printsOnPaper() async throws {
        try await withTemporaryFolder { folder in
            let page = try folder.write("page.html", VerificationPage(try SampleReport.read()).html)
            let paper = folder("page.pdf")
            _ = try await browse(
                folder, ["--no-pdf-header-footer", "--print-to-pdf=" + paper, "file://" + page])
            let bytes = Array(try Data(contentsOf: URL(filePath: paper)))
            #expect(bytes.starts(with: "%PDF".utf8))
            try keep(bytes, "paper", "pdf")
        }
    }

    private func keep(_ bytes: [UInt8], _ name: String, _ kind: String = "png") throws {
        guard let folder = ProcessInfo.processInfo.environment["MAILSCOPE_PICTURES"] else { return }
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(name).\(kind)"))
    }
}

private enum Chromium {
    static let path =
        FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium") ? "/usr/bin/chromium" : nil
}

/// A report whose names are as long as names can be.
private enum LongNames {
    static func report() throws -> VerificationReport {
        var report = try SampleReport.read()
        let name =
            String(repeating: "averylongname", count: 8) + "@" + String(repeating: "contoso.", count: 12)
            + "test"
        report.mailboxes[0].label = name
        report.summary = name
        report.subject.open = [name]
        report.controls[0].mailbox = name
        report.mailboxes[0].probes = report.mailboxes[0].probes.map { probe in
            var probe = probe
            probe.name = ProbeName(text: name, kind: probe.name.kind)
            return probe
        }
        report.plan.doors = ProbeDoor.allCases
        return report
    }
}
