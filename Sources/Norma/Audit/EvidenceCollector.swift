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
  mutating func findings(of judgments: [(judgment: RuleJudgment, groups: [GroupResult])]) -> [Finding] {
    var findings: [Finding] = []
    for (judgment, groups) in judgments where !judgment.exceptions.isEmpty {
      findings += self.findings(of: judgment, groups)
    }
    return findings
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
    var findings: [Finding] = []
    for (exception, rows) in zip(judgment.exceptions, rows) {
      var missing: [CellReference] = []
      if exception.verdict.outcome == .undetermined {
        for rows in rows {
          missing += self.missing(
            rows.open, fetched[rows.side], cells[rows.side], judgment.context.constants(in: exception.period))
        }
        missing += rosterCells(exception, plan, judgment.context)
        for cell in Set(missing) { hanging[cell, default: 0] += 1 }
      }
      let shown = rows.flatMap { rows in
        rows.shown.compactMap { row in fetched[rows.side][row].map { self.row($0, plan, rows.side) } }
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

  private func row(_ fetched: AuditData.FetchedRow, _ plan: RulePlan, _ side: Int) -> Evidence.Row {
    let dataset = context.dataset(plan.sides[side])
    let used = plan.fields(of: dataset.name).union(dataset.key)
    let values = zip(dataset.fields, fetched.cells).filter { used.contains($0.0.name) }.map { field, cell in
      Evidence.Value(name: field.name, cell: cell, label: field.title, isMasked: field.isSensitive && !reveals)
    }
    return Evidence.Row(
      dataset: dataset.name, file: data.fileName(dataset.name, fetched.file), row: fetched.number, fields: values)
  }

  private func missing(
    _ rows: [Int32], _ fetched: [Int32: AuditData.FetchedRow], _ cells: OpenCells, _ constants: Constants
  ) -> [CellReference] {
    var missing: [CellReference] = []
    func add(_ dataset: Dataset, _ row: AuditData.FetchedRow, _ field: String) {
      guard let index = dataset.index(of: field) else { return }
      if dataset.fields[index].isDerived {
        // An added value hangs on the fields of its row that it is worked out from.
        for name in data.openFields(behind: field, of: dataset, row.cells, constants) where name != field {
          add(dataset, row, name)
        }
        return
      }
      let cell = CellReference(
        dataset: dataset.name, file: data.fileName(dataset.name, row.file), row: row.number, field: field,
        label: dataset.fields[index].title)
      if !missing.contains(cell) { missing.append(cell) }
    }
    var others: [CellName] = []
    for place in rows {
      guard let row = fetched[place] else { continue }
      let names = cells.names(in: row.cells, constants)
      for name in names.own.sorted() { add(cells.dataset, row, name) }
      others += names.others
    }
    // Cells of other rows, on which a condition hangs that looks at them.
    for (dataset, names) in Dictionary(grouping: others, by: \.dataset).sorted(by: { $0.key < $1.key }) {
      guard let declared = context.datasets[dataset] else { continue }
      let rows = data.fetch(dataset, rows: Set(names.map(\.row)))
      for name in Set(names).sorted(by: { ($0.row, $0.field) < ($1.row, $1.field) }) {
        if let row = rows[name.row] { add(declared, row, name.field) }
      }
    }
    return missing
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

/// Tells which cells of a row leave its part in a rule open.
struct OpenCells {
  /// The dataset of the rows.
  let dataset: Dataset
  private let expressions: [RowExpression]
  private let fields: [String: Int]
  private let placing: Set<String>

  /// Prepares for the rows of one of the datasets that a rule scans.
  init(_ plan: RulePlan, side: Int, context: EvaluationContext) {
    let dataset = context.dataset(plan.sides[side])
    self.dataset = dataset
    fields = Dictionary(dataset.fields.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
    var conditions: [PlanExpression] = []
    var placing: Set<String> = []
    func add(_ group: GroupPlan) {
      conditions += group.population + [group.having, group.measure.value].compactMap { $0 }
      conditions += group.parts.compactMap(\.expression)
      for part in group.parts where part.expression == nil { placing.insert(part.name) }
      placing.formUnion(group.placement.fields)
    }
    switch plan.obligations {
    case .judgeRows(let rows, let requirements, _): conditions = rows.conditions + requirements.map(\.condition)
    case .judgeResponses(_, let response, _) where side == 1:
      guard case .event(let events, let on, let match) = response.done else { break }
      conditions = events.conditions
      placing.formUnion(match.map(\.theirs) + [on])
    case .judgeResponses(let rows, let response, _):
      conditions = rows.conditions
      placing.insert(response.since)
      switch response.done {
      case .field(let field): placing.insert(field)
      case .event(_, _, let match): placing.formUnion(match.map(\.ours))
      }
    case .judgeGroups(let group, _, _): add(group)
    case .judgePairs(let left, let right, _, _): add(side == 0 ? left : right)
    case .judgeMatches(let match):
      conditions = side == 0 ? match.left.conditions : match.right.conditions
      placing.formUnion((match.match + match.compare).map { side == 0 ? $0.ours : $0.theirs })
    }
    self.placing = placing
    expressions = conditions.map { RowExpression($0, dataset: dataset, functions: context.functions) }
  }

  /// Returns the names of the fields of the row that would have to be supplied, and the cells of other rows.
  func names(in cells: [Cell], _ constants: Constants) -> (own: Set<String>, others: [CellName]) {
    var own = placing.filter { name in fields[name].map { cells[$0].isOpen } ?? false }
    var others: [CellName] = []
    for expression in expressions {
      guard case .unknown(let unknown) = expression.value(cells, constants) else { continue }
      for attribute in unknown.attributes {
        if fields[attribute] != nil {
          own.insert(attribute)
        } else if let name = CellName(text: attribute) {
          others.append(name)
        }
      }
    }
    return (own, others)
  }
}
