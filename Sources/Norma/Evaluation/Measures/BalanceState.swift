/// The running total after each day that has rows.
struct BalanceState: MeasureState {
  /// What becomes of the total on a day.
  private struct Change {
    /// What the rows of the day add, certainly or possibly.
    var bounds = SumBounds()
    /// Whether a row certainly lies on this day.
    var isCertainDay = false
    /// Whether one may.
    var isPossibleDay = false
  }

  private var changes: [Int32: Change] = [:]
  /// Rows that lie on some day between two; they certainly count from the later on.
  private var floating: [(first: Int32, last: Int32, possible: SumBounds, certain: SumBounds)] = []
  /// Rows that may lie on any day.
  private var anyDay = SumBounds()
  private var hasAnyDay = false

  init(_ measure: Measure) {}

  mutating func add(_ row: Contribution) {
    if row.having == .no || row.amount == .null { return }
    let isCertain = row.isCertain && row.having == .yes
    switch row.day {
    case .none: break
    case .unknown:
      anyDay.add(row.amount, isCertain: false)
      hasAnyDay = true
    case .day(let day):
      var change = changes[day] ?? Change()
      change.bounds.add(row.amount, isCertain: isCertain)
      if isCertain, row.amount.isCertainlyThere { change.isCertainDay = true } else { change.isPossibleDay = true }
      changes[day] = change
    case .between(let first, let last):
      var possible = SumBounds()
      possible.add(row.amount, isCertain: false)
      var certain = SumBounds()
      certain.add(row.amount, isCertain: isCertain)
      floating.append((first, last, possible, certain))
    }
  }

  mutating func formUnion(_ other: BalanceState) {
    for (day, change) in other.changes {
      var mine = changes[day] ?? Change()
      mine.bounds.formUnion(change.bounds)
      mine.isCertainDay = mine.isCertainDay || change.isCertainDay
      mine.isPossibleDay = mine.isPossibleDay || change.isPossibleDay
      changes[day] = mine
    }
    floating += other.floating
    anyDay.formUnion(other.anyDay)
    hasAnyDay = hasAnyDay || other.hasAnyDay
  }

  mutating func addPossible(_ other: BalanceState) {
    for (day, change) in other.changes {
      var mine = changes[day] ?? Change()
      mine.bounds.addPossible(change.bounds)
      mine.isPossibleDay = true
      changes[day] = mine
    }
    floating += other.floating.map { ($0.first, $0.last, $0.possible, $0.possible) }
    if other.hasAnyDay {
      anyDay.addPossible(other.anyDay)
      hasAnyDay = true
    }
  }

  /// O(days log days + days watched × rows that lie between two days).
  func figures(in days: MeasuredDays) -> Figures {
    var watched = Set(changes.keys.filter { $0 >= days.first && $0 <= days.last })
    for row in floating where row.first <= days.last && row.last >= days.first {
      watched.formUnion([max(row.first, days.first), min(row.last, days.last)])
    }
    if hasAnyDay { watched.insert(days.first) }
    var highest: (low: Rational?, high: Rational?) = (nil, nil)
    var lowest: (low: Rational?, high: Rational?) = (nil, nil)
    var isOpen = (high: false, low: false)
    var (hasCertain, hasAny) = (false, false)
    let steps = changes.sorted { $0.key < $1.key }
    var stepsTaken = 0
    // What is there at the end of a day, but for rows that lie on some day between two.
    var total = anyDay
    for day in watched.sorted() {
      while stepsTaken < steps.count, steps[stepsTaken].key <= day {
        total.formUnion(steps[stepsTaken].value.bounds)
        stepsTaken += 1
      }
      let change = changes[day]
      let isCertain = change?.isCertainDay ?? false
      let isPossible =
        isCertain || change?.isPossibleDay ?? false || hasAnyDay
        || floating.contains { $0.first <= day && day <= $0.last }
      guard isPossible else { continue }
      hasAny = true
      var withFloating = total
      for row in floating where row.first <= day {
        withFloating.formUnion(row.last <= day ? row.certain : row.possible)
      }
      let balance = withFloating.figure
      if let high = balance.high {
        highest.high = highest.high.map { max($0, high) } ?? high
      } else {
        isOpen.high = true
      }
      if let low = balance.low { lowest.low = lowest.low.map { min($0, low) } ?? low } else { isOpen.low = true }
      guard isCertain else { continue }
      hasCertain = true
      if let low = balance.low { highest.low = highest.low.map { max($0, low) } ?? low }
      if let high = balance.high { lowest.high = lowest.high.map { min($0, high) } ?? high }
    }
    return .balance(
      BalanceBounds(
        highest: AmountBounds(
          low: highest.low, high: isOpen.high ? nil : highest.high, hasRows: hasCertain, mayHaveRows: hasAny),
        lowest: AmountBounds(
          low: isOpen.low ? nil : lowest.low, high: lowest.high, hasRows: hasCertain, mayHaveRows: hasAny)))
  }
}

extension RowAmount {
  /// Whether it is certainly an amount, and not perhaps null.
  fileprivate var isCertainlyThere: Bool {
    switch self {
    case .null: false
    case .open(_, _, let mayBeNull): !mayBeNull
    default: true
    }
  }
}
