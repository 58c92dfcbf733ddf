import Foundation
import Testing

@testable import Norma

/// Properties that hold of every project, tried on invented ones. A failure names its seed, which replays it.
@Suite struct GeneratedProjectTests {
  private static let isLong = ProcessInfo.processInfo.environment["NORMA_LONG_TESTS"] != nil
  /// Ranges of seeds, so that they can run side by side.
  static let stretches = stride(from: 0, to: isLong ? 2000 : 200, by: 50).map { UInt64($0)..<UInt64($0 + 50) }

  /// The same for properties that seldom fail alone.
  static let fewStretches = isLong ? stretches : [0..<20, 20..<40]

  @Test("both engines find the same in every generated project", arguments: stretches)
  func enginesAgree(seeds: Range<UInt64>) throws {
    for seed in seeds {
      var none: SeededGenerator?
      let project = GeneratedProject(seed: seed)
      let files = project.files(completing: &none)
      let reports = try [Engine.columnar, .rowByRow].map { engine in
        JSONReport.render(
          try GeneratedProject.audit(files, asOf: project.asOf, engine: engine).report,
          options: ReportOptions(language: .en)
        ).text
      }
      #expect(
        reports[0] == reports[1], "the engines differ at seed \(seed):\n\(Self.difference(reports[0], reports[1]))")
    }
  }

  @Test("what a report leaves out is counted as if it were listed", arguments: fewStretches)
  func listing(seeds: Range<UInt64>) throws {
    let few = Listing(findings: 2, missing: 2, dataFindings: 1, cellsToSupply: 3)
    for seed in seeds {
      var none: SeededGenerator?
      let project = GeneratedProject(seed: seed)
      let files = project.files(completing: &none)
      let reports = try [Listing.everything, few].map { listing in
        try GeneratedProject.audit(files, asOf: project.asOf) { options in
          options.keepsEveryObligation = false
          options.listing = listing
          // What several jobs leave out by themselves is what all of them together leave out.
          options.jobs = listing == few ? 1 + Int(seed % 3) : 1
          options.blockSize = 64
        }.report
      }
      let (all, some) = (reports[0], reports[1])
      #expect(all.summary == some.summary, "seed \(seed)")
      #expect(all.rules.map(\.counts) == some.rules.map(\.counts), "seed \(seed)")
      let first = all.findings.filter { $0.ordinal < 2 }
      #expect(first.map(\.id) == some.findings.map(\.id), "seed \(seed)")
      for (whole, short) in zip(first, some.findings) {
        #expect(whole.missing.count == short.missingCount, "seed \(seed), \(whole.rule) \(whole.subject)")
        let isCut = short.missing.count < whole.missing.count
        #expect(
          Array(whole.missing.prefix(isCut ? 2 : .max)) == short.missing, "seed \(seed), \(whole.rule) \(whole.subject)"
        )
      }
      #expect(Array(all.cellsToSupply.prefix(3)) == some.cellsToSupply, "seed \(seed)")
      #expect(all.dataFindings.count == some.dataFindingCount, "seed \(seed)")
      #expect(Array(all.dataFindings.prefix(1)) == some.dataFindings, "seed \(seed)")
      for rule in all.rules {
        for outcome in Outcome.allCases where outcome.isFinding {
          let listed = some.findings.count { $0.rule == rule.id && $0.outcome == outcome }
          #expect(listed == min(2, rule.counts[outcome]), "seed \(seed), \(rule.id)")
        }
      }
    }
  }

  @Test("however unknown cells are filled in, verdicts stay", arguments: stretches)
  func verdictsSurviveCompletion(seeds: Range<UInt64>) throws {
    for seed in seeds {
      var none: SeededGenerator?
      let project = GeneratedProject(seed: seed)
      let before = Verdicts(
        try GeneratedProject.audit(project.files(completing: &none), asOf: project.asOf).report.obligations)
      for attempt in 0..<3 {
        var random: SeededGenerator? = SeededGenerator(seed: seed &* 31 &+ UInt64(attempt))
        let files = project.files(completing: &random)
        let after = Verdicts(try GeneratedProject.audit(files, asOf: project.asOf).report.obligations)
        for flip in before.flips(to: after) { Issue.record("seed \(seed), completion \(attempt): \(flip)") }
      }
    }
  }

  @Test("what is final on one day stays so on later days", arguments: stretches)
  func verdictsSurviveTime(seeds: Range<UInt64>) throws {
    for seed in seeds {
      var none: SeededGenerator?
      let project = GeneratedProject(seed: seed)
      let files = project.files(completing: &none)
      let (loaded, report) = try GeneratedProject.audit(files, asOf: project.asOf)
      let lasting = Set(loaded.plans.values.filter(Self.isLasting).map(\.rule))
      let before = Verdicts(report.obligations.filter { lasting.contains($0.rule) })
      for days in [1, 29, 130] {
        let later = CivilDate(dayNumber: project.asOf.dayNumber + Int32(days))
        let after = Verdicts(try GeneratedProject.audit(files, asOf: later).report.obligations)
        for flip in before.reversals(by: after) { Issue.record("seed \(seed), \(days) days later: \(flip)") }
      }
    }
  }

  /// Whether what a rule finds of a closed period can't depend on the day of the audit: it looks neither at that day nor at
  /// a register as it stands, and its obligations are for periods that end.
  private static func isLasting(_ plan: RulePlan) -> Bool {
    if plan.expressions.contains(where: { $0.expression.text.contains("asOf") }) { return false }
    if plan.datasets.contains("dated_events") { return false }
    switch plan.obligations {
    case .judgeResponses: return true
    case .judgeGroups(let group, let owed, _):
      return owed.recurrence.unit != .once && group.placement != .everywhere
    case .judgePairs(let left, let right, let owed, _):
      return owed.recurrence.unit != .once && left.placement != .everywhere && right.placement != .everywhere
    case .judgeRows, .judgeMatches: return false
    }
  }

  private static func difference(_ one: String, _ other: String) -> String {
    let (left, right) = (one.split(separator: "\n"), other.split(separator: "\n"))
    guard let place = zip(left, right).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset else {
      return "one has more lines"
    }
    let range = max(0, place - 6)..<min(left.count, right.count, place + 14)
    return "columnar:\n\(left[range].joined(separator: "\n"))\nrow by row:\n\(right[range].joined(separator: "\n"))"
  }
}

