/// Evaluates one rule row by row, by the definitions as they stand: the oracle of the columnar evaluator.
///
/// Every obligation is worked out from all rows, and every condition is run by the reference interpreter. Nothing is
/// shared, so that nothing can be shared wrongly. O(subjects × periods × rows).
struct RuleInterpreter {
  private let plan: RulePlan
  private let roster: Roster?
  private let context: EvaluationContext
  private let dataset: Dataset
  private var rows: [Row] = []

  private struct Row {
    let ordinal: Int32
    let cells: [Cell]
  }

  init(_ plan: RulePlan, roster: Roster?, context: EvaluationContext) {
    self.plan = plan
    self.roster = roster
    self.context = context
    guard let dataset = context.datasets[plan.dataset] else {
      preconditionFailure("no dataset \(plan.dataset) among those that were checked")
    }
    self.dataset = dataset
  }

  mutating func consume(_ batch: Batch) {
    for row in 0..<batch.count {
      rows.append(Row(ordinal: Int32(batch.firstRow + row), cells: batch.cells(ofRow: row, dataset)))
    }
  }

  func finish() -> RuleResult {
    switch plan.obligations {
    case .judgeRows(let rows, let requirements): return .rows(judge(rows, requirements))
    case .judgeGroups(let group, let owed, _): return .groups(measure(group, owed))
    }
  }

  private func expression(_ plan: PlanExpression) -> RowExpression {
    RowExpression(plan, dataset: dataset, functions: context.functions)
  }

  // MARK: Rows

  private func judge(_ plan: RowPlan, _ requirements: [Requirement]) -> RowResult {
    let filters = plan.conditions.map(expression)
    let conditions = requirements.map { expression($0.condition) }
    var result = RowResult()
    for row in rows {
      let isThere = Self.conjunction(filters.map { $0.truth(row.cells, context.constants) })
      if isThere == .no { continue }
      let truths = conditions.map { $0.truth(row.cells, context.constants) }
      if truths.allSatisfy({ $0 == .yes }) {
        result.met += 1
        if context.keepsEveryObligation { result.metRows.append(row.ordinal) }
      } else {
        result.exceptions.append(.init(row: row.ordinal, isCertain: isThere == .yes, requirements: truths))
      }
    }
    return result
  }

  private static func conjunction(_ truths: [Truth]) -> Truth {
    truths.contains(.no) ? .no : truths.contains(.unknown) ? .unknown : .yes
  }

  // MARK: Groups

  private func measure(_ group: GroupPlan, _ owed: Owed) -> GroupResult {
    guard case .group(_, _, let placement, let measure) = group else {
      preconditionFailure("a group plan of an unknown kind")
    }
    let parts = GroupParts(group)
    let schedule = PeriodSchedule(periods: context.periods(plan, owed), window: owed.window)
    let readers = parts.parts.map { PartInterpreter($0, dataset: dataset, context: context) }
    let seen = rows.map { isSeen($0, placement) }
    let keys = rows.map { row in readers.map { $0.value(row.cells) } }
    let subjects = subjects(parts.parts, keys, seen)
    var figures: [Figures] = []
    var evidence = EvidenceRows(limit: context.evidenceLimit)
    let width = schedule.periods.count
    for (place, subject) in subjects.enumerated() {
      for (slot, period) in schedule.periods.enumerated() {
        let group = Int32(place * width + slot)
        var rowsInGroup: [Contribution] = []
        for (index, row) in rows.enumerated() where seen[index] != .no {
          guard let belongs = belongs(keys[index], to: subject, isCertainRow: seen[index] == .yes),
            let isIn = isIn(row, slot: slot, placement, schedule, owed.unit)
          else { continue }
          guard let contribution = contribution(row, parts, period, belongs && isIn && seen[index] == .yes) else {
            continue
          }
          rowsInGroup.append(contribution)
        }
        figures.append(figure(measure, rowsInGroup, &evidence, group))
      }
    }
    return GroupResult(
      subjects: subjects, periods: schedule.periods, figures: figures, evidence: evidence, width: width,
      codes: subjects.map { _ in [] })
  }

  private struct Contribution {
    let row: Int32
    let isCertain: Bool
    let having: Truth
    let day: Int32?
  }

  /// The subjects: the roster's, the listed ones, or every combination that a row which is seen names.
  private func subjects(_ parts: [SubjectPart], _ keys: [[Cell]], _ seen: [Truth]) -> [GroupResult.Subject] {
    if parts.isEmpty { return [.init(key: [], rosterRow: nil, isCertain: true)] }
    if let roster {
      return roster.subjects.enumerated().map { .init(key: [$0.element.key], rosterRow: $0.offset, isCertain: true) }
    }
    let lists = parts.compactMap { part -> [String]? in if case .listed(_, let values) = part { values } else { nil } }
    if lists.count == parts.count {
      var combinations: [[Cell]] = [[]]
      for list in lists { combinations = combinations.flatMap { head in list.map { head + [.text($0)] } } }
      return combinations.map { .init(key: $0, rosterRow: nil, isCertain: true) }
    }
    var order: [[Cell]] = []
    var certain: Set<[Cell]> = []
    for (index, key) in keys.enumerated() where seen[index] != .no && !key.contains(.unknown) {
      if !order.contains(key) { order.append(key) }
      if seen[index] == .yes { certain.insert(key) }
    }
    return order.map { .init(key: $0, rosterRow: nil, isCertain: certain.contains($0)) }
  }

