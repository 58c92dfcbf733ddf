internal import CEL

/// Looks up the rows behind the findings, and which unknown cells open ones hang on.
///
/// Engines remember rows by place alone; their cells are read again here, for findings only.
struct EvidenceCollector {
  private let data: AuditData
  private let context: EvaluationContext
  private let reveals: Bool
  private var hanging: [CellReference: Int] = [:]

  init(data: AuditData, context: EvaluationContext, reveals: Bool) {
    self.data = data
    self.context = context
    self.reveals = reveals
  }

  /// The unknown cells by how many undetermined obligations hang on each, most first.
  var cellsToSupply: [CellToSupply] {
    hanging.map { CellToSupply(cell: $0.key, obligations: $0.value) }.sorted { left, right in
      if left.obligations != right.obligations { return left.obligations > right.obligations }
      let (a, b) = (left.cell, right.cell)
      return (a.dataset, a.file, a.row, a.field) < (b.dataset, b.file, b.row, b.field)
    }
  }

  /// Makes the findings of all rules, by rule, subject and period.
  mutating func findings(of judgments: [(RuleJudgment, GroupResult?)]) throws(Audit.Failure) -> [Finding] {
    var findings: [Finding] = []
    for (judgment, groups) in judgments where !judgment.exceptions.isEmpty {
      findings += self.findings(of: judgment, groups)
    }
    return findings
  }

  private struct Rows {
    var shown: [Int32] = []
    var total = 0
    var open: [Int32] = []
  }

  private mutating func findings(of judgment: RuleJudgment, _ groups: GroupResult?) -> [Finding] {
    let shown = groups?.evidence.shownByGroup ?? [:]
    let open = groups?.evidence.openByGroup ?? [:]
    let rows = judgment.exceptions.map { exception in self.rows(of: exception, groups, shown, open) }
    let wanted = rows.reduce(into: Set<Int32>()) { set, rows in
      set.formUnion(rows.shown)
      set.formUnion(rows.open)
    }
    let fetched = data.fetch(judgment.plan.dataset, rows: wanted)
    let cells = OpenCells(judgment.plan, context: context)
    var findings: [Finding] = []
    for (exception, rows) in zip(judgment.exceptions, rows) {
      var missing: [CellReference] = []
      if exception.verdict.outcome == .undetermined {
        missing = self.missing(rows.open, fetched, judgment.plan, cells, exception.period)
        for cell in Set(missing) { hanging[cell, default: 0] += 1 }
      }
      let evidence = Evidence(
        total: rows.total, rows: rows.shown.compactMap { row in fetched[row].map { self.row($0, judgment.plan) } })
      findings.append(finding(exception, judgment.rule, evidence, missing))
    }
    return findings.sorted {
      ($0.subject.canonicalText, $0.period) < ($1.subject.canonicalText, $1.period)
    }
  }

  private func rows(
    of exception: RuleJudgment.Exception, _ groups: GroupResult?, _ shown: [Int32: [Int32]], _ open: [Int32: [Int32]]
  ) -> Rows {
    switch exception.place {
    case .row(let row):
      return Rows(shown: [row], total: 1, open: exception.verdict.outcome == .undetermined ? [row] : [])
    case .group(let subject, let period):
      guard let groups else { preconditionFailure("a group's finding without groups") }
      let slot = groups.width == 1 ? 0 : period
      let group = Int32(subject * groups.width + slot)
      let evidence = groups.evidence
      var rows = Rows()
      rows.shown = shown[group] ?? []
      rows.total = evidence.total(of: group)
      if exception.verdict.outcome == .undetermined {
        rows.open = open[group] ?? []
        let codes = groups.codes[subject]
        rows.open += evidence.wild.filter { $0.place.admits(codes, slot: Int32(slot)) }.map(\.row)
        rows.open = Set(rows.open).sorted()
      }
      return rows
    }
  }

  private func row(_ fetched: AuditData.FetchedRow, _ plan: RulePlan) -> Evidence.Row {
    guard let dataset = context.datasets[plan.dataset] else { preconditionFailure("no dataset \(plan.dataset)") }
    let used = plan.fields.union(dataset.key)
    let values = zip(dataset.fields, fetched.cells).filter { used.contains($0.0.name) }.map { field, cell in
      Evidence.Value(name: field.name, cell: cell, label: field.title, isMasked: field.isSensitive && !reveals)
    }
    return Evidence.Row(
      dataset: plan.dataset, file: data.fileName(plan.dataset, fetched.file), row: fetched.number, fields: values)
  }

  private func missing(
    _ rows: [Int32], _ fetched: [Int32: AuditData.FetchedRow], _ plan: RulePlan, _ cells: OpenCells, _ period: Period
  ) -> [CellReference] {
    rows.flatMap { place -> [CellReference] in
      guard let row = fetched[place] else { return [] }
      let file = data.fileName(plan.dataset, row.file)
      let labels = cells.labels
      return cells.names(in: row.cells, context.constants(in: period)).sorted().map {
        CellReference(
          dataset: plan.dataset, file: file, row: row.number, field: $0, label: labels[$0] ?? LocalizedText($0))
      }
    }
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
        zh: facts.reason(in: .zh) + rule.kind.sentence(for: facts, in: .zh),
        en: facts.reason(in: .en) + rule.kind.sentence(for: facts, in: .en)),
      citation: rule.citation, remedy: rule.remedy, evidence: evidence, missing: missing,
      waiver: exception.waiver.map { .init(reason: $0.reason, approvedBy: $0.approvedBy, until: $0.until) })
  }
}

/// Tells which cells of a row leave its part in a rule open.
struct OpenCells {
  private let expressions: [RowExpression]
  private let fields: [(name: String, place: Int)]
  private let placing: Set<String>
  /// What people call the fields.
  let labels: [String: LocalizedText]

  init(_ plan: RulePlan, context: EvaluationContext) {
    guard let dataset = context.datasets[plan.dataset] else { preconditionFailure("no dataset \(plan.dataset)") }
    fields = dataset.fields.enumerated().map { ($0.element.name, $0.offset) }
    labels = Dictionary(uniqueKeysWithValues: dataset.fields.map { ($0.name, $0.title) })
    var conditions: [PlanExpression] = []
    var placing: Set<String> = []
    switch plan.obligations {
    case .judgeRows(let rows, let requirements): conditions = rows.conditions + requirements.map(\.condition)
    case .judgeGroups(.group(let rows, let parts, let placement, let measure), _, _):
      conditions = rows.conditions + measure.conditions
      for part in parts {
        switch part {
        case .field(let name), .listed(let name, _): placing.insert(name)
        case .computed(_, let expression): conditions.append(expression)
        }
      }
      switch placement {
      case .everywhere: break
      case .dated(let field): placing.insert(field)
      case .reported(let reported, _, let on): placing.formUnion([reported, on])
      }
    }
    self.placing = placing
    expressions = conditions.map { RowExpression($0, dataset: dataset, functions: context.functions) }
  }

  /// Returns the names of the fields that would have to be supplied.
  func names(in cells: [Cell], _ constants: Constants) -> Set<String> {
    var names: Set<String> = []
    for (name, place) in fields where placing.contains(name) {
      switch cells[place] {
      case .unknown, .interval: names.insert(name)
      default: break
      }
    }
    for expression in expressions {
      if case .unknown(let unknown) = expression.value(cells, constants) { names.formUnion(unknown.attributes) }
    }
    return names.filter { name in fields.contains { $0.name == name } }
  }
}
