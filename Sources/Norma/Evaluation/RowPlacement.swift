/// Decides in which period the rows of a batch count, and whether they are seen at all.
struct RowPlacement: Sendable {
  private let placement: Placement
  private let unit: PeriodUnit
  private let schedule: PeriodSchedule
  /// The first day that a total holds rows of.
  private let from: Int32
  private let context: EvaluationContext
  private let seenBy: Int?
  private let placedBy: Int?

  init(
    _ placement: Placement, unit: PeriodUnit, dataset: Dataset, schedule: PeriodSchedule, from: CivilDate?,
    context: EvaluationContext
  ) {
    self.placement = placement
    self.unit = unit
    self.schedule = schedule
    self.from = from?.dayNumber ?? .min
    self.context = context
    seenBy = placement.seenBy.flatMap { dataset.index(of: $0) }
    switch placement {
    case .everywhere: placedBy = nil
    case .dated(let field), .cumulative(let field): placedBy = dataset.index(of: field)
    case .reported(let field, _, _): placedBy = dataset.index(of: field)
    }
  }

  /// Whether every row counts in every period.
  var isEverywhere: Bool { placement == .everywhere }

  /// Returns where the rows of a batch count. O(rows).
  func places(of batch: Batch) -> RowPositions {
    guard let seenBy, let placedBy else { return RowPositions(everywhere: batch.count) }
    var places = RowPositions(nowhere: batch.count)
    let seeing = batch.column(ofField: seenBy)
    if case .dated = placement, let places = plainPlaces(of: seeing) { return places }
    for row in 0..<batch.count { places.set(row, seen: seen(seeing, row)) }
    let placing = batch.column(ofField: placedBy)
    if case .reported(_, true, _) = placement {
      placeByKey(placing, in: &places)
    } else if case .cumulative = placement {
      for row in 0..<batch.count { places.set(row, slot: onward(day(of: placing, row))) }
    } else {
      // A row without a certain day of its own has not certainly come in, so that its period is seen by `on` alone.
      let limit = placedBy == seenBy ? context.asOf.dayNumber : Int32.max
      for row in 0..<batch.count { places.set(row, slot: slot(placing, row, asOf: limit)) }
    }
    if placedBy != seenBy {
      // What has no day on which it came in has not come in.
      for row in 0..<batch.count where seeing.known[row] && !seeing.validity[row] { places.set(row, slot: .nowhere) }
    }
    return places
  }

  /// Where the rows of a column count that all have a day, none of them after the audit; nil for other columns.
  private func plainPlaces(of column: Column) -> RowPositions? {
    guard case .dates(let days) = column.values, column.nullCount == 0, column.unknownCount == 0,
      days.allSatisfy({ $0 <= context.asOf.dayNumber })
    else { return nil }
    return RowPositions(seenIn: days.map { schedule.slot(ofDay: $0) })
  }

  /// Returns the day of every row of a date column. O(rows).
  func days(of column: Column) -> [RowDay] {
    (0..<column.count).map { day(of: column, $0) }
  }

  private func day(of column: Column, _ row: Int) -> RowDay {
    guard column.known[row] else { return .unknown }
    guard column.validity[row] else { return .none }
    switch column.values {
    case .dates(let days): return .day(days[row])
    case .timestamps(let values): return .day(context.day(ofMicroseconds: values[row]).dayNumber)
    case .partialDates(let lower, let upper):
      return lower[row] == upper[row] ? .day(lower[row]) : .between(lower[row], upper[row])
    default: preconditionFailure("a row is dated by a field that is no date")
    }
  }

  /// Where a row of this day counts in totals: in every period that ends on or after it.
  private func onward(_ day: RowDay) -> RowSlot {
    Self.onward(day, from: from, asOf: context.asOf.dayNumber, schedule)
  }

  /// Where a row of a day counts in totals that begin on `from`.
  static func onward(_ day: RowDay, from: Int32, asOf: Int32, _ schedule: PeriodSchedule) -> RowSlot {
    if schedule.periods.isEmpty { return .nowhere }
    let (first, last): (Int32, Int32)
    switch day {
    case .none: return .nowhere
    case .unknown: return .onward(certainly: nil, possibly: 0)
    case .day(let day): (first, last) = (day, day)
    case .between(let lower, let upper): (first, last) = (lower, upper)
    }
    if last < from || first > asOf { return .nowhere }
    let possibly = schedule.slot(endingFrom: max(first, from))
    let certainly = schedule.slot(endingFrom: last)
    if possibly == PeriodSchedule.none { return .nowhere }
    let isCertain = first >= from && last <= asOf && certainly != PeriodSchedule.none
    return .onward(certainly: isCertain ? certainly : nil, possibly: possibly)
  }

