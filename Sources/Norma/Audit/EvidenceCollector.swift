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

  /// The unknown cells by how many undetermined obligations hang on each, most first. O(cells log cells).
  var cellsToSupply: [CellToSupply] {
    // Columns are put in order once, so that cells are compared by numbers alone.
    let columns = Set(hanging.keys.map(\.column))
    let files = Set(columns.map { [$0.dataset, $0.file] }).sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
    let fileRanks = Dictionary(uniqueKeysWithValues: files.enumerated().map { ($0.element, $0.offset) })
    let fields = Set(columns.map(\.field)).sorted()
    let fieldRanks = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($0.element, $0.offset) })
    let ranks = Dictionary(
      uniqueKeysWithValues: columns.map { column in
        (column, (fileRanks[[column.dataset, column.file]] ?? 0, fieldRanks[column.field] ?? 0))
      })
    return hanging.map { cell, obligations in
      let (file, field) = ranks[cell.column] ?? (0, 0)
      return (order: (-obligations, file, cell.row, field), cell: CellToSupply(cell: cell, obligations: obligations))
    }.sorted { $0.order < $1.order }.map(\.cell)
  }

  /// Makes the findings of all rules, by rule, subject and period. The rules that others follow come first in `order`, so
  /// that an outcome can be traced to the cells that leave it open.
  ///
  /// The rows behind them are read some thousands at a time, for as many rules as they are of: a file is gone through once,
  /// and not for every rule.
  mutating func findings(of judgments: [(judgment: RuleJudgment, groups: [GroupResult])], order: [Int]) -> [Finding] {
    let members = order.filter { !judgments[$0].judgment.exceptions.isEmpty }
    var works = members.map { Work(judgments[$0].judgment, data: data, context: context, reveals: reveals) }
    var stretch = Stretch()
    for place in works.indices {
      let groups = judgments[members[place]].groups
      let sides = groups.map { SideEvidence(shown: $0.evidence.shownByGroup, open: $0.evidence.openByGroup) }
      for exception in works[place].judgment.exceptions {
        let rows = self.rows(of: exception, groups, sides)
        if stretch.isFull { make(&stretch, &works) }
        stretch.add(exception, rows, place: place, sides: works[place].sides)
      }
    }
    make(&stretch, &works)
    var findings = judgments.map { _ in [Finding]() }
    for (place, member) in members.enumerated() { findings[member] = Self.sorted(works[place].findings) }
    return Array(findings.joined())
  }

  /// Obligations whose rows are read at once.
  private struct Stretch {
    private(set) var exceptions: [(place: Int, exception: RuleJudgment.Exception, rows: [Rows])] = []
    /// The rows that are needed of each dataset.
    private(set) var wanted: [String: Set<Int32>] = [:]
    private var rowCount = 0

    /// How many rows are at hand at a time, and those of one obligation more.
    private static let limit = 50_000

    /// Whether there is no room left; rows that several obligations hang on take it once.
    var isFull: Bool { rowCount >= Self.limit }

    mutating func add(_ exception: RuleJudgment.Exception, _ rows: [Rows], place: Int, sides: [String]) {
      exceptions.append((place, exception, rows))
      for rows in rows {
        let before = wanted[sides[rows.side]]?.count ?? 0
        wanted[sides[rows.side], default: []].formUnion(rows.shown)
        if !rows.open.isEmpty { wanted[sides[rows.side], default: []].formUnion(rows.open) }
        rowCount += (wanted[sides[rows.side]]?.count ?? 0) - before
      }
    }
  }

  /// Reads the rows of a stretch, makes its findings, and empties it.
  private mutating func make(_ stretch: inout Stretch, _ works: inout [Work]) {
    var fetched: [String: [Int32: FetchedRow]] = [:]
    for (dataset, rows) in stretch.wanted { fetched[dataset] = data.fetch(dataset, rows: rows) }
    var last: Int?
    for (place, exception, rows) in stretch.exceptions {
      if last != place { works[place].take(fetched) }
      last = place
      works[place].findings.append(finding(exception, rows, &works[place]))
    }
    for place in Set(stretch.exceptions.map(\.place)) { works[place].take([:]) }
    stretch = Stretch()
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

  /// Returns findings by subject and period. O(n log n), or O(n) where they are in order.
  private static func sorted(_ findings: [Finding]) -> [Finding] {
    let keys = findings.map { ($0.subject.canonicalText, $0.period) }
    if zip(keys, keys.dropFirst()).allSatisfy({ $0 <= $1 }) { return findings }
    return findings.indices.sorted { keys[$0] < keys[$1] }.map { findings[$0] }
  }

  /// What the findings of one rule are made with.
  private struct Work {
    let judgment: RuleJudgment
    private let data: AuditData
    private let reveals: Bool
    /// For each side the dataset with what leaves its rows open.
    let open: [OpenCells]
    /// For each side the fields that evidence shows.
    private let shownFields: [[Int]]
    /// The rows of each side that are at hand.
    private var fetched: [[Int32: FetchedRow]]
    var findings: [Finding] = []
    private var sources: [Place: Evidence.Source] = [:]
    lazy var roster = data.roster(of: judgment.plan, judgment.context)

    private struct Place: Hashable {
      let side: Int
      let file: Int
    }

    init(_ judgment: RuleJudgment, data: AuditData, context: EvaluationContext, reveals: Bool) {
      self.judgment = judgment
      self.data = data
      self.reveals = reveals
      let plan = judgment.plan
      open = plan.sides.indices.map { OpenCells(plan, side: $0, context: judgment.context) }
      shownFields = plan.sides.map { name in
        let dataset = context.dataset(name)
        let used = plan.fields(of: name).union(dataset.key)
        return dataset.fields.indices.filter { used.contains(dataset.fields[$0].name) }
      }
      fetched = plan.sides.map { _ in [:] }
    }

    /// The datasets of the sides.
    var sides: [String] { open.map(\.dataset.name) }

    /// Takes rows of datasets in the place of those that were at hand.
    mutating func take(_ rows: [String: [Int32: FetchedRow]]) {
      fetched = sides.map { rows[$0] ?? [:] }
    }

    func row(_ row: Int32, side: Int) -> FetchedRow? { fetched[side][row] }

    /// Returns a row as reports show it.
    mutating func shown(_ row: FetchedRow, side: Int) -> Evidence.Row {
      Evidence.Row(source: source(side, row.file), fetched: row)
    }

    private mutating func source(_ side: Int, _ file: Int) -> Evidence.Source {
      let place = Place(side: side, file: file)
      if let known = sources[place] { return known }
      let dataset = open[side].dataset
      let fields = shownFields[side].map { field in
        let declared = dataset.fields[field]
        return Evidence.Source.Field(
          place: field, name: declared.name, label: declared.title, isMasked: declared.isSensitive && !reveals)
      }
      let source = Evidence.Source(dataset: dataset.name, file: data.fileName(dataset.name, file), fields: fields)
      sources[place] = source
      return source
    }
  }

  private mutating func finding(
    _ exception: RuleJudgment.Exception, _ rows: [Rows], _ work: inout Work
  ) -> Finding {
    let missing = exception.facts.outcome == .undetermined ? missing(exception, rows, &work) : []
    var shown: [Evidence.Row] = []
    for rows in rows {
      for row in rows.shown {
        if let row = work.row(row, side: rows.side) { shown.append(work.shown(row, side: rows.side)) }
      }
    }
    let evidence = Evidence(total: rows.reduce(0) { $0 + $1.total }, rows: shown)
    return Finding(
      work.judgment.judged, exception.facts, waiver: exception.waiver, evidence: evidence, missing: missing)
  }

  /// The cells that would decide an obligation.
  private mutating func missing(
    _ exception: RuleJudgment.Exception, _ rows: [Rows], _ work: inout Work
  ) -> [CellReference] {
    let facts = exception.facts
    let constants = work.judgment.context.constants(in: facts.period)
    var missing: [CellReference] = []
    for rows in rows where !rows.open.isEmpty {
      missing += tracer.cells(
        behind: rows.open.compactMap { work.row($0, side: rows.side) }, work.open[rows.side], constants)
    }
    missing += rosterCells(exception, constants, &work)
    if missing.count == 1 {
      hanging[missing[0], default: 0] += 1
    } else {
      for cell in Set(missing) { hanging[cell, default: 0] += 1 }
    }
    if work.judgment.judged.isFollowed { tracer.note(missing, of: work.judgment.rule.id, facts.subject, facts.period) }
    return missing
  }

  /// The cells of the subject's row of the roster that leave open whether it owes, or what.
  private func rosterCells(
    _ exception: RuleJudgment.Exception, _ constants: Constants, _ work: inout Work
  ) -> [CellReference] {
    guard let place = exception.rosterSubject, let roster = work.roster else { return [] }
    let subject = roster.subjects[place]
    let names = roster.openFields(of: subject, constants).union(
      exception.facts.doubt == .noBound ? work.judgment.plan.boundFields : [])
    let rows = data.fetch(roster.dataset.name, rows: Set(subject.rows))
    return subject.rows.sorted().flatMap { place -> [CellReference] in
      guard let row = rows[place] else { return [] }
      return roster.dataset.fields.indices.compactMap { field in
        let declared = roster.dataset.fields[field]
        guard names.contains(declared.name), row.cell(field).isOpen, !declared.isDerived else { return nil }
        return CellReference(column: data.column(roster.dataset, file: row.file, field: field), row: row.number)
      }
    }
  }

  private func rows(
    of exception: RuleJudgment.Exception, _ groups: [GroupResult], _ sides: [SideEvidence]
  ) -> [Rows] {
    let isOpen = exception.facts.outcome == .undetermined
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
}
