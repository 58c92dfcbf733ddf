/// How many events there were, and the longest gap between their days.
struct EventState: MeasureState {
  private let isDistinct: Bool
  private let measuresGaps: Bool
  private var rows: CountState
  private var values = DistinctBounds()
  private var certainDays: Set<Int32> = []
  private var possibleDays: Set<Int32> = []
  private var hasOpenDay = false

  init(_ measure: Measure) {
    guard case .events(let distinct, let day, _) = measure else {
      preconditionFailure("events are counted for another measure")
    }
    isDistinct = distinct != nil
    measuresGaps = day != nil
    rows = CountState(measure)
  }

  mutating func add(_ row: Contribution) {
    if row.having == .no { return }
    let isCertain = row.isCertain && row.having == .yes
    if isDistinct {
      if row.amount != .null { values.add(row.amount, isCertain: isCertain) }
    } else {
      rows.add(row)
    }
    guard measuresGaps else { return }
    switch row.day {
    case .none: break
    case .day(let day): if isCertain { certainDays.insert(day) } else { possibleDays.insert(day) }
    case .unknown, .between: hasOpenDay = true
    }
  }

  mutating func formUnion(_ other: EventState) {
    rows.formUnion(other.rows)
    values.formUnion(other.values)
    certainDays.formUnion(other.certainDays)
    possibleDays.formUnion(other.possibleDays)
    hasOpenDay = hasOpenDay || other.hasOpenDay
  }

  mutating func addPossible(_ other: EventState) {
    rows.addPossible(other.rows)
    values.addPossible(other.values)
    possibleDays.formUnion(other.certainDays)
    possibleDays.formUnion(other.possibleDays)
    hasOpenDay = hasOpenDay || other.hasOpenDay
  }

  func figures(in days: MeasuredDays) -> Figures {
    let count: Bounds<Int>
    if isDistinct {
      count = values.count
    } else {
      guard case .count(let rows) = rows.figures(in: days) else { preconditionFailure("rows are not counted") }
      count = rows
    }
    guard measuresGaps else { return .events(count: count, longestGap: nil) }
    let high = Self.longestGap(certainDays, days)
    let low = hasOpenDay ? 0 : Self.longestGap(certainDays.union(possibleDays), days)
    return .events(count: count, longestGap: Bounds(min(low, high), high))
  }

  /// The longest number of days between neighbours among the period's ends and the events within.
  private static func longestGap(_ events: Set<Int32>, _ days: MeasuredDays) -> Int {
    var longest: Int32 = 0
    var last = days.first
    for day in events.sorted() where day >= days.first && day <= days.last {
      longest = max(longest, day - last)
      last = day
    }
    return Int(max(longest, days.last - last))
  }
}
