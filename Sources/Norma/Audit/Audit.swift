internal import CEL

/// Works out every obligation of a project as of a date.
public struct Audit {
  /// What is audited, and how.
  public struct Options: Sendable {
    /// The day of the audit.
    public var asOf: CivilDate
    /// Periods that ended before this day are not judged; nil for the project's own.
    public var since: CivilDate?
    /// Patterns of rule ids; empty for all.
    public var only: [String] = []
    /// The department whose rules are judged; nil for all.
    public var department: String?
    /// The least severity that is judged.
    public var severity = Severity.info
    /// How many rows of evidence are shown per finding.
    public var evidenceLimit = 20
    /// Whether sensitive values are shown.
    public var reveals = false
    /// How rules are evaluated.
    public var engine = Engine.columnar
    /// Whether the report lists every obligation, those that are met or pending too.
    public var keepsEveryObligation = false
    /// How many days ahead open obligations are listed; nil for none.
    public var horizon: Int?

    /// Creates the usual options.
    public init(asOf: CivilDate) {
      self.asOf = asOf
    }
  }

  /// A file that can't be read as its dataset.
  public struct SourceFailure: Hashable, Sendable {
    /// The dataset.
    public let dataset: String
    /// The file.
    public let file: String
    /// What is wrong with it.
    public let problem: SourceProblem
  }

  /// The data can't be read; all files that can't are named.
  public struct Failure: Error {
    /// The files.
    public let sources: [SourceFailure]
  }

  let project: Project
  let options: Options
  let context: EvaluationContext
  let rules: [(rule: Rule, plan: RulePlan)]
  private var notes: [Note] = []

  /// Prepares an audit.
  public init(_ project: Project, options: Options) {
    self.project = project
    self.options = options
    let functions = ExpressionFunctions(calendar: project.calendar, timeZone: project.timeZone)
    let newYear = CivilDate(year: options.asOf.year, month: 1, day: 1) ?? options.asOf
    context = EvaluationContext(
      asOf: options.asOf, since: options.since ?? project.since ?? newYear, timeZone: project.timeZone,
      calendar: project.calendar, parameters: project.ruleBase.parameters, datasets: project.ruleBase.datasets,
      functions: functions.library, evidenceLimit: options.evidenceLimit,
      keepsEveryObligation: options.keepsEveryObligation)
    let patterns = options.only.map { WildcardPattern($0) }
    var rules: [(rule: Rule, plan: RulePlan)] = []
    for rule in project.judgedRules {
      guard let plan = project.plans[rule.id], rule.severity >= options.severity,
        patterns.isEmpty || patterns.contains(where: { $0.matches(rule.id) }),
        options.department.map({ $0 == rule.department?.zh || $0 == rule.department?.en }) ?? true
      else { continue }
      let missing = plan.datasets.filter { project.sources[$0] == nil }
      if missing.isEmpty {
        rules.append((rule, plan))
      } else {
        notes.append(.ruleWithoutData(rule: rule.id, datasets: missing))
      }
    }
    self.rules = rules
  }

  /// The plans of the rules that are judged, in their order.
  public var plans: [RulePlan] { rules.map(\.plan) }

  /// Reads the data, evaluates and judges every rule, and returns the report; throws where a file can't be read.
  public func run() throws(Failure) -> AuditReport {
    var data = AuditData(project: project, context: context, plans: plans)
    try data.readTables()
    var evaluators: [RuleEvaluator] = []
    var rosters: [Roster?] = []
    for (_, plan) in rules {
      let roster = data.roster(of: plan, context)
      rosters.append(roster)
      evaluators.append(RuleEvaluator(plan, roster: roster, engine: options.engine, context: context))
    }
    var rowsOfNobody = [Int](repeating: 0, count: rules.count)
    try data.readAll { dataset, batch in
      for index in evaluators.indices where rules[index].plan.dataset == dataset {
        evaluators[index].consume(batch)
        if let field = rules[index].plan.rosterField.flatMap({ context.datasets[dataset]?.index(of: $0) }) {
          rowsOfNobody[index] += batch.column(ofField: field).nullCount
        }
      }
    }
    var waivers = WaiverTable(project.ruleBase.waivers, asOf: context.asOf)
    var judgments: [(RuleJudgment, GroupResult?)] = []
    var years: Set<Int> = []
    for (index, (rule, plan)) in rules.enumerated() {
      var judgment = RuleJudgment(rule, plan, context: context, horizon: options.horizon)
      var groups: GroupResult?
      switch evaluators[index].finish() {
      case .groups(let result):
        judgment.judge(result, roster: rosters[index], waivers: &waivers)
        groups = result
      case .rows(let result):
        let subjects = try data.subjects(of: plan.dataset, rows: result.exceptions.map(\.row) + result.metRows)
        judgment.judge(result, subject: { subjects[$0] ?? Subject([]) }, waivers: &waivers)
      }
      evaluators[index] = .idle
      years.formUnion(judgment.yearsWithoutHolidays)
      judgments.append((judgment, groups))
    }
    var collector = EvidenceCollector(data: data, context: context, reveals: options.reveals)
    let findings = try collector.findings(of: judgments)
    let nobody = rules.indices.filter { rowsOfNobody[$0] > 0 }.map { index -> Note in
      let plan = rules[index].plan
      return .rowsOfNobody(
        rule: plan.rule, dataset: plan.dataset, field: plan.rosterField ?? "", rows: rowsOfNobody[index])
    }
    return report(data, judgments.map(\.0), findings, collector, waivers.notes + nobody, years)
  }

  private func report(
    _ data: AuditData, _ judgments: [RuleJudgment], _ findings: [Finding], _ collector: EvidenceCollector,
    _ found: [Note], _ years: Set<Int>
  ) -> AuditReport {
    var summary = OutcomeCounts()
    for judgment in judgments { summary.add(judgment.counts) }
    let unset = judgments.flatMap(\.exceptions).compactMap { exception -> String? in
      if case .unsetParameter(let name)? = exception.verdict.doubt { name } else { nil }
    }
    let allNotes =
      notes + Set(unset).sorted().map { .parameterUnset($0, title: context.parameters[$0]?.title) }
      + years.sorted().map { .calendarLacksYear($0) } + found + data.notes(for: plans)
    return AuditReport(
      organization: project.organization, asOf: context.asOf, since: context.since, inputs: data.inputs,
      summary: summary,
      rules: judgments.map { judgment in
        let rule = judgment.rule
        return AuditReport.RuleSummary(
          id: rule.id, title: rule.title, kind: type(of: rule.kind).keyword, severity: rule.severity,
          department: rule.department, counts: judgment.counts)
      },
      findings: findings, obligations: judgments.flatMap(\.obligations),
      dataFindings: data.findings(reveals: options.reveals),
      cellsToSupply: collector.cellsToSupply,
      upcoming: judgments.flatMap(\.upcoming).sorted {
        ($0.due, $0.rule, $0.subject.canonicalText, $0.period) < ($1.due, $1.rule, $1.subject.canonicalText, $1.period)
      },
      notes: allNotes)
  }
}
