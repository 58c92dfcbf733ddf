/// Runs rule tests by real audits, with every engine.
public struct RuleTestRunner: Sendable {
  /// Creates a runner.
  public init() {}

  /// Runs a test; its rows are read as the cells of a sheet are.
  public func run(_ test: RuleTest) -> RuleTestResult {
    let reports = Engine.allCases.map { (engine: $0, report: audit(test, tables: test.data, engine: $0)) }
    let report = reports[0].report
    let messages = Dictionary(report.findings.map { (Key($0.subject, $0.period), $0) }) { first, _ in first }
    let obligations = Self.sorted(report.obligations).map { obligation in
      let finding = messages[Key(obligation.subject, obligation.period)]
      return TestedObligation(obligation: obligation, message: finding?.message, missing: finding?.missing ?? [])
    }
    let checks = test.expectations.map { Self.check($0, obligations) }
    let named = Set(checks.compactMap { $0.found?.obligation })
    return RuleTestResult(
      test: test, checks: checks, others: obligations.filter { !named.contains($0.obligation) },
      differences: reports.dropFirst().flatMap { Self.differences(report, $0.report, $0.engine) },
      dataFindings: report.dataFindings, usesNoRow: usesNoRow(test, report))
  }

  private struct Key: Hashable {
    let subject: Subject
    let period: String

    init(_ subject: Subject, _ period: String) {
      self.subject = subject
      self.period = period
    }
  }

  /// Whether the rule finds the same without any of the test's rows, although the test expects something of them.
  private func usesNoRow(_ test: RuleTest, _ report: AuditReport) -> Bool {
    guard !test.expectations.isEmpty, test.data.contains(where: { !$0.table.rows.isEmpty }) else { return false }
    let empty = audit(test, tables: [], engine: Engine.allCases[0])
    return Self.sorted(empty.obligations) == Self.sorted(report.obligations)
  }

  private func audit(
    _ test: RuleTest, tables: [(dataset: String, table: InlineTable)], engine: Engine
  ) -> AuditReport {
    var sources: [String: DataSource] = [:]
    func add(_ dataset: String, _ table: InlineTable) {
      sources[dataset] = DataSource(
        paths: [], encoding: nil, headerRow: nil, location: test.location, inlineTable: table)
    }
    for dataset in test.ruleBase.datasetsRead(by: test.plan) { add(dataset, InlineTable(rows: [])) }
    for (dataset, table) in tables { add(dataset, table) }
    let project = Project(
      path: test.location.file.path, organization: test.rule.title, ruleBase: test.ruleBase,
      plans: [test.rule.id: test.plan], since: test.since, timeZone: test.timeZone, calendar: test.calendar,
      language: .en, enabled: [test.rule.id], sources: sources)
    var options = Audit.Options(asOf: test.asOf)
    options.engine = engine
    options.keepsEveryObligation = true
    options.reveals = true
    do {
      return try Audit(project, options: options).run()
    } catch {
      preconditionFailure("rows that stand in a rule file could not be read: \(error.sources)")
    }
  }

  private static func sorted(_ obligations: [AuditReport.Obligation]) -> [AuditReport.Obligation] {
    obligations.sorted { ($0.subject.canonicalText, $0.period) < ($1.subject.canonicalText, $1.period) }
  }

  /// The obligations that another engine finds differently.
  private static func differences(
    _ report: AuditReport, _ other: AuditReport, _ engine: Engine
  ) -> [RuleTestResult.Difference] {
    let (ours, theirs) = (Set(report.obligations), Set(other.obligations))
    return (sorted(Array(ours.subtracting(theirs))).map { .init(engine: Engine.allCases[0], obligation: $0) })
      + (sorted(Array(theirs.subtracting(ours))).map { .init(engine: engine, obligation: $0) })
  }

  // MARK: Expectations

