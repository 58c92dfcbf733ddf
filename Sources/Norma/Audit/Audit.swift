internal import CEL

/// Works out every obligation of a project as of a date.
public struct Audit: Sendable {
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
    /// How many threads read data and evaluate rules; it changes no finding.
    public var jobs = 1
    /// How much of what is found the report lists.
    public var listing = Listing.everything
    /// Whether the digests of the data files are worked out, for reports that name them.
    public var hashesFiles = true
    /// How rules are evaluated.
    public var engine = Engine.columnar
    /// Whether the report names every obligation, and not the findings alone.
    public var keepsEveryObligation = false
    /// How many days ahead open obligations are listed; nil for none.
    public var horizon: Int?
    /// Whether only what is overdue, or falls due within the horizon, is asked for: rules that can have neither are not
    /// judged unless others follow them, data that only they need is not read, and findings come without rows of evidence.
    public var onlyDue = false

    /// How many bytes of a data file are read at a time; nil for what suits the number of rules.
    var blockSize: Int?

    /// Creates the usual options.
    public init(asOf: CivilDate) {
      self.asOf = asOf
    }

    /// How many threads there can be: the interpreter takes the rows in their order.
    var effectiveJobs: Int { engine == .columnar ? max(1, jobs) : 1 }
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
  let rules: [JudgedRule]
  private var notes: [Note] = []

  /// Prepares an audit.
  public init(_ project: Project, options: Options) {
    self.project = project
    self.options = options
    let functions = ExpressionFunctions(calendar: project.calendar, timeZone: project.timeZone)
    let newYear = CivilDate(year: options.asOf.year, month: 1, day: 1) ?? options.asOf
    var context = EvaluationContext(
      asOf: options.asOf, since: options.since ?? project.since ?? newYear, timeZone: project.timeZone,
      calendar: project.calendar, parameters: ParameterTable(project.ruleBase.parameters),
      datasets: project.ruleBase.datasets,
      relationships: project.ruleBase.relationships, functions: functions.library,
      evidenceLimit: options.evidenceLimit)
    var candidates = Self.candidates(project, options, context)
    let stages = RuleStages(candidates.map(\.plan), project.ruleBase)
    for candidate in candidates where candidate.isShown && !candidate.missing.isEmpty {
      notes.append(.ruleWithoutData(rule: candidate.rule.id, datasets: candidate.missing))
    }
    candidates.removeAll { !$0.missing.isEmpty }
    // What is not shown is judged all the same where other rules or scorecards follow it.
    let scorecards = options.onlyDue ? [] : project.ruleBase.scorecards
    let needed = stages.withFollowed(candidates.filter(\.isShown).map(\.rule.id))
    let followers = candidates.filter {
      stages.stage(of: $0.rule.id) > 0 && (!options.onlyDue || needed.contains($0.rule.id))
    }
    if options.onlyDue {
      // Whoever is named by any row of the outcomes owes: such a rule follows all others.
      if !followers.contains(where: { $0.plan.owed?.subjects == .discovered }) {
        candidates.removeAll { !needed.contains($0.rule.id) }
      }
    } else if scorecards.isEmpty, followers.isEmpty {
      candidates.removeAll { !$0.isShown }
    }
    // The outcomes hold every obligation that was judged before; for `due` those are enough that are followed.
    let followed = stages.followed(by: followers.map(\.rule.id))
    let keepsAll =
      options.onlyDue
      ? followers.contains { $0.plan.owed?.subjects == .discovered } : !followers.isEmpty
    rules = candidates.map { candidate in
      let id = candidate.rule.id
      return JudgedRule(
        rule: candidate.rule, plan: candidate.plan, stage: stages.stage(of: id), isShown: candidate.isShown,
        isFollowed: keepsAll || followed.contains(id) || scorecards.contains { $0.counts(id) })
    }
    context.jobs = options.effectiveJobs
    self.context = context
  }