  /// Whether a row belongs to a subject: true, possibly (false), or not at all (nil).
  private func belongs(_ key: [Cell], to subject: GroupResult.Subject, isCertainRow: Bool) -> Bool? {
    var isCertain = true
    for (mine, theirs) in zip(key, subject.key) {
      if mine == .unknown {
        if theirs == .unknown { return nil }
        isCertain = false
      } else if mine != theirs {
        return nil
      }
    }
    return isCertain
  }

  private func days(_ cell: Cell) -> ClosedRange<Int32>? {
    switch cell {
    case .date(let date): date.dayNumber...date.dayNumber
    case .interval(let first, let last): first.dayNumber...last.dayNumber
    case .timestamp(let microseconds):
      context.day(ofMicroseconds: microseconds).dayNumber...context.day(ofMicroseconds: microseconds).dayNumber
    default: nil
    }
  }

  private func isSeen(_ row: Row, _ placement: Placement) -> Truth {
    guard let field = placement.seenBy, let index = dataset.index(of: field) else { return .yes }
    let cell = row.cells[index]
    if cell == .unknown { return .unknown }
    guard let days = days(cell) else { return .yes }
    let asOf = context.asOf.dayNumber
    return days.upperBound <= asOf ? .yes : days.lowerBound <= asOf ? .unknown : .no
  }

  /// Whether a row lies in a period: true, possibly (false), or not at all (nil).
  private func isIn(
    _ row: Row, slot: Int, _ placement: Placement, _ schedule: PeriodSchedule, _ unit: PeriodUnit
  ) -> Bool? {
    let name: String
    var limit = Int32.max
    switch placement {
    case .everywhere: return true
    case .dated(let field):
      name = field
      limit = context.asOf.dayNumber
    case .reported(let field, let isPeriodKey, let on):
      name = field
      if let index = dataset.index(of: on), row.cells[index] == .null { return nil }
      if isPeriodKey { return isInByKey(row, field, slot, schedule, unit) }
    }
    guard let index = dataset.index(of: name) else { preconditionFailure("no field \(name) in \(dataset.name)") }
    let cell = row.cells[index]
    if cell == .unknown { return false }
    guard let days = days(cell) else { return nil }
    let inside = days.filter { schedule.slot(ofDay: $0) == Int32(slot) && $0 <= limit }
    if inside.isEmpty { return nil }
    return inside.count == days.count
  }

  private func isInByKey(
    _ row: Row, _ field: String, _ slot: Int, _ schedule: PeriodSchedule, _ unit: PeriodUnit
  ) -> Bool? {
    guard let index = dataset.index(of: field) else { preconditionFailure("no field \(field) in \(dataset.name)") }
    switch row.cells[index] {
    case .unknown: return false
    case .text(let key):
      guard let period = Period(key: key) else { return false }
      return period.unit == unit && period.key == schedule.periods[slot].key ? true : nil
    default: return nil
    }
  }

  /// What a row adds to a group; nil where it is not in the population.
  private func contribution(_ row: Row, _ parts: GroupParts, _ period: Period, _ isCertain: Bool) -> Contribution? {
    let constants = context.constants(in: period)
    let population = Self.conjunction(
      (parts.filters + parts.population).map { expression($0).truth(row.cells, constants) })
    if population == .no { return nil }
    let having = parts.having.map { expression($0).truth(row.cells, constants) } ?? .yes
    var day: Int32?
    if let field = parts.dayField, let index = dataset.index(of: field), let days = days(row.cells[index]),
      days.count == 1
    {
      day = days.lowerBound
    }
    return Contribution(row: row.ordinal, isCertain: isCertain && population == .yes, having: having, day: day)
  }

  private func figure(
    _ measure: Measure, _ rows: [Contribution], _ evidence: inout EvidenceRows, _ group: Int32
  ) -> Figures {
    var share = ShareCounts()
    var count = CountBounds()
    var earliest = EarliestDay()
    for row in rows {
      let isShown: Bool
      switch measure {
      case .share:
        share.add(isCertain: row.isCertain, having: row.having, day: row.day)
        isShown = ShareCounts.isEvidence(isCertain: row.isCertain, having: row.having)
      case .count:
        count.add(isCertain: row.isCertain, having: row.having, day: row.day)
        isShown = CountBounds.isEvidence(isCertain: row.isCertain, having: row.having)
      case .earliest:
        earliest.add(isCertain: row.isCertain, having: row.having, day: row.day)
        isShown = EarliestDay.isEvidence(isCertain: row.isCertain, having: row.having)
      }
      if isShown {
        evidence.add(shown: row.row, group: group)
      } else if !row.isCertain || row.having == .unknown {
        evidence.add(uncertain: row.row, group: group)
      }
    }
    switch measure {
    case .share: return share.figures
    case .count: return count.figures
    case .earliest: return earliest.figures
    }
  }
}

/// Reads one part of a subject's key from a row.
private struct PartInterpreter {
  private let field: Int?
  private let expression: RowExpression?
  private let constants: Constants

  init(_ part: SubjectPart, dataset: Dataset, context: EvaluationContext) {
    constants = context.constants
    switch part {
    case .field(let name), .listed(let name, _):
      field = dataset.index(of: name)
      expression = nil
    case .computed(_, let computed):
      field = nil
      expression = RowExpression(computed, dataset: dataset, functions: context.functions)
    }
  }

  func value(_ cells: [Cell]) -> Cell {
    if let field {
      if case .interval = cells[field] { return .unknown }
      return cells[field]
    }
    return expression?.value(cells, constants).cell ?? .unknown
  }
}
