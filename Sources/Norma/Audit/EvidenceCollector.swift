/// Looks up the rows behind the findings, and which unknown cells open ones hang on.
///
/// Engines remember rows by place alone; their cells are read again here, for findings only.
struct EvidenceCollector {
  /// The data as it was when the rules of each stage were judged: what the audit makes of its own results differs.
  private let stages: [AuditData]
  /// The stage of the rules that are at hand.
  private var stage = 0
  private let context: EvaluationContext
  private let options: Audit.Options
  private var tracer: CellTracer
  private var hanging = CellCounts()

  /// Creates a collector over the data of each stage, of which there is one at least.
  init(stages: [AuditData], context: EvaluationContext, options: Audit.Options) {
    self.stages = stages
    self.context = context
    self.options = options
    tracer = CellTracer(data: stages[0], context: context)
  }

  private var data: AuditData { stages[stage] }

  /// Goes on to the rules of another stage.
  private mutating func enter(_ stage: Int) {
    if stage == self.stage { return }
    self.stage = stage
    tracer.enter(data)
  }

  /// The unknown cells by how many undetermined obligations hang on each, most first, as many as the report lists.
  var cellsToSupply: [CellToSupply] { hanging.first(options.listing.cellsToSupply) }

  /// Makes the findings that the report lists, by rule, subject and period, and counts what all of them hang on. The rules
  /// that others follow come first in `order`, so that an outcome can be traced to the cells that leave it open.
  ///
  /// The rows behind them are read some thousands at a time, for as many rules as they are of: a file is gone through once,
  /// and not for every rule.
  mutating func findings(of judgments: [(judgment: RuleJudgment, groups: [GroupResult])], order: [Int]) -> [Finding] {
    let members = order.filter { judgments[$0].judgment.hasFindings }
    let parts = SideBySide.map(parts: members, atLeast: 16, jobs: options.effectiveJobs) { [stages, context, options] in
      $0.map { member in
        let (judgment, groups) = judgments[member]
        return EvidenceWork(
          judgment, groups, data: stages[judgment.judged.stage], context: context, options: options)
      }
    }
    var works = Array(parts.joined())
    count(&works)
    var stretch = Stretch()
    for place in works.indices {
      let (judgment, groups) = judgments[members[place]]
      if judgment.judged.stage != stage {
        make(&stretch, &works)
        enter(judgment.judged.stage)
      }
      // Exceptions go by their places: there may be very many, each of a dozen parts.
      let exceptions = judgment.exceptions
      let looked = exceptions.indices.filter {
        isListed(exceptions[$0])
          || exceptions[$0].facts.outcome == .undetermined && !works[place].isCounted(exceptions[$0])
      }
      let sides = evidence(of: exceptions, at: looked, groups)
      let wanted = works[place].wanted
      for exception in looked {
        if stretch.isFull { make(&stretch, &works) }
        let rows = self.rows(of: exceptions[exception], groups, sides)
        stretch.add(exception, rows, isListed: isListed(exceptions[exception]), place: place, wanted)
      }
      for start in stride(from: 0, to: judgment.unlistedRows.count, by: Stretch.limit) {
        if stretch.isFull { make(&stretch, &works) }
        let end = min(judgment.unlistedRows.count, start + Stretch.limit)
        stretch.add(judgment.unlistedRows[start..<end], place: place, side: works[place].sides[0])
      }
    }
    make(&stretch, &works)
    var findings = judgments.map { _ in [Finding]() }
    for (place, member) in members.enumerated() { findings[member] = works[place].findings }
    return Array(findings.joined())
  }

  private func isListed(_ exception: RuleJudgment.Exception) -> Bool {
    exception.ordinal < options.listing.findings
  }

  /// Counts the cells of rows that need not be looked at for that, rule by rule and side by side.
  private mutating func count(_ works: inout [EvidenceWork]) {
    let counted = works.map(\.counted)
    let tallies = SideBySide.map(counted.count) { counted[$0]?.tally }
    for place in works.indices {
      enter(works[place].judgment.judged.stage)
      if let tally = tallies[place] {
        works[place].take(tally)
        hanging.add(tally.hanging) { works[place].column($0, $1) }
      }
      guard works[place].judgment.plan.roster != nil else { continue }
      for exception in works[place].judgment.exceptions where works[place].isCounted(exception) {
        for cell in rosterCells(exception, works[place].constants(of: exception), &works[place]) {
          hanging.add(cell)
        }
      }
    }
  }

  /// Obligations whose rows are read at once.
  private struct Stretch {
    private(set) var items: [Item] = []
    /// The rows that are needed of each dataset, some of them several times.
    private(set) var wanted: [String: [Int32]] = [:]
    private var rowCount = 0

    /// How many rows are at hand at a time, and those of one obligation more.
    static let limit = 100_000

    struct Item {
      let place: Int
      let content: Content

      enum Content {
        /// One of the rule's exceptions, with the rows behind it.
        case exception(Int, [Rows], isListed: Bool)
        /// Rows of which nothing is told but the cells that they hang on.
        case unlisted(ArraySlice<Int32>)
      }
    }

    /// Whether there is no room left.
    var isFull: Bool { rowCount >= Self.limit }

    mutating func add(
      _ exception: Int, _ rows: [Rows], isListed: Bool, place: Int, _ sides: [EvidenceWork.Side]
    ) {
      items.append(Item(place: place, content: .exception(exception, rows, isListed: isListed)))
      for rows in rows {
        if isListed { want(rows.shown, sides[rows.side].dataset) }
        if sides[rows.side].needsOpenRows { want(rows.open, sides[rows.side].dataset) }
      }
    }

