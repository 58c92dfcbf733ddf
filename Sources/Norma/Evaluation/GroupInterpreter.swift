/// Measures the groups of one rule row by row, by the definitions as they stand: the oracle of the columnar evaluator.
///
/// Every obligation is worked out from all rows, and every condition is run by the reference interpreter. Nothing is
/// shared between groups, so that nothing can be shared wrongly. O(subjects × periods × rows).
struct GroupInterpreter: GroupEvaluator {
  private let plan: RulePlan
  private let group: GroupPlan
  private let owed: Owed
  private let roster: Roster?
  private let context: EvaluationContext
  private let dataset: Dataset
  private let sway: Sway?
  private var rows: [Row] = []
  private var others: [GroupResult.Subject] = []

  private struct Row {
    let ordinal: Int32
    let cells: [Cell]
    let isCertain: Bool
    let key: [Cell]
    let missingColumns: Constants
  }

  init(_ plan: RulePlan, group: GroupPlan, owed: Owed, roster: Roster?, context: EvaluationContext) {
    self.plan = plan
    self.group = group
    self.owed = owed
    self.roster = roster
    self.context = context
    dataset = context.dataset(group.rows.dataset)
    sway = Sway(group, dataset: dataset, context: context)
  }

  mutating func consume(_ batch: Batch) {
    let constants = context.constants.reading(batch, of: dataset)
    let readers = group.parts.map { PartInterpreter($0, dataset: dataset, context: context) }
    for row in 0..<batch.count {
      let cells = batch.cells(ofRow: row, dataset)
      rows.append(
        Row(
          ordinal: Int32(batch.firstRow + row), cells: cells, isCertain: batch.isCertain(row),
          key: readers.map { $0.value(cells, constants) }, missingColumns: constants))
    }
  }

  mutating func merge(_ other: any GroupEvaluator) {
    rows += Self.same(other).rows
    rows.sort { $0.ordinal < $1.ordinal }
  }

  private func expression(_ plan: PlanExpression) -> RowExpression {
    RowExpression(plan, dataset: dataset, functions: context.functions)
  }

  // MARK: Subjects

  /// Adds subjects that the other side of a comparison names.
  mutating func include(_ subjects: [GroupResult.Subject]) { others += subjects }

  /// The subjects: the roster's, the listed ones, or every combination that a row which is seen names.
  var namedSubjects: [GroupResult.Subject] {
    let parts = group.parts
    if parts.isEmpty { return [.init(key: [], rosterRow: nil, isCertain: true)] }
    if let roster {
      return roster.subjects.enumerated().map { .init(key: [$0.element.key], rosterRow: $0.offset, isCertain: true) }
    }
    let lists = parts.map(\.listedValues)
    if lists.allSatisfy({ $0 != nil }) {
      return Self.combinations(lists.map { $0 ?? [] })
        .map { .init(key: $0, rosterRow: nil, isCertain: true) }
    }
    var order: [[Cell]] = []
    var certain: Set<[Cell]> = []
    func name(_ key: [Cell], isCertain: Bool) {
      if !order.contains(key) { order.append(key) }
      if isCertain { certain.insert(key) }
    }
    for row in rows {
      let isSeen = isSeen(row)
      if isSeen == .no || row.key.contains(.unknown) { continue }
      let isListed = zip(row.key, lists).allSatisfy { cell, list in list?.contains(cell) ?? true }
      if isListed { name(row.key, isCertain: isSeen == .yes && row.isCertain) }
    }
    for other in others where !other.key.contains(where: \.isOpen) { name(other.key, isCertain: other.isCertain) }
    for key in order {
      let options = zip(key, lists).map { cell, list in list ?? [cell] }
      for combination in Self.combinations(options) { name(combination, isCertain: certain.contains(key)) }
    }
    return order.map { .init(key: $0, rosterRow: nil, isCertain: certain.contains($0)) }
  }

  /// The keys of rows that may name a subject which isn't known, one per row.
  private var openKeys: [[Cell]] {
    if roster != nil || group.parts.allSatisfy({ $0.listedValues != nil }) { return [] }
    return rows.filter { $0.key.contains(.unknown) && isSeen($0) != .no }.map(\.key)
  }