/// What became of the obligations of one audit, by finding id.
struct Verdicts {
  private var outcomes: [String: (outcome: Outcome, name: String)] = [:]

  init(_ obligations: [AuditReport.Obligation]) {
    // An obligation of nobody knows whom goes by another name once the name is known.
    for obligation in obligations where !obligation.subject.parts.contains(where: { $0.value == .unknown }) {
      let id = FindingID.id(rule: obligation.rule, subject: obligation.subject, period: obligation.period)
      let name = "\(obligation.rule) \(obligation.subject.canonicalText) \(obligation.period)"
      outcomes[id] = (obligation.outcome, name)
    }
  }

  /// The verdicts that filling in unknown cells must not change, and changes.
  func flips(to other: Verdicts) -> [String] {
    changes(to: other) { before, after in
      switch before {
      case .late, .overdue, .breached: after == before
      case .met: after == nil || after == .met
      case .pending: after == nil || after == .pending || after == .met || after == .breached
      case .undetermined, .waived: true
      }
    }
  }

  /// The final verdicts that a later day must not change, and changes. What is overdue may yet be done, but not in time.
  func reversals(by other: Verdicts) -> [String] {
    changes(to: other) { before, after in
      switch before {
      case .late, .breached, .met: after == before
      case .overdue: after != nil && after != .met
      case .pending, .undetermined, .waived: true
      }
    }
  }

  private func changes(to other: Verdicts, _ holds: (Outcome, Outcome?) -> Bool) -> [String] {
    outcomes.compactMap { id, before in
      let after = other.outcomes[id]?.outcome
      return holds(before.outcome, after)
        ? nil : "\(before.name) was \(before.outcome), and is \(after.map { "\($0)" } ?? "gone")"
    }
  }
}