  /// A rule that is judged if its data is there.
  private struct Candidate: Sendable {
    let rule: Rule
    let plan: RulePlan
    /// Whether the report is to say what became of it.
    let isShown: Bool
    /// The datasets that it needs and the project does not have.
    let missing: [String]
  }

  private static func candidates(
    _ project: Project, _ options: Options, _ context: EvaluationContext
  ) -> [Candidate] {
    let patterns = options.only.map { WildcardPattern($0) }
    let base = project.ruleBase
    let sources = Set(project.sources.keys)
    let parts = SideBySide.map(parts: project.judgedRules, atLeast: 50) { rules in
      rules.compactMap { rule -> Candidate? in
        guard let plan = project.plans[rule.id] else { return nil }
        let isShown =
          rule.severity >= options.severity && (patterns.isEmpty || patterns.contains { $0.matches(rule.id) })
          && options.department.map { $0 == rule.department?.zh || $0 == rule.department?.en } ?? true
          && (!options.onlyDue || context.mayBeDue(plan, horizon: options.horizon ?? 0))
        let unread = plan.datasets.filter { !sources.contains($0) || base.derivations[$0] != nil }
        let missing =
          unread.isEmpty ? [] : base.roots(of: unread).filter { !sources.contains($0) && !base.isMadeByAudit($0) }
        return Candidate(rule: rule, plan: plan, isShown: isShown, missing: missing.sorted())
      }
    }
    return Array(parts.joined())
  }

  /// The plans of the rules that are judged, in their order.
  public var plans: [RulePlan] { rules.filter(\.isShown).map(\.plan) }

  /// Reads the data, evaluates and judges every rule, and returns the report; throws where a file can't be read.
  public func run() throws(Failure) -> AuditReport {
    var data = AuditData(project: project, context: context, plans: rules.map(\.plan), options: options)
    try data.readTables()
    var run = AuditRun(
      judgments: rules.map {
        RuleJudgment($0, context: context, horizon: options.horizon, listed: options.listing.findings)
      },
      groups: rules.map { _ in [] }, rowsOfNobody: rules.map { _ in 0 },
      waivers: WaiverTable(project.ruleBase.waivers, asOf: context.asOf))
    var stages: [AuditData] = []
    for stage in 0...(rules.map(\.stage).max() ?? 0) {
      try judge(stage, &data, &run)
      stages.append(data)
    }
    let scores = options.onlyDue ? [] : scores(run.judgments)
    let shown = rules.indices.filter { rules[$0].isShown }
    var collector = EvidenceCollector(stages: stages, context: context, options: options)
    let findings =
      options.onlyDue
      ? shown.flatMap { run.judgments[$0].overdue }
      : collector.findings(
        of: shown.map { (run.judgments[$0], run.groups[$0]) },
        order: shown.indices.sorted { (rules[shown[$0]].stage, $0) < (rules[shown[$1]].stage, $1) })
    let nobody = shown.filter { run.rowsOfNobody[$0] > 0 }.map { index -> Note in
      let plan = rules[index].plan
      return .rowsOfNobody(
        rule: plan.rule, dataset: plan.dataset, field: plan.rosterField ?? "", rows: run.rowsOfNobody[index])
    }
    let years = shown.reduce(into: Set<Int>()) { $0.formUnion(run.judgments[$1].yearsWithoutHolidays) }
    var report = report(
      data, shown.map { run.judgments[$0] }, findings, collector, run.waivers.notes + nobody, years)
    report.scores = scores
    return report
  }

  /// What an audit has found out so far, rule by rule.
  private struct AuditRun {
    var judgments: [RuleJudgment]
    var groups: [[GroupResult]]
    var rowsOfNobody: [Int]
    var waivers: WaiverTable
  }

  /// What one rule is evaluated with.
  private struct Preparation {
    let context: EvaluationContext
    let roster: Roster?
    let evaluator: any RuleEvaluator
  }

