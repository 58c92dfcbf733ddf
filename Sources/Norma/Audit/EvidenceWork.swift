/// What the findings of one rule are made with.
struct EvidenceWork {
  let judgment: RuleJudgment
  /// The constants of a rule that does not go by periods.
  let constants: Constants
  /// The datasets of the rule's sides.
  let sides: [String]
  private let data: AuditData
  private let context: EvaluationContext
  private let options: Audit.Options
  /// The groups of a rule that judges those of one dataset.
  private let groups: GroupResult?
  /// For each side the fields that evidence shows.
  private let shownFields: [[Int]]
  /// The rows of each side that are at hand.
  private var fetched: [[Int32: FetchedRow]]
  private(set) var findings: [Finding] = []
  /// The exceptions of which findings are to be made while the rows behind them are at hand.
  private var wantedFindings: [(exception: Int, rows: [EvidenceCollector.Rows], missing: MissingCells)] = []
  private var sources: [Place: Evidence.Source] = [:]
  /// For each side what leaves its rows open, once that was asked for.
  private var openCells: [Int: OpenCells] = [:]
  /// For each side the rows that are open or leave groups open, where the engine has told on which cells they hang.
  private let openRows: [OpenRows?]
  /// For each side the fields of the dataset in the order of their names.
  private let fieldsByName: [[Int]]
  private var columns: [Place: [FileColumn]] = [:]
  /// How many cells each group hangs on, where that was counted.
  private var cellCounts: [Int32] = []
  lazy var roster = data.roster(of: judgment.plan, judgment.context)

  private struct Place: Hashable {
    let side: Int
    let file: Int
  }

  init(
    _ judgment: RuleJudgment, _ groups: [GroupResult], data: AuditData, context: EvaluationContext,
    options: Audit.Options
  ) {
    self.judgment = judgment
    self.data = data
    self.context = context
    self.options = options
    constants = judgment.context.constants(in: judgment.once)
    let plan = judgment.plan
    sides = plan.sides
    shownFields = plan.sides.map { name in
      let dataset = context.dataset(name)
      let used = plan.fields(of: name).union(dataset.key)
      return dataset.fields.indices.filter { used.contains(dataset.fields[$0].name) }
    }
    self.groups = groups.count == 1 ? groups[0] : nil
    fetched = plan.sides.map { _ in [:] }
    // What was worked out hangs on cells that stand elsewhere.
    openRows =
      groups.isEmpty ? [judgment.openRows] : zip(plan.sides, groups).map { data.isRead($0) ? $1.openRows : nil }
    fieldsByName = plan.sides.map { name in
      let fields = context.dataset(name).fields
      return fields.indices.sorted { fields[$0].name < fields[$1].name }
    }
  }

  /// The constants of an obligation.
  func constants(of exception: RuleJudgment.Exception) -> Constants {
    exception.facts.period.unit == .once ? constants : judgment.context.constants(in: exception.facts.period)
  }

  // MARK: Rows

  /// Takes rows of datasets in the place of those that were at hand.
  mutating func take(_ rows: [String: [Int32: FetchedRow]]) {
    fetched = sides.map { rows[$0] ?? [:] }
  }

  func row(_ row: Int32, side: Int) -> FetchedRow? { fetched[side][row] }

  /// Tells which cells of the rows of a side leave their part in the rule open.
  mutating func open(_ side: Int) -> OpenCells {
    if let known = openCells[side] { return known }
    let open = OpenCells(judgment.plan, side: side, context: judgment.context)
    openCells[side] = open
    return open
  }

  /// What has to be read again for the rows of a side.
  struct Side {
    let dataset: String
    /// Whether open rows are looked at, since nobody has told yet on which cells they hang.
    let needsOpenRows: Bool
  }

  /// The same for each side.
  var wanted: [Side] {
    sides.enumerated().map { Side(dataset: $0.element, needsOpenRows: !tellsCells($0.offset)) }
  }

  /// Whether the engine has told on which cells the rows of a side hang.
  func tellsCells(_ side: Int) -> Bool { side < openRows.count && openRows[side] != nil }

  /// Adds the cells on which rows of a side hang, as the engine has told; where all of them were counted, no more than are
  /// listed.
  mutating func add(cellsBehind rows: [Int32], side: Int, to cells: inout MissingCells) {
    for row in rows {
      if cells.isFull, cells.known != nil { return }
      guard let (open, file) = openRows[side]?.row(row), open.fields != 0 else { continue }
      let columns = columns(side, file)
      for field in fieldsByName[side] where open.fields >> UInt64(field) & 1 != 0 {
        cells.add(CellReference(column: columns[field], row: Int(open.number)))
      }
    }
  }

