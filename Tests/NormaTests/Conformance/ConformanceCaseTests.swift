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
    let scorecards: [Score]?

    struct Score: Decodable {
      let id: String
      let subject: String
      let period: String
      let score: [Figure]
      let grade: String?
    }

    /// A number, a text of an exact decimal, or null for no limit.
    struct Figure: Decodable, Hashable {
      let number: Rational?

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
          number = nil
        } else if let integer = try? container.decode(Int64.self) {
          number = Rational(integer)
        } else if let text = try? container.decode(String.self) {
          let parts = text.split(separator: "/").compactMap { Rational(decimal: String($0)) }
          number = parts.count == 2 ? parts[0].divided(by: parts[1]) : parts.first
        } else {
          number = Rational(decimal: String(try container.decode(Double.self)))
        }
      }

      init(_ number: Rational?) { self.number = number }
    }

    struct Finding: Decodable {
      /// The rule's id; may be left out where no two rules have the same subjects.
      let rule: String?
      let subject: String
      let period: String
      let outcome: String
      let figures: [String: [Figure]]?
      let missing: [String]?
      let expected: String?
      let due: String?
      let days_overdue: Int?
    }
  }

  /// Audits a case.
  static func report(_ name: String) throws -> AuditReport { try run(name, .columnar).report }

  /// How a case is run.
  enum Way: CaseIterable {
    case columnar, rowByRow
    /// By the columnar engine, with several jobs that each read a few rows at a time.
    case sideBySide

    /// Sets the options for it.
    func set(_ options: inout Audit.Options) {
      options.engine = self == .rowByRow ? .rowByRow : .columnar
      guard self == .sideBySide else { return }
      options.jobs = 3
      options.blockSize = 48
    }
  }

  /// The outcomes that a case says there are.
  static func outcomes(_ name: String) throws -> Set<String> {
    let data = try Data(contentsOf: folder.appendingPathComponent(name + "/expected.json"))
    return Set(try JSONDecoder().decode(Expected.self, from: data).outcomes.keys)
  }

  private static func run(
    _ name: String, _ way: Way, _ change: (inout Audit.Options) -> Void = { _ in }
  ) throws -> (expected: Expected, report: AuditReport) {
    let folder = folder.appendingPathComponent(name)
    let data = try Data(contentsOf: folder.appendingPathComponent("expected.json"))
    let expected = try JSONDecoder().decode(Expected.self, from: data)
    let sink = DiagnosticSink()
    let loaded = ProjectLoader(sink: sink, machineTimeZone: .utc).load(folder.path)
    let renderer = DiagnosticRenderer(language: .en)
    let project = try #require(loaded, "\(sink.diagnostics.map { renderer.text(of: $0) }.joined(separator: "\n"))")
    var options = Audit.Options(asOf: try #require(CivilDate(iso: expected.as_of)))
    way.set(&options)
    change(&options)
    return (expected, try Audit(project, options: options).run())
  }

  @Test("there are cases")
  func thereAreCases() {
    #expect(Self.cases.count >= 40)
  }

  @Test("what is due is the same whether or not all else is judged as well", arguments: cases, [0, 31, 400])
  func due(name: String, horizon: Int) throws {
    let reports = try [false, true].map { onlyDue in
      try Self.run(name, .columnar) { options in
        options.horizon = horizon
        options.onlyDue = onlyDue
      }.report
    }
    #expect(DueReport(report: reports[0], language: .en).json == DueReport(report: reports[1], language: .en).json)
  }

  @Test("every engine, and several jobs, find what the case says", arguments: cases, Way.allCases)
  func runs(name: String, way: Way) throws {
    let (expected, report) = try Self.run(name, way)

    var outcomes: [String: Int] = [:]
    for outcome in Outcome.allCases where report.summary[outcome] > 0 {
      outcomes[outcome.rawValue] = report.summary[outcome]
    }
    #expect(outcomes == expected.outcomes)
    #expect(report.dataFindings.map(\.finding.problem.rawValue) == expected.data_findings)
    #expect(Set(report.notes.map(\.code)).subtracting(["missing_column", "unused_column"]) == Set(expected.notes))
    let namesRules = expected.findings.contains { $0.rule != nil }
    #expect(
      report.findings.map {
        "\(namesRules ? $0.rule : "") \($0.subject.canonicalText) \($0.period) \($0.outcome.rawValue)"
      }.sorted() == expected.findings.map { "\($0.rule ?? "") \($0.subject) \($0.period) \($0.outcome)" }.sorted())
    if way != .rowByRow {
      #expect(report.cellsToSupply == (try Self.run(name, .rowByRow).report.cellsToSupply))
    }
    if let wanted = expected.scorecards {
      #expect(
        Set(report.scores.map { Self.text(of: $0) })
          == Set(
            wanted.map {
              "\($0.id) \($0.subject) \($0.period) \($0.score.map { "\($0.number.map { "\($0)" } ?? "-")" }) \($0.grade ?? "-")"
            }))
    }
    for wanted in expected.findings {
      guard
        let found = report.findings.first(where: {
          $0.subject.canonicalText == wanted.subject && $0.period == wanted.period
            && $0.rule == wanted.rule ?? $0.rule
        })
      else { continue }
      check(found, wanted)
    }
  }

  private static func text(of score: Score) -> String {
    let bounds = ["\(score.score.low)", "\(score.score.high)"]
    return "\(score.scorecard) \(score.subject.canonicalText) \(score.period) \(bounds) \(score.grade?.zh ?? "-")"
  }

  private func check(_ found: Finding, _ wanted: Expected.Finding) {
    let figures = Dictionary(found.figures.named.map { ($0.name, $0.bounds) }) { first, _ in first }
    for (name, pair) in wanted.figures ?? [:] {
      let bounds = figures[name].map { [Expected.Figure($0.low), Expected.Figure($0.high)] }
      #expect(bounds == pair, "\(name) of \(found.rule) \(wanted.subject) \(wanted.period)")
    }
    if let missing = wanted.missing {
      #expect(found.missing.map { "\($0.field):\($0.row)" }.sorted() == missing.sorted())
    }
    if let expectation = wanted.expected { #expect(found.expected == expectation) }
    if let due = wanted.due { #expect(found.due?.description == due) }
    if let days = wanted.days_overdue { #expect(found.daysOverdue == days) }
  }
}