  /// Judges the rules of a stage; those before are judged.
  private func judge(_ stage: Int, _ data: inout AuditData, _ run: inout AuditRun) throws(Failure) {
    let members = rules.indices.filter { rules[$0].stage == stage }
    if stage > 0 {
      let before = rules.indices.filter { rules[$0].stage < stage }.map { run.judgments[$0] }
      data.add(AuditTables.table(of: before, asOf: context.asOf))
      if !project.ruleBase.scorecards.isEmpty {
        data.add(AuditTables.table(of: scores(before), project.ruleBase.scorecards))
      }
      data.deriveFollowing(members.map { rules[$0].plan })
    }
    var context = context
    context.relations = data.relations(
      for: members.reduce(into: RelationReads()) { $0.formUnion(rules[$1].plan.relations) })
    let preparations = prepare(members, data, run.waivers, context)
    var evaluators = RuleEvaluators(
      zip(members, preparations).map { (rules[$0].plan, $1.evaluator) }, jobs: options.effectiveJobs, context: context)
    try evaluators.withJobs { (jobs) throws(Failure) in
      try data.readAll(members.map { rules[$0].plan }, isFirst: stage == 0) { dataset, batch, isPhantom, job in
        jobs[job].consume(batch, of: dataset, isPhantom: isPhantom)
      }
    }
    var work: [Work] = []
    for (measured, (index, preparation)) in zip((consume evaluators).finish(), zip(members, preparations)) {
      run.rowsOfNobody[index] = measured.rowsOfNobody
      run.judgments[index].context = preparation.context
      work.append(Work(measured: measured, roster: preparation.roster, judgment: run.judgments[index]))
    }
    judge(work, members, data, context, &run)
  }

  /// Makes what rules are evaluated with.
  private func prepare(
    _ members: [Int], _ data: AuditData, _ waivers: WaiverTable, _ context: EvaluationContext
  ) -> [Preparation] {
    let parts = SideBySide.map(parts: members, atLeast: 4, jobs: options.effectiveJobs) { members in
      members.map { index in
        var own = context.judging(rules[index], options)
        // Whose a row is decides whether it is waived, and rows that were worked out hang on cells of others.
        if !own.keepsEveryObligation, !waivers.mayCover(rule: rules[index].rule.id),
          data.isRead(rules[index].plan.dataset)
        {
          own.listedRows = options.listing.findings
        }
        let roster = data.roster(of: rules[index].plan, own)
        return Preparation(
          context: own, roster: roster, evaluator: rules[index].plan.evaluator(roster, options.engine, own))
      }
    }
    return Array(parts.joined())
  }

  /// What was measured of a rule, and is to be judged.
  private struct Work: Sendable {
    let measured: RuleEvaluators.Measured
    let roster: Roster?
    var judgment: RuleJudgment
  }

  /// Judges what was measured of rules.
  private func judge(
    _ work: [Work], _ members: [Int], _ data: AuditData, _ context: EvaluationContext, _ run: inout AuditRun
  ) {
    // Rows that break several rules, or stand near each other, are read at once.
    data.hold(work.map { ($0.judgment.plan.dataset, $0.measured.result.failedRows(limit: options.listing.findings)) })
    let waivers = run.waivers
    let parts = SideBySide.map(parts: work, atLeast: 4, jobs: options.effectiveJobs) { work in
      var waivers = waivers
      return (judged: work.map { judge($0, data, context, &waivers) }, waivers: waivers)
    }
    for part in parts { run.waivers.addUse(of: part.waivers) }
    for (index, (judgment, groups)) in zip(members, parts.lazy.flatMap(\.judged)) {
      run.judgments[index] = judgment
      run.groups[index] = groups
    }
  }