  private static func combinations(_ options: [[Cell]]) -> [[Cell]] {
    options.reduce([[]]) { heads, list in heads.flatMap { head in list.map { head + [$0] } } }
  }

  // MARK: Groups

  func finish() -> GroupResult { measure(group.measure.state) }

  private func measure<State: MeasureState>(_ type: State.Type) -> GroupResult {
    let periods = context.periods(plan, owed)
    let schedule = PeriodSchedule(periods: periods.periods, window: owed.window)
    let subjects = schedule.periods.isEmpty ? [] : namedSubjects
    var figures: [Figures] = []
    var evidence = EvidenceRows(limit: context.evidenceLimit, enough: nil)
    let width = schedule.periods.count
    for (place, subject) in subjects.enumerated() {
      for (slot, period) in schedule.periods.enumerated() {
        let group = Int32(place * width + slot)
        var state = State(self.group.measure)
        var swayed = SwayedGroup()
        for row in rows {
          guard let belongs = belongs(row.key, to: subject), let isIn = isIn(row, slot: slot, schedule) else {
            continue
          }
          let seen = isSeen(row)
          if seen == .no { continue }
          let isCertain = belongs && isIn && seen == .yes
          let constants = constants(row, period)
          guard let wide = contribution(row, constants, isCertain) else { continue }
          if isCertain, !wide.isKnown, let sway,
            let base = base(row, sway.certainRowsOnly(constants)), let owner = sway.owner(of: row.cells)
          {
            swayed.add(SwayedRow(base: base, wide: wide), owner: owner)
            evidence.add(uncertain: row.ordinal, group: group)
            continue
          }
          state.add(wide)
          if State.isEvidence(wide) {
            evidence.add(shown: row.ordinal, group: group)
          }
          if !wide.isKnown { evidence.add(uncertain: row.ordinal, group: group) }
        }
        figures.append(figure(state, swayed, period))
      }
    }
    let all = figures
    return GroupResult(
      subjects: subjects, periods: schedule.periods, leadCount: periods.leadCount,
      figures: { subject, period in all[subject * width + period] }, enough: nil,
      evidence: evidence, width: width, codes: { _ in [] },
      openKeys: schedule.periods.isEmpty ? [] : openKeys)
  }

  private func figure<State: MeasureState>(_ state: State, _ swayed: SwayedGroup, _ period: Period) -> Figures {
    let days = context.measuredDays(period)
    if swayed.keys.isEmpty { return state.figures(in: days) }
    if let figure = state.figures(in: days, swayed: swayed.keys, by: swayed.count) { return figure }
    var all = state
    for row in swayed.wideRows { all.add(row) }
    return all.figures(in: days)
  }

  private func constants(_ row: Row, _ period: Period) -> Constants {
    context.constants(in: period).with(missingColumns: row.missingColumns.missingColumns)
  }

  /// Whether a row belongs to a subject: true, possibly (false), or not at all (nil).
  private func belongs(_ key: [Cell], to subject: GroupResult.Subject) -> Bool? {
    var isCertain = true
    for (mine, theirs) in zip(key, subject.key) {
      if mine == .unknown {
        isCertain = false
      } else if mine != theirs {
        return nil
      }
    }
    return isCertain
  }

  // MARK: Periods

  private func day(_ name: String, _ row: Row) -> RowDay {
    guard let index = dataset.index(of: name) else { preconditionFailure("no field \(name) in \(dataset.name)") }
    switch row.cells[index] {
    case .null: return .none
    case .date(let date): return .day(date.dayNumber)
    case .interval(let first, let last): return .between(first.dayNumber, last.dayNumber)
    case .timestamp(let microseconds): return .day(context.day(ofMicroseconds: microseconds).dayNumber)
    default: return .unknown
    }
  }

  private func isSeen(_ row: Row) -> Truth {
    guard let field = group.placement.seenBy else { return .yes }
    let asOf = context.asOf.dayNumber
    switch day(field, row) {
    case .none: return .yes
    case .unknown: return .unknown
    case .day(let day): return day <= asOf ? .yes : .no
    case .between(let first, let last): return last <= asOf ? .yes : first <= asOf ? .unknown : .no
    }
  }

