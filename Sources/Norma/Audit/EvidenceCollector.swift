/// Looks up the rows behind the findings, and which unknown cells open ones hang on.
///
/// Engines remember rows by place alone; their cells are read again here, for findings only.
struct EvidenceCollector {
  private let data: AuditData
  private let context: EvaluationContext
  private let reveals: Bool
  private var tracer: CellTracer
  private var hanging: [CellReference: Int] = [:]

  init(data: AuditData, context: EvaluationContext, reveals: Bool) {
    self.data = data
    self.context = context
    self.reveals = reveals
    tracer = CellTracer(data: data, context: context)
  }

  /// The unknown cells by how many undetermined obligations hang on each, most first.
  var cellsToSupply: [CellToSupply] {
    hanging.map { CellToSupply(cell: $0.key, obligations: $0.value) }.sorted { left, right in
      if left.obligations != right.obligations { return left.obligations > right.obligations }
      let (a, b) = (left.cell, right.cell)
      return (a.dataset, a.file, a.row, a.field) < (b.dataset, b.file, b.row, b.field)
    }
  }

  /// Makes the findings of all rules, by rule, subject and period. The rules that others follow come first in `order`, so
  /// that an outcome can be traced to the cells that leave it open.
  mutating func findings(of judgments: [(judgment: RuleJudgment, groups: [GroupResult])], order: [Int]) -> [Finding] {
    var findings = judgments.map { _ in [Finding]() }
    for place in order where !judgments[place].judgment.exceptions.isEmpty {
      findings[place] = self.findings(of: judgments[place].judgment, judgments[place].groups)
    }
    return Array(findings.joined())
  }

  /// The rows behind a finding, of one of the datasets that the rule scans.
  private struct Rows {
    /// Which of the rule's inputs they are of.
    let side: Int
    var shown: [Int32] = []
    var total = 0
    var open: [Int32] = []
  }

  private struct SideEvidence {
    let shown: [Int32: [Int32]]
    let open: [Int32: [Int32]]
  }

  private mutating func findings(of judgment: RuleJudgment, _ groups: [GroupResult]) -> [Finding] {
    let plan = judgment.plan
    let sides = groups.map { SideEvidence(shown: $0.evidence.shownByGroup, open: $0.evidence.openByGroup) }
    let rows = judgment.exceptions.map { self.rows(of: $0, groups, sides) }
    var wanted = plan.sides.map { _ in Set<Int32>() }
    for rows in rows.joined() { wanted[rows.side].formUnion(rows.shown + rows.open) }
    let fetched = zip(plan.sides, wanted).map { data.fetch($0, rows: $1) }
    let cells = plan.sides.indices.map { OpenCells(plan, side: $0, context: judgment.context) }
    let fields = plan.sides.indices.map { shownFields(plan, $0) }
    var findings: [Finding] = []
    for (exception, rows) in zip(judgment.exceptions, rows) {
      var missing: [CellReference] = []
      if exception.verdict.outcome == .undetermined {
        for rows in rows {
          missing += tracer.cells(
            behind: rows.open.compactMap { fetched[rows.side][$0] }, cells[rows.side],
            judgment.context.constants(in: exception.period))
        }
        missing += rosterCells(exception, plan, judgment.context)
        for cell in Set(missing) { hanging[cell, default: 0] += 1 }
        tracer.note(missing, of: judgment.rule.id, exception.subject, exception.period)
      }
      let shown = rows.flatMap { rows in
        rows.shown.compactMap { row in fetched[rows.side][row].map { self.row($0, fields[rows.side]) } }
      }
      let evidence = Evidence(total: rows.reduce(0) { $0 + $1.total }, rows: shown)
      findings.append(finding(exception, judgment.rule, evidence, missing))
    }
    return findings.sorted {
      ($0.subject.canonicalText, $0.period) < ($1.subject.canonicalText, $1.period)
    }
  }

  /// The cells of the subject's row of the roster that leave open whether it owes, or what.
  private func rosterCells(
    _ exception: RuleJudgment.Exception, _ plan: RulePlan, _ context: EvaluationContext
  ) -> [CellReference] {
    guard let place = exception.rosterSubject, let roster = data.roster(of: plan, context) else { return [] }
    let subject = roster.subjects[place]
    let names = roster.openFields(of: subject, exception.period).union(
      exception.verdict.doubt == .noBound ? plan.boundFields : [])
    let rows = data.fetch(roster.dataset.name, rows: Set(subject.rows))
    return subject.rows.sorted().flatMap { place -> [CellReference] in
      guard let row = rows[place] else { return [] }
      return roster.dataset.fields.indices.compactMap { field in
        let declared = roster.dataset.fields[field]
        guard names.contains(declared.name), row.cells[field].isOpen, !declared.isDerived else { return nil }
        return CellReference(
          dataset: roster.dataset.name, file: data.fileName(roster.dataset.name, row.file), row: row.number,
          field: declared.name, label: declared.title)
      }
    }
  }