  /// Judges what was measured of one rule, and returns the groups that hold its evidence.
  private func judge(
    _ work: Work, _ data: AuditData, _ context: EvaluationContext, _ waivers: inout WaiverTable
  ) -> (judgment: RuleJudgment, groups: [GroupResult]) {
    var judgment = work.judgment
    let plan = judgment.plan
    let unnamed = [[Cell]](repeating: plan.parts.map { _ in .unknown }, count: work.measured.phantomCount)
    judgment.addUnnamed(unnamed, in: [judgment.once])
    var groups: [GroupResult] = []
    let subjects: RuleJudgment.RowSubjects = { data.subjects(of: plan, rows: $0, context) }
    switch work.measured.result {
    case .groups(let result):
      judgment.judge(result, roster: work.roster, waivers: &waivers)
      groups = [result]
    case .pairs(let left, let right):
      judgment.judge(left: left, right: right, roster: work.roster, waivers: &waivers)
      groups = [left, right]
    case .rows(var result):
      // What was worked out hangs on cells that stand elsewhere.
      if !data.isRead(plan.dataset) { result.openRows = nil }
      judgment.judge(result, subjects: subjects, waivers: &waivers)
    case .responses(let rows): judgment.judge(rows, subjects: subjects, waivers: &waivers)
    case .matches(let result): judgment.judge(result, waivers: &waivers)
    }
    judgment.arrange()
    return (judgment, groups)
  }

  private func scores(_ judgments: [RuleJudgment]) -> [Score] {
    project.ruleBase.scorecards.flatMap { ScoreKeeper(scorecard: $0, context: context).scores(judgments) }
  }

  private func report(
    _ data: AuditData, _ judgments: [RuleJudgment], _ findings: [Finding], _ collector: EvidenceCollector,
    _ found: [Note], _ years: Set<Int>
  ) -> AuditReport {
    var summary = OutcomeCounts()
    for judgment in judgments { summary.add(judgment.counts) }
    let unset = judgments.flatMap(\.exceptions).compactMap { exception -> String? in
      if case .unsetParameter(let name)? = exception.facts.doubt { name } else { nil }
    }
    let read = judgments.flatMap { $0.counts.obligations > 0 ? $0.plan.parameters : [] }.filter {
      context.parameters[$0]?.value(on: context.asOf) == nil
    }
    let allNotes =
      notes + Set(unset + read).sorted().map { .parameterUnset($0, title: context.parameters[$0]?.title) }
      + years.sorted().map { .calendarLacksYear($0) } + found + data.notes(for: plans)
    let dataFindings = data.findings(reveals: options.reveals, limit: options.listing.dataFindings)
    return AuditReport(
      organization: project.organization, asOf: context.asOf, since: context.since, inputs: data.inputs,
      summary: summary,
      rules: judgments.map { judgment in
        let rule = judgment.rule
        return AuditReport.RuleSummary(
          id: rule.id, title: rule.title, kind: type(of: rule.kind).keyword, severity: rule.severity,
          department: rule.department, counts: judgment.counts)
      },
      findings: findings, dataFindings: dataFindings.listed, dataFindingCount: dataFindings.count,
      cellsToSupply: collector.cellsToSupply,
      upcoming: judgments.flatMap(\.upcoming).map { ($0, subject: $0.subject.canonicalText) }.sorted { one, other in
        // Most differ in the day, or in the rule.
        if one.0.due != other.0.due { return one.0.due < other.0.due }
        return (one.0.rule, one.subject, one.0.period) < (other.0.rule, other.subject, other.0.period)
      }.map(\.0),
      notes: allNotes,
      obligations: options.keepsEveryObligation ? judgments.flatMap(\.reported) : [])
  }
}

extension EvaluationContext {
  /// The context in which one rule is judged.
  fileprivate func judging(_ rule: JudgedRule, _ options: Audit.Options) -> EvaluationContext {
    var own = self
    own.keepsEveryObligation = options.keepsEveryObligation || rule.isFollowed
    own.onlyDue = options.onlyDue && !rule.isFollowed
    return own
  }
}
