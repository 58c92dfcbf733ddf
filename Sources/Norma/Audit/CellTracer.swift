internal import CEL

/// Traces open cells back to the cells of files that somebody would have to supply: through values that are worked out
/// from others, figures of groups, and outcomes of other rules.
struct CellTracer {
  private let data: AuditData
  private let context: EvaluationContext
  /// For each dataset of groups the rows that leave its figures open, once they were asked for.
  private var openRows: [String: [OpenRow]] = [:]
  /// The cells on which obligations hang that could not be judged.
  private var obligations: [ObligationName: [CellReference]] = [:]

  private struct ObligationName: Hashable {
    let rule: String
    let subject: String
    let period: String
  }

  /// A row that leaves a figure of its group open, or possibly belongs to several.
  private struct OpenRow {
    let key: [Cell]
    let row: FetchedRow
    let fields: [String]
    let others: [CellName]
  }

  /// The cells found so far, each once.
  private struct Trace {
    var cells: [CellReference] = []
    private var seen: Set<CellReference> = []

    mutating func add(_ cell: CellReference) {
      if seen.insert(cell).inserted { cells.append(cell) }
    }
  }

  init(data: AuditData, context: EvaluationContext) {
    self.data = data
    self.context = context
  }

  /// Remembers on which cells an obligation hangs, for rules that follow its outcome.
  mutating func note(_ missing: [CellReference], of rule: String, _ subject: Subject, _ period: Period) {
    obligations[.init(rule: rule, subject: subject.canonicalText, period: period.key)] = missing
  }

  /// Returns the cells of files on which the part of rows in a rule hangs. O(rows × fields), and once per dataset of
  /// groups the rows that it is made of.
  mutating func cells(
    behind rows: [FetchedRow], _ open: OpenCells, _ constants: Constants
  ) -> [CellReference] {
    var trace = Trace()
    var others: [CellName] = []
    for row in rows {
      let names = open.names(in: row.cells, constants)
      for name in names.own.sorted() { follow(name, of: open.dataset, row, &trace) }
      others += names.others
      if !row.isCertain { followExistence(of: row, in: open.dataset, &trace) }
    }
    follow(others, &trace)
    return trace.cells
  }

  /// Follows cells of other rows, on which a condition hangs that looks at them.
  private mutating func follow(_ names: [CellName], _ trace: inout Trace) {
    for (dataset, names) in Dictionary(grouping: Set(names), by: \.dataset).sorted(by: { $0.key < $1.key }) {
      guard let declared = context.datasets[dataset] else { continue }
      let rows = data.fetch(dataset, rows: Set(names.map(\.row)))
      for name in names.sorted(by: { ($0.row, $0.field) < ($1.row, $1.field) }) {
        if let row = rows[name.row] { follow(name.field, of: declared, row, &trace) }
      }
    }
  }

  private mutating func follow(
    _ field: String, of dataset: Dataset, _ row: FetchedRow, _ trace: inout Trace
  ) {
    guard let index = dataset.index(of: field) else { return }
    if let derivation = data.derivation(of: dataset.name) {
      switch derivation.form {
      case .extended(let additions): follow(field, additions, derivation, row, &trace)
      case .grouped(let keys, let figures): follow(keys, figures, derivation, row, &trace)
      }
    } else if dataset.name == RuleBase.outcomesName {
      guard case .text(let rule) = row.cell(0), case .text(let subject) = row.cell(1),
        case .text(let period) = row.cell(2)
      else { return }
      for cell in obligations[.init(rule: rule, subject: subject, period: period)] ?? [] { trace.add(cell) }
    } else if row.cell(index).isOpen {
      trace.add(
        CellReference(column: data.column(dataset, file: row.file, field: index), row: row.number))
    }
  }

  /// Follows a value of an extended row to the row that it is made from.
  private mutating func follow(
    _ field: String, _ additions: [Derivation.Addition], _ derivation: Derivation, _ row: FetchedRow,
    _ trace: inout Trace
  ) {
    let source = context.dataset(derivation.from)
    let original = row.original(in: source)
    if let addition = additions.first(where: { $0.name == field }) {
      follow(addition.value, derivation, original, &trace)
    } else {
      follow(field, of: source, original, &trace)
    }
  }

  private mutating func follow(
    _ expression: PlanExpression, _ derivation: Derivation, _ row: FetchedRow, _ trace: inout Trace
  ) {
    let source = context.dataset(derivation.from)
    let context = data.context(of: derivation)
    let attributes = RowExpression(expression, dataset: source, functions: context.functions)
      .openFields(row.cells, context.constants)
    for name in attributes.sorted() where source.index(of: name) != nil { follow(name, of: source, row, &trace) }
    follow(attributes.compactMap { CellName(text: $0) }, &trace)
  }

  /// Follows why it is open whether a derived row is there at all.
  private mutating func followExistence(
    of row: FetchedRow, in dataset: Dataset, _ trace: inout Trace
  ) {
    guard let derivation = data.derivation(of: dataset.name) else { return }
    switch derivation.form {
    case .grouped(let keys, let figures): follow(keys, figures, derivation, row, &trace)
    case .extended:
      let source = context.dataset(derivation.from)
      let original = row.original(in: source)
      if let filter = derivation.filter { follow(filter, derivation, original, &trace) }
      followExistence(of: original, in: source, &trace)
    }
  }

  /// Follows a figure of a group to the rows that leave it open.
  private mutating func follow(
    _ keys: [String], _ figures: [Derivation.Figure], _ derivation: Derivation, _ row: FetchedRow,
    _ trace: inout Trace
  ) {
    let source = context.dataset(derivation.from)
    let rows = openRows[derivation.dataset.name] ?? openRows(keys, figures, derivation, source)
    openRows[derivation.dataset.name] = rows
    for open in rows where zip(open.key, row.cells).allSatisfy({ $0.admits($1) || $1.isOpen }) {
      for name in open.fields { follow(name, of: source, open.row, &trace) }
      follow(open.others, &trace)
    }
  }

  private func openRows(
    _ keys: [String], _ figures: [Derivation.Figure], _ derivation: Derivation, _ source: Dataset
  ) -> [OpenRow] {
    let context = data.context(of: derivation)
    let expressions = derivation.expressions.map {
      RowExpression($0, dataset: source, functions: context.functions)
    }
    let keyFields = keys.compactMap { source.index(of: $0) }
    var rows: [OpenRow] = []
    data.forEachRow(of: derivation.from) { row in
      var fields = Set(keyFields.filter { row.cell($0).isOpen }.map { source.fields[$0].name })
      var others: [CellName] = []
      for expression in expressions {
        for attribute in expression.openFields(row.cells, context.constants) {
          if source.index(of: attribute) != nil {
            fields.insert(attribute)
          } else if let name = CellName(text: attribute) {
            others.append(name)
          }
        }
      }
      if fields.isEmpty, others.isEmpty { return }
      rows.append(OpenRow(key: keyFields.map { row.cell($0) }, row: row, fields: fields.sorted(), others: others))
    }
    return rows
  }
}

extension FetchedRow {
  /// The row that an extended one is made from.
  fileprivate func original(in dataset: Dataset) -> Self {
    Self(source, record: Int(record), fieldCount: dataset.fields.count)
  }
}