  private func rows(
    of exception: RuleJudgment.Exception, _ groups: [GroupResult], _ sides: [SideEvidence]
  ) -> [Rows] {
    let isOpen = exception.verdict.outcome == .undetermined
    switch exception.place {
    case .row(let row): return [Rows(side: 0, shown: [row], total: 1, open: isOpen ? [row] : [])]
    case .response(let row, let events):
      let own = Rows(side: 0, shown: [row], total: 1, open: isOpen ? [row] : [])
      return events.isEmpty ? [own] : [own, Rows(side: 1, open: isOpen ? events : [])]
    case .match(let left, let right):
      return [left, right].enumerated().map { side, rows in
        Rows(side: side, shown: rows, total: rows.count, open: isOpen ? rows : [])
      }
    case .group(let subject, let period):
      var places = [period]
      // A change hangs on the period before as well.
      if case .change = exception.facts.figures, period > 0 { places = [period - 1, period] }
      return places.map { rows(subject, $0, groups[0], sides[0], side: 0, isOpen) }
    case .pair(let left, let right, let period):
      return [
        rows(left, period, groups[0], sides[0], side: 0, isOpen),
        rows(right, period, groups[1], sides[1], side: 1, isOpen),
      ]
    }
  }

  private func rows(
    _ subject: Int, _ period: Int, _ groups: GroupResult, _ evidence: SideEvidence, side: Int, _ isOpen: Bool
  ) -> Rows {
    let slot = groups.width == 1 ? 0 : period
    let group = Int32(subject * groups.width + slot)
    var rows = Rows(side: side)
    rows.shown = evidence.shown[group] ?? []
    rows.total = groups.evidence.total(of: group)
    if isOpen {
      let codes = groups.codes[subject]
      rows.open = evidence.open[group] ?? []
      rows.open += groups.evidence.wild.filter { $0.place.admits(codes, slot: Int32(slot)) }.map(\.row)
      rows.open = Set(rows.open).sorted()
    }
    return rows
  }

  /// The fields that evidence of a rule shows of one of its datasets.
  private func shownFields(_ plan: RulePlan, _ side: Int) -> ShownFields {
    let dataset = context.dataset(plan.sides[side])
    let used = plan.fields(of: dataset.name).union(dataset.key)
    return ShownFields(
      dataset: dataset, fields: dataset.fields.indices.filter { used.contains(dataset.fields[$0].name) })
  }

  private struct ShownFields {
    let dataset: Dataset
    let fields: [Int]
  }

  private func row(_ fetched: FetchedRow, _ shown: ShownFields) -> Evidence.Row {
    let dataset = shown.dataset
    let values = shown.fields.map { place in
      let field = dataset.fields[place]
      return Evidence.Value(
        name: field.name, cell: fetched.cells[place], label: field.title, isMasked: field.isSensitive && !reveals)
    }
    return Evidence.Row(
      dataset: dataset.name, file: data.fileName(dataset.name, fetched.file), row: fetched.number, fields: values)
  }

  private func finding(
    _ exception: RuleJudgment.Exception, _ rule: Rule, _ evidence: Evidence, _ missing: [CellReference]
  ) -> Finding {
    let facts = exception.facts
    return Finding(
      id: FindingID.id(rule: rule.id, subject: exception.subject, period: exception.period.key), rule: rule.id,
      title: rule.title, kind: type(of: rule.kind).keyword, severity: rule.severity, department: rule.department,
      outcome: exception.waiver == nil ? exception.verdict.outcome : .waived, outcomeBeneath: exception.verdict.outcome,
      doubt: exception.verdict.doubt, subject: exception.subject, period: exception.period.key,
      due: exception.verdict.due, daysOverdue: exception.verdict.daysOverdue, expected: facts.expectation,
      actual: facts.finding, figures: facts.figures,
      message: LocalizedText(
        zh: facts.message(rule.kind.sentence(for: facts, in: .zh), remedy: rule.remedy, in: .zh),
        en: facts.message(rule.kind.sentence(for: facts, in: .en), remedy: rule.remedy, in: .en)),
      citation: rule.citation, remedy: rule.remedy, evidence: evidence, missing: missing,
      waiver: exception.waiver.map { .init(reason: $0.reason, approvedBy: $0.approvedBy, until: $0.until) })
  }
}
