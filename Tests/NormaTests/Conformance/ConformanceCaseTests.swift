import Foundation
import Testing

@testable import Norma

/// Runs the cases under `Tests/Conformance/Cases` through every engine: each is a small project that documents a feature,
/// with what it has to find worked out by hand.
@Suite struct ConformanceCaseTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Conformance/Cases")

  /// The cases, as paths below the folder.
  static let cases: [String] = {
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix("/expected.json") }.map { String($0.dropLast("/expected.json".count)) }.sorted()
  }()

  /// What a case has to find.
  struct Expected: Decodable {
    let as_of: String
    let outcomes: [String: Int]
    let findings: [Finding]
    let data_findings: [String]
    let notes: [String]

    struct Finding: Decodable {
      let subject: String
      let period: String
      let outcome: String
      let figures: [String: [Int]]?
      let missing: [String]?
      let expected: String?
      let due: String?
      let days_overdue: Int?
    }
  }

  @Test("there are cases")
  func thereAreCases() {
    #expect(Self.cases.count >= 40)
  }

  @Test("every engine finds what the case says", arguments: cases, Engine.allCases)
  func runs(name: String, engine: Engine) throws {
    let folder = Self.folder.appendingPathComponent(name)
    let data = try Data(contentsOf: folder.appendingPathComponent("expected.json"))
    let expected = try JSONDecoder().decode(Expected.self, from: data)
    let sink = DiagnosticSink()
    let loaded = ProjectLoader(sink: sink, machineTimeZone: .utc).load(folder.path)
    let renderer = DiagnosticRenderer(language: .en)
    let project = try #require(loaded, "\(sink.diagnostics.map { renderer.text(of: $0) }.joined(separator: "\n"))")
    var options = Audit.Options(asOf: try #require(CivilDate(iso: expected.as_of)))
    options.engine = engine
    let report = try Audit(project, options: options).run()

    var outcomes: [String: Int] = [:]
    for outcome in Outcome.allCases where report.summary[outcome] > 0 {
      outcomes[outcome.rawValue] = report.summary[outcome]
    }
    #expect(outcomes == expected.outcomes)
    #expect(report.dataFindings.map(\.finding.problem.rawValue) == expected.data_findings)
    #expect(Set(report.notes.map(\.code)).subtracting(["missing_column", "unused_column"]) == Set(expected.notes))
    #expect(
      report.findings.map { "\($0.subject.canonicalText) \($0.period) \($0.outcome.rawValue)" }.sorted()
        == expected.findings.map { "\($0.subject) \($0.period) \($0.outcome)" }.sorted())
    for wanted in expected.findings {
      guard
        let found = report.findings.first(where: {
          $0.subject.canonicalText == wanted.subject && $0.period == wanted.period
        })
      else { continue }
      check(found, wanted)
    }
  }

  private func check(_ found: Finding, _ wanted: Expected.Finding) {
    for (name, pair) in wanted.figures ?? [:] {
      let bounds: Bounds<Int>? =
        switch (name, found.figures) {
        case ("numerator", .share(let counts)): counts.numerator
        case ("denominator", .share(let counts)): counts.denominator
        case ("count", .count(let count)): count
        default: nil
        }
      #expect(bounds.map { [$0.low, $0.high] } == pair, "\(name)")
    }
    if let missing = wanted.missing {
      #expect(found.missing.map { "\($0.field):\($0.row)" }.sorted() == missing.sorted())
    }
    if let expectation = wanted.expected { #expect(found.expected == expectation) }
    if let due = wanted.due { #expect(found.due?.description == due) }
    if let days = wanted.days_overdue { #expect(found.daysOverdue == days) }
  }
}
