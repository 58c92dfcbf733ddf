import Foundation
import Testing

@testable import Norma

/// Properties that hold of every project, tried on invented ones. A failure names its seed, which replays it.
@Suite struct GeneratedProjectTests {
  private static let isLong = ProcessInfo.processInfo.environment["NORMA_LONG_TESTS"] != nil
  /// Ranges of seeds, so that they can run side by side.
  private static let stretches = stride(from: 0, to: isLong ? 2000 : 500, by: 50).map { UInt64($0)..<UInt64($0 + 50) }

  @Test("both engines find the same in every generated project", arguments: stretches)
  func enginesAgree(seeds: Range<UInt64>) throws {
    for seed in seeds {
      try inTemporaryFolder { folder in
        var none: SeededGenerator?
        let project = GeneratedProject(seed: seed)
        try project.write(to: folder, completing: &none)
        let columnar = try report(folder, project.asOf, .columnar)
        let rowByRow = try report(folder, project.asOf, .rowByRow)
        let options = ReportOptions(language: .en)
        let (one, other) = (
          JSONReport.render(columnar, options: options), JSONReport.render(rowByRow, options: options)
        )
        #expect(one == other, "the engines differ at seed \(seed):\n\(Self.difference(one, other))\n\(project.rules)")
      }
    }
  }

  @Test("however unknown cells are filled in, verdicts stay", arguments: stretches.prefix(isLong ? 40 : 4))
  func verdictsSurviveCompletion(seeds: Range<UInt64>) throws {
    for seed in seeds {
      try inTemporaryFolder { folder in
        var none: SeededGenerator?
        let project = GeneratedProject(seed: seed)
        try project.write(to: folder, completing: &none)
        let before = Verdicts(try report(folder, project.asOf, .columnar))
        for attempt in 0..<3 {
          var random: SeededGenerator? = SeededGenerator(seed: seed &* 31 &+ UInt64(attempt))
          try project.write(to: folder, completing: &random)
          let after = Verdicts(try report(folder, project.asOf, .columnar))
          for flip in before.flips(to: after) {
            Issue.record("seed \(seed), completion \(attempt): \(flip)\n\(project.rules)")
          }
        }
      }
    }
  }

  /// What became of the obligations of one audit, by finding id.
  private struct Verdicts {
    private var outcomes: [String: (outcome: Outcome, name: String)] = [:]

    init(_ report: AuditReport) {
      for finding in report.findings {
        let name = "\(finding.rule) \(finding.subject.canonicalText) \(finding.period)"
        outcomes[finding.id] = (finding.outcome, name)
      }
      for open in report.upcoming {
        let id = FindingID.id(rule: open.rule, subject: open.subject, period: open.period)
        outcomes[id] = (.pending, "\(open.rule) \(open.subject.canonicalText) \(open.period)")
      }
    }

    /// The verdicts that a completion must not change, and changes.
    func flips(to other: Verdicts) -> [String] {
      var flips: [String] = []
      for (id, (outcome, name)) in outcomes where outcome.isBroken && other.outcomes[id]?.outcome != outcome {
        flips.append("\(name) was \(outcome), and is \(other.outcomes[id].map { "\($0.outcome)" } ?? "met or gone")")
      }
      for (id, (outcome, name)) in other.outcomes where outcome.isBroken && outcomes[id] == nil {
        // Without a roster a cell that is filled in may name a subject that nobody named before.
        if !name.contains("amount=") && !name.contains("flag=") { flips.append("\(name) is \(outcome), and was met") }
      }
      return flips
    }
  }

  private func report(_ folder: URL, _ asOf: CivilDate, _ engine: Engine) throws -> AuditReport {
    let sink = DiagnosticSink()
    guard let project = ProjectLoader(sink: sink, machineTimeZone: .utc).load(folder.path) else {
      let renderer = DiagnosticRenderer(language: .en)
      throw LoadFailure(text: sink.diagnostics.map { renderer.text(of: $0) }.joined(separator: "\n"))
    }
    var options = Audit.Options(asOf: asOf)
    options.engine = engine
    options.horizon = 4000
    return try Audit(project, options: options).run()
  }

  private struct LoadFailure: Error {
    let text: String
  }

  private func inTemporaryFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("norma-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private static func difference(_ one: String, _ other: String) -> String {
    let (left, right) = (one.split(separator: "\n"), other.split(separator: "\n"))
    guard let place = zip(left, right).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset else {
      return "one has more lines"
    }
    let range = max(0, place - 12)..<min(left.count, right.count, place + 6)
    return "columnar:\n\(left[range].joined(separator: "\n"))\nrow by row:\n\(right[range].joined(separator: "\n"))"
  }
}