  private func seen(_ column: Column, _ row: Int) -> Truth {
    guard column.known[row] else { return .unknown }
    guard column.validity[row] else { return .yes }
    let asOf = context.asOf.dayNumber
    switch column.values {
    case .dates(let days): return days[row] <= asOf ? .yes : .no
    case .timestamps(let values): return context.day(ofMicroseconds: values[row]).dayNumber <= asOf ? .yes : .no
    case .partialDates(let lower, let upper): return upper[row] <= asOf ? .yes : lower[row] <= asOf ? .unknown : .no
    default: preconditionFailure("a row is dated by a field that is no date")
    }
  }

  private func slot(_ column: Column, _ row: Int, asOf: Int32) -> RowSlot {
    guard column.known[row] else { return schedule.anywhere }
    guard column.validity[row] else { return .nowhere }
    let day: Int32
    switch column.values {
    case .dates(let days): day = days[row]
    case .timestamps(let values): day = context.day(ofMicroseconds: values[row]).dayNumber
    case .partialDates(let lower, let upper):
      if lower[row] != upper[row] { return schedule.slots(from: lower[row], through: upper[row], asOf: asOf) }
      day = lower[row]
    default: preconditionFailure("a row is dated by a field that is no date")
    }
    let slot = schedule.slot(ofDay: day)
    return slot == PeriodSchedule.none ? .nowhere : .exactly(slot)
  }

  private func placeByKey(_ column: Column, in places: inout RowPositions) {
    guard case .text(let codes, let dictionary) = column.values else {
      preconditionFailure("a period key is read from a field that is no text")
    }
    var slots: [UInt32: RowSlot] = [:]
    for row in 0..<column.count {
      if !column.known[row] {
        places.set(row, slot: schedule.anywhere)
      } else if column.validity[row] {
        let slot = slots[codes[row]] ?? PeriodKeySlot.slot(of: dictionary[codes[row]], unit: unit, schedule: schedule)
        slots[codes[row]] = slot
        places.set(row, slot: slot)
      }
    }
  }
}

/// Reads the period that a submission names.
enum PeriodKeySlot {
  /// Returns where a row with this key counts: a key of another kind of period is not for this one, and a text that is
  /// no key may mean any.
  static func slot(of key: String, unit: PeriodUnit, schedule: PeriodSchedule) -> RowSlot {
    guard let period = Period(key: key) else { return schedule.anywhere }
    // A period of a rule for recurrence is named by its first day.
    guard period.unit == unit || (unit == .rule && period.unit == .day),
      let place = schedule.periods.firstIndex(where: { $0.key == period.key })
    else {
      return .nowhere
    }
    return .exactly(Int32(place))
  }
}

/// Where the rows of a batch count.
struct RowPositions {
  /// Empty where every row is seen.
  private var seen: [Truth] = []
  /// Empty where every row counts everywhere.
  private var slots: [Int32] = []
  private var others: [Int: RowSlot] = [:]
  private static let nowhere: Int32 = -1
  private static let somewhere: Int32 = -2

  init(everywhere count: Int) {}

  /// Creates the places of rows that are all seen, each in one period or, where its slot is negative, in none.
  init(seenIn slots: [Int32]) {
    self.slots = slots
  }

  init(nowhere count: Int) {
    seen = Array(repeating: .no, count: count)
    slots = Array(repeating: Self.nowhere, count: count)
  }

  /// Whether every row had come in on the day of the audit.
  var isAllSeen: Bool { seen.isEmpty }

  /// Whether the row had come in on the day of the audit.
  @inline(__always)
  func isSeen(_ row: Int) -> Truth { seen.isEmpty ? .yes : seen[row] }

  /// The place of the period that a row counts in; negative where it counts in none, or it isn't known in which.
  @inline(__always)
  func exactSlot(_ row: Int) -> Int32 { slots.isEmpty ? 0 : slots[row] }

  @inline(__always)
  func slot(_ row: Int) -> RowSlot {
    if slots.isEmpty { return .exactly(0) }
    switch slots[row] {
    case Self.nowhere: return .nowhere
    case Self.somewhere: return others[row] ?? .nowhere
    case let slot: return .exactly(slot)
    }
  }

  mutating func set(_ row: Int, seen truth: Truth) {
    seen[row] = truth
  }

  mutating func set(_ row: Int, slot: RowSlot) {
    switch slot {
    case .nowhere: slots[row] = Self.nowhere
    case .exactly(let place): slots[row] = place
    case .somewhere, .onward:
      slots[row] = Self.somewhere
      others[row] = slot
    }
  }
}