  // MARK: What is counted by columns

  /// Whether the cells on which an obligation hangs are counted without a look at its rows, since the engine has told them.
  func isCounted(_ exception: RuleJudgment.Exception) -> Bool {
    guard let groups, case .group = exception.place, exception.facts.outcome == .undetermined else { return false }
    // A change hangs on two periods, which may share cells; so may a row and that of its subject.
    if case .change = exception.facts.figures { return false }
    // Where all periods have the same rows, these count once for each period.
    guard groups.width == groups.periods.count else { return false }
    return tellsCells(0) && groups.evidence.wild.isEmpty && !judgment.judged.isFollowed
      && judgment.plan.roster != sides[0]
  }

  /// The rows that are counted without a look at them; nil where there are none.
  var counted: CountedRows? {
    if let open = judgment.openRows { return CountedRows(open: open, entries: nil) }
    guard let groups, let open = openRows[0] else { return nil }
    let counted = judgment.exceptions.filter { isCounted($0) }
    if counted.isEmpty { return nil }
    var chosen = Bitmap(repeating: false, count: groups.subjects.count * groups.width)
    for case .group(let subject, let period) in counted.map(\.place) {
      chosen[Int(groups.group(subject, period))] = true
    }
    return CountedRows(open: open, entries: (groups.evidence.uncertain, chosen))
  }

  /// Takes what was counted of the rule's groups.
  mutating func take(_ tally: CountedRows.Tally) { cellCounts = tally.cells }

  /// On how many cells of its group's rows an obligation hangs that was counted.
  func cellCount(of exception: RuleJudgment.Exception) -> Int? {
    guard let groups, case .group(let subject, let period) = exception.place, isCounted(exception) else { return nil }
    return Int(cellCounts[Int(groups.group(subject, period))])
  }

  /// The column of a field of a file, both by their places.
  mutating func column(_ file: Int, _ field: Int) -> FileColumn { columns(0, file)[field] }

  /// The columns of a file, by the places of the fields.
  private mutating func columns(_ side: Int, _ file: Int) -> [FileColumn] {
    let place = Place(side: side, file: file)
    if let known = columns[place] { return known }
    let dataset = context.dataset(sides[side])
    let found = dataset.fields.indices.map { data.column(dataset, file: file, field: $0) }
    columns[place] = found
    return found
  }

  // MARK: Findings

  /// Takes in one of the rule's exceptions, of which a finding is to be made.
  mutating func add(_ exception: Int, _ rows: [EvidenceCollector.Rows], _ missing: MissingCells) {
    wantedFindings.append((exception, rows, missing))
  }

  /// Makes the findings of what was taken in, and gives up the rows that were at hand.
  mutating func makeFindings() {
    findings.reserveCapacity(findings.count + wantedFindings.count)
    for (exception, rows, missing) in wantedFindings {
      findings.append(finding(judgment.exceptions[exception], rows, missing))
    }
    wantedFindings = []
    take([:])
  }

  private mutating func finding(
    _ exception: RuleJudgment.Exception, _ rows: [EvidenceCollector.Rows], _ missing: MissingCells
  ) -> Finding {
    var shown: [Evidence.Row] = []
    for rows in rows {
      for row in rows.shown {
        if let row = fetched[rows.side][row] {
          shown.append(Evidence.Row(source: source(rows.side, row.file), fetched: row))
        }
      }
    }
    let evidence = Evidence(total: rows.reduce(0) { $0 + $1.total }, rows: shown)
    return Finding(
      judgment.judged, exception.facts, ordinal: exception.ordinal, waiver: exception.waiver, evidence: evidence,
      missing: missing.listed, missingCount: missing.count)
  }

  private mutating func source(_ side: Int, _ file: Int) -> Evidence.Source {
    let place = Place(side: side, file: file)
    if let known = sources[place] { return known }
    let dataset = context.dataset(sides[side])
    let fields = shownFields[side].map { field in
      let declared = dataset.fields[field]
      return Evidence.Source.Field(
        place: field, name: declared.name, label: declared.title, isMasked: declared.isSensitive && !options.reveals)
    }
    let source = Evidence.Source(dataset: dataset.name, file: data.fileName(dataset.name, file), fields: fields)
    sources[place] = source
    return source
  }
}