    mutating func add(_ rows: ArraySlice<Int32>, place: Int, side: String) {
      items.append(Item(place: place, content: .unlisted(rows)))
      want(rows, side)
    }

    private mutating func want(_ rows: some Collection<Int32>, _ side: String) {
      if rows.isEmpty { return }
      wanted[side, default: []] += rows
      rowCount += rows.count
    }
  }

  /// Reads the rows of a stretch, makes its findings, and empties it.
  ///
  /// What obligations hang on is counted in their order; then the findings of the rules are made side by side.
  private mutating func make(_ stretch: inout Stretch, _ works: inout [EvidenceWork]) {
    var fetched: [String: [Int32: FetchedRow]] = [:]
    for (dataset, rows) in stretch.wanted { fetched[dataset] = data.fetch(dataset, rows: Set(rows)) }
    var last: Int?
    for item in stretch.items {
      if last != item.place { works[item.place].take(fetched) }
      last = item.place
      switch item.content {
      case .exception(let exception, let rows, let isListed):
        let isOpen = works[item.place].judgment.exceptions[exception].facts.outcome == .undetermined
        let missing = isOpen ? missing(exception, rows, &works[item.place]) : MissingCells(limit: 0)
        if isListed { works[item.place].add(exception, rows, missing) }
      case .unlisted(let rows): count(rows, &works[item.place])
      }
    }
    SideBySide.update(&works, jobs: options.effectiveJobs) { $0.makeFindings() }
    stretch = Stretch()
  }

  /// The rows behind a finding, of one of the datasets that the rule scans.
  struct Rows {
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

  /// Counts what undetermined rows hang on that the report does not list.
  private mutating func count(_ rows: ArraySlice<Int32>, _ work: inout EvidenceWork) {
    let open = work.open(0)
    for row in rows {
      guard let row = work.row(row, side: 0) else { continue }
      hanging.add(tracer.cells(behind: [row], open, work.constants))
    }
  }

  /// The cells that would decide an obligation.
  private mutating func missing(_ place: Int, _ rows: [Rows], _ work: inout EvidenceWork) -> MissingCells {
    let exception = work.judgment.exceptions[place]
    let facts = exception.facts
    let constants = work.constants(of: exception)
    let ofGroup = work.cellCount(of: exception)
    let isCounted = work.judgment.openRows != nil || ofGroup != nil
    let isFollowed = work.judgment.judged.isFollowed
    let ofSubject = rosterCells(exception, constants, &work)
    var missing = MissingCells(
      limit: isCounted && !isFollowed ? options.listing.missing : .max, known: ofGroup.map { $0 + ofSubject.count },
      mayRepeat: !isCounted)
    for rows in rows where !rows.open.isEmpty {
      if work.tellsCells(rows.side) {
        work.add(cellsBehind: rows.open, side: rows.side, to: &missing)
      } else {
        let open = rows.open.compactMap { work.row($0, side: rows.side) }
        for cell in tracer.cells(behind: open, work.open(rows.side), constants).all { missing.add(cell) }
      }
    }
    for cell in ofSubject { missing.add(cell) }
    if !isCounted { for cell in missing.listed { hanging.add(cell) } }
    if isFollowed { tracer.note(missing.listed, of: work.judgment.rule.id, facts.subject, facts.period) }
    return missing
  }

  /// The cells of the subject's row of the roster that leave open whether it owes, or what.
  private func rosterCells(
    _ exception: RuleJudgment.Exception, _ constants: Constants, _ work: inout EvidenceWork
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
    case .group, .pair:
      return places(of: exception).map { rows($0.subject, $0.period, groups[$0.side], sides[$0.side], $0.side, isOpen) }
    }
  }

  /// The groups that an obligation is judged by, each on its side.
  private func places(of exception: RuleJudgment.Exception) -> [(side: Int, subject: Int, period: Int)] {
    switch exception.place {
    case .group(let subject, let period):
      // A change hangs on the period before as well.
      if case .change = exception.facts.figures, period > 0 { return [(0, subject, period - 1), (0, subject, period)] }
      return [(0, subject, period)]
    case .pair(let left, let right, let period): return [(0, left, period), (1, right, period)]
    case .row, .response, .match: return []
    }
  }

  /// The rows behind those obligations of a rule that are looked at, for each side by group.
  private func evidence(
    of exceptions: [RuleJudgment.Exception], at looked: [Int], _ groups: [GroupResult]
  ) -> [SideEvidence] {
    if groups.isEmpty { return [] }
    var wanted = groups.map { Bitmap(repeating: false, count: $0.subjects.count * $0.width) }
    for exception in looked {
      for place in places(of: exceptions[exception]) {
        wanted[place.side][Int(groups[place.side].group(place.subject, place.period))] = true
      }
    }
    return zip(groups, wanted).map {
      SideEvidence(shown: $0.evidence.shown(of: $1), open: $0.evidence.uncertain(of: $1))
    }
  }

  private func rows(
    _ subject: Int, _ period: Int, _ groups: GroupResult, _ evidence: SideEvidence, _ side: Int, _ isOpen: Bool
  ) -> Rows {
    let slot = groups.width == 1 ? 0 : period
    let group = groups.group(subject, period)
    var rows = Rows(side: side)
    rows.shown = evidence.shown[group] ?? []
    rows.total = groups.evidence.total(of: group)
    if isOpen {
      let codes = groups.codes(subject)
      rows.open = evidence.open[group] ?? []
      rows.open += groups.evidence.wild.filter { $0.place.admits(codes, slot: Int32(slot)) }.map(\.row)
      rows.open.sort()
      if zip(rows.open, rows.open.dropFirst()).contains(where: ==) { rows.open = Set(rows.open).sorted() }
    }
    return rows
  }
}
