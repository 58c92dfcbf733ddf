internal import CEL

/// Traces open cells back to the cells of files that somebody would have to supply: through values that are worked out
/// from others, figures of groups, and outcomes of other rules.
struct CellTracer {
  private var data: AuditData
  private let context: EvaluationContext
  /// What each derived dataset is worked out with, once that was asked for.
  private var workings: [String: Working] = [:]
  /// The cells behind values of extended rows that were followed before: a row that leaves one group open often leaves many.
  private var followed: [CellName: [CellReference]] = [:]
  /// For each dataset of groups the rows that leave its figures open, once they were asked for.
  private var openRows: [String: [OpenRow]] = [:]
  /// What large sets of names stand for.
  private var splits: [SplitName: Split] = [:]
  /// The cells on which obligations hang that could not be judged.
  private var obligations: [ObligationName: [CellReference]] = [:]

  private struct ObligationName: Hashable {
    let rule: String
    let subject: String
    let period: String
  }

  /// The expressions of a derived dataset, ready to be run on the rows that it is derived from.
  private struct Working {
    let source: Dataset
    let filter: RowExpression?
    /// The values that are added to each row, by name.
    let additions: [String: RowExpression]
    /// What is added up over groups.
    let amounts: [RowExpression]
    private let constants: Constants

    init(_ derivation: Derivation, context: EvaluationContext) {
      let source = context.dataset(derivation.from)
      func ready(_ expression: PlanExpression) -> RowExpression {
        RowExpression(expression, dataset: source, functions: context.functions)
      }
      self.source = source
      constants = context.constants
      filter = derivation.filter.map(ready)
      switch derivation.form {
      case .grouped(_, let figures):
        (additions, amounts) = ([:], figures.compactMap { $0.amount?.expression }.map(ready))
      case .extended(let values):
        additions = Dictionary(values.map { ($0.name, ready($0.value)) }) { first, _ in first }
        amounts = []
      }
    }

    /// The names of the cells on which the value of an expression hangs for a row of the source.
    func openNames(_ expression: RowExpression, _ row: FetchedRow) -> Set<String> {
      expression.openFields(row.cells, constants.reading(row.source.batch, of: source))
    }
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

  /// Goes on to the data of another stage: what was made of the outcomes before is out of date.
  mutating func enter(_ data: AuditData) {
    self.data = data
    (workings, followed, openRows, splits) = ([:], [:], [:], [:])
  }

  /// Remembers on which cells an obligation hangs, for rules that follow its outcome.
  mutating func note(_ missing: [CellReference], of rule: String, _ subject: Subject, _ period: Period) {
    obligations[.init(rule: rule, subject: subject.canonicalText, period: period.key)] = missing
  }

  /// The cells on which something hangs.
  struct Cells {
    /// Those that were found for it.
    fileprivate(set) var own: [CellReference] = []
    /// Those that are the same for many; none of them is among its own.
    fileprivate(set) var shared: SharedCells?

    /// All of them, in the order in which they were found.
    var all: some Sequence<CellReference> { [own, shared?.cells ?? []].joined() }
  }

  /// Cells of other rows on which many rows hang: what may be in any list.
  final class SharedCells: Sendable {
    let cells: [CellReference]
    fileprivate let all: Set<CellReference>

    fileprivate init(_ cells: [CellReference]) {
      self.cells = cells
      all = Set(cells)
    }
  }

  /// Returns the cells of files on which the part of rows in a rule hangs. O(rows × fields), and once per dataset of
  /// groups the rows that it is made of; of what hangs on as much as others do no more than that is told.
  mutating func cells(behind rows: [FetchedRow], _ open: OpenCells, _ constants: Constants) -> Cells {
    var trace = Trace()
    var shared: SharedCells?
    var others: [CellName] = []
    for row in rows {
      let cells = row.cells
      let unknowns = open.unknowns(in: cells, constants)
      var names = open.placingNames(in: cells)
      if rows.count == 1, unknowns.count == 1, let split = sharedSplit(unknowns[0], open) {
        names.formUnion(split.own)
        shared = split.others
      } else {
        for split in unknowns.map(open.split) {
          names.formUnion(split.own)
          others += split.others
        }
      }
      for name in names.sorted() { follow(name, of: open.dataset, row, &trace) }
      if !row.isCertain { followExistence(of: row, in: open.dataset, &trace) }
    }
    follow(others, &trace)
    return Cells(
      own: shared.map { shared in trace.cells.filter { !shared.all.contains($0) } } ?? trace.cells, shared: shared)
  }