  /// Whether a row counts in a period: true, possibly (false), or not at all (nil).
  private func isIn(_ row: Row, slot: Int, _ schedule: PeriodSchedule) -> Bool? {
    switch group.placement {
    case .everywhere: return true
    case .dated(let field): return isIn(day(field, row), slot, schedule, until: context.asOf.dayNumber)
    case .cumulative(let field):
      let asOf = context.asOf.dayNumber
      let from = plan.from?.dayNumber ?? .min
      guard
        case .onward(let certainly, let possibly) = RowPlacement.onward(
          day(field, row), from: from, asOf: asOf, schedule)
      else { return nil }
      if slot < possibly { return nil }
      return certainly.map { slot >= $0 } ?? false
    case .reported(let field, let isPeriodKey, let on):
      if day(on, row) == .none { return nil }
      return isPeriodKey ? isInByKey(row, field, slot, schedule) : isIn(day(field, row), slot, schedule, until: .max)
    }
  }

  private func isIn(_ day: RowDay, _ slot: Int, _ schedule: PeriodSchedule, until limit: Int32) -> Bool? {
    switch day {
    case .none: return nil
    case .unknown: return false
    case .day(let day): return schedule.slot(ofDay: day) == Int32(slot) && day <= limit ? true : nil
    case .between(let first, let last):
      let inside = (first...last).filter { schedule.slot(ofDay: $0) == Int32(slot) && $0 <= limit }
      if inside.isEmpty { return nil }
      return inside.count == Int(last - first) + 1
    }
  }

  private func isInByKey(_ row: Row, _ field: String, _ slot: Int, _ schedule: PeriodSchedule) -> Bool? {
    guard let index = dataset.index(of: field) else { preconditionFailure("no field \(field) in \(dataset.name)") }
    switch row.cells[index] {
    case .unknown: return false
    case .text(let key):
      switch PeriodKeySlot.slot(of: key, unit: owed.recurrence.unit, schedule: schedule) {
      case .exactly(Int32(slot)): return true
      case .somewhere: return false
      default: return nil
      }
    default: return nil
    }
  }

  // MARK: Rows

  /// What a row adds to a group; nil where it is not in the population.
  private func contribution(_ row: Row, _ constants: Constants, _ isCertain: Bool) -> Contribution? {
    var population = row.isCertain ? Truth.yes : .unknown
    for condition in group.population {
      let truth = expression(condition).truth(row.cells, constants)
      if truth == .no { return nil }
      if truth == .unknown { population = .unknown }
    }
    let having = group.having.map { expression($0).truth(row.cells, constants) } ?? .yes
    let amount = group.amount.map {
      RowAmount(
        expression($0.expression).value(row.cells, constants).cell, of: $0, isDistinct: group.measure.countsDistinct)
    }
    return Contribution(
      isCertain: isCertain && population == .yes, having: having,
      day: group.measure.dayField.map { day($0, row) } ?? .none, amount: amount ?? .row, row: row.ordinal)
  }

  /// What a row brings where lists hold only their certain rows; nil where it is open all the same.
  private func base(_ row: Row, _ constants: Constants) -> Contribution? {
    guard let contribution = contribution(row, constants, true) else { return .outside(row: row.ordinal) }
    return contribution.isKnown ? contribution : nil
  }
}

/// Reads one part of a subject's key from a row.
struct PartInterpreter {
  private let field: Int?
  private let expression: RowExpression?

  init(_ part: SubjectPart, dataset: Dataset, context: EvaluationContext) {
    switch part {
    case .field(let name), .listed(let name, _):
      field = dataset.index(of: name)
      expression = nil
    case .computed(_, let computed):
      field = nil
      expression = RowExpression(computed, dataset: dataset, functions: context.functions)
    }
  }

  /// Returns the value of a row; a date of which the day is open isn't known.
  func value(_ cells: [Cell], _ constants: Constants) -> Cell {
    if let field {
      if case .interval = cells[field] { return .unknown }
      return cells[field]
    }
    return expression?.value(cells, constants).cell ?? .unknown
  }
}