  private static func check(_ expected: ExpectedObligation, _ obligations: [TestedObligation]) -> RuleTestResult.Check {
    let ofSubject = obligations.filter { expected.names($0.obligation.subject) }
    let candidates = expected.period.map { period in ofSubject.filter { $0.obligation.period == period } } ?? ofSubject
    guard candidates.count == 1, let found = candidates.first else {
      let mismatch: RuleTestResult.Mismatch =
        candidates.isEmpty ? .notThere : .severalPeriods(candidates.map(\.obligation.period))
      return .init(expected: expected, found: nil, mismatches: [mismatch])
    }
    return .init(expected: expected, found: found, mismatches: mismatches(expected, found.obligation))
  }

  private static func mismatches(
    _ expected: ExpectedObligation, _ found: AuditReport.Obligation
  ) -> [RuleTestResult.Mismatch] {
    var mismatches: [RuleTestResult.Mismatch] = []
    if expected.outcome != found.outcome { mismatches.append(.outcome(found.outcome)) }
    if let due = expected.due, due != found.due { mismatches.append(.due(expected: due, found: found.due)) }
    for figure in expected.figures {
      let named = found.figures.values
      guard let value = named.first(where: { $0.name == figure.name.value })?.value else {
        mismatches.append(.noSuchFigure(figure.name.value, candidates: named.map(\.name)))
        continue
      }
      if !value.agrees(with: figure.value) {
        mismatches.append(.figure(figure.name.value, expected: figure.text, found: value))
      }
    }
    return mismatches
  }
}

/// An obligation that a test brought out, with what its finding says.
public struct TestedObligation: Sendable {
  /// The obligation.
  public let obligation: AuditReport.Obligation
  /// What the finding says, in a sentence; nil for what is met or pending.
  public let message: LocalizedText?
  /// The cells that would decide it.
  public let missing: [CellReference]
}

/// What became of a test.
public struct RuleTestResult: Sendable {
  /// The test.
  public let test: RuleTest
  /// The expectations with what was found, in the order of the file.
  public let checks: [Check]
  /// The obligations of which no expectation speaks, by subject and period.
  public let others: [TestedObligation]
  /// The obligations that the engines find differently: a fault of the program, not of the rule.
  public let differences: [Difference]
  /// The cells of the test's rows that could not be taken as they stand.
  public let dataFindings: [AuditReport.LocatedDataFinding]
  /// Whether the rule finds the same without any of the test's rows: the test shows nothing about them.
  public let usesNoRow: Bool

  /// An expectation with what was found.
  public struct Check: Sendable {
    /// The expectation.
    public let expected: ExpectedObligation
    /// The obligation; nil where there is none, or several.
    public let found: TestedObligation?
    /// Where the two differ.
    public let mismatches: [Mismatch]

    /// Whether it holds.
    public var passed: Bool { mismatches.isEmpty }
  }

  /// How what was found differs from what a test expects.
  public enum Mismatch: Hashable, Sendable {
    /// The rule states no such obligation.
    case notThere
    /// The subject owes in several periods, and the expectation names none.
    case severalPeriods([String])
    /// It has another outcome.
    case outcome(Outcome)
    /// It has another due date, or none.
    case due(expected: CivilDate, found: CivilDate?)
    /// A figure has another value.
    case figure(String, expected: String, found: FigureValue)
    /// The kind of rule has no figure of this name.
    case noSuchFigure(String, candidates: [String])
  }

  /// An obligation that only one engine finds so.
  public struct Difference: Hashable, Sendable {
    /// The engine.
    public let engine: Engine
    /// What it finds.
    public let obligation: AuditReport.Obligation
  }

  /// Whether the test names every obligation, and there are others.
  public var hasUnexpected: Bool { test.isComplete && !others.isEmpty }

  /// Whether every expectation holds, nothing came out that the test rules out, and the engines agree.
  public var passed: Bool { checks.allSatisfy(\.passed) && !hasUnexpected && differences.isEmpty }
}