  /// What a large set of names stands for, made once for all that hang on it; nil for a small one.
  private mutating func sharedSplit(_ unknown: UnknownSet, _ open: OpenCells) -> Split? {
    if unknown.attributes.count < Self.fewest { return nil }
    let key = SplitName(names: unknown.identity, dataset: open.dataset.name)
    if let known = splits[key] { return known }
    let (own, others) = open.split(unknown)
    var trace = Trace()
    follow(others, &trace)
    let split = Split(names: unknown, own: own, others: SharedCells(trace.cells))
    // Sets that nobody else hangs on are not kept for ever.
    if splits.count == Self.mostSplits { splits = [:] }
    splits[key] = split
    return split
  }

  private struct SplitName: Hashable {
    let names: ObjectIdentifier
    let dataset: String
  }

  private struct Split {
    /// The set, which is what its identity hangs on.
    let names: UnknownSet
    let own: [String]
    let others: SharedCells
  }

  /// From how many names on what they stand for is kept, and of how many sets.
  private static let (fewest, mostSplits) = (16, 256)

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
      case .extended: follow(field, derivation, row, &trace)
      case .grouped(let keys, _): follow(keys, derivation, row, &trace)
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

  /// What a derived dataset is worked out with. O(rows) the first time, where it looks at others.
  private mutating func working(of derivation: Derivation) -> Working {
    if let known = workings[derivation.dataset.name] { return known }
    let new = Working(derivation, context: data.context(of: derivation))
    workings[derivation.dataset.name] = new
    return new
  }

  /// Follows a value of an extended row to the row that it is made from.
  private mutating func follow(
    _ field: String, _ derivation: Derivation, _ row: FetchedRow, _ trace: inout Trace
  ) {
    let name = CellName(dataset: derivation.dataset.name, row: row.place, field: field)
    if followed[name] == nil {
      let working = working(of: derivation)
      let original = row.original(in: working.source)
      var own = Trace()
      if let addition = working.additions[field] {
        follow(addition, working, original, &own)
      } else {
        follow(field, of: working.source, original, &own)
      }
      followed[name] = own.cells
    }
    for cell in followed[name] ?? [] { trace.add(cell) }
  }

  private mutating func follow(
    _ expression: RowExpression, _ working: Working, _ row: FetchedRow, _ trace: inout Trace
  ) {
    let names = working.openNames(expression, row)
    for name in names.sorted() where working.source.index(of: name) != nil {
      follow(name, of: working.source, row, &trace)
    }
    follow(names.compactMap { CellName(text: $0) }, &trace)
  }

  /// Follows why it is open whether a derived row is there at all.
  private mutating func followExistence(
    of row: FetchedRow, in dataset: Dataset, _ trace: inout Trace
  ) {
    guard let derivation = data.derivation(of: dataset.name) else { return }
    switch derivation.form {
    case .grouped(let keys, _): follow(keys, derivation, row, &trace)
    case .extended:
      let working = working(of: derivation)
      let original = row.original(in: working.source)
      if let filter = working.filter { follow(filter, working, original, &trace) }
      followExistence(of: original, in: working.source, &trace)
    }
  }

  /// Follows a figure of a group to the rows that leave it open.
  private mutating func follow(
    _ keys: [String], _ derivation: Derivation, _ row: FetchedRow, _ trace: inout Trace
  ) {
    let working = working(of: derivation)
    let source = working.source
    let rows = openRows[derivation.dataset.name] ?? openRows(keys, derivation, working)
    openRows[derivation.dataset.name] = rows
    let cells = row.cells
    for open in rows where zip(open.key, cells).allSatisfy({ $0.admits($1) || $1.isOpen }) {
      for name in open.fields { follow(name, of: source, open.row, &trace) }
      follow(open.others, &trace)
    }
  }

  private func openRows(_ keys: [String], _ derivation: Derivation, _ working: Working) -> [OpenRow] {
    let source = working.source
    let expressions = (working.filter.map { [$0] } ?? []) + working.amounts
    let keyFields = keys.compactMap { source.index(of: $0) }
    var rows: [OpenRow] = []
    data.forEachRow(of: derivation.from) { row in
      var fields = Set(keyFields.filter { row.cell($0).isOpen }.map { source.fields[$0].name })
      var others: [CellName] = []
      for expression in expressions {
        for attribute in working.openNames(expression, row) {
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
