/// The sum of the amounts of a group's rows, or how many there are.
struct SumState: MeasureState {
  private var bounds = SumBounds()

  init(_ measure: Measure) {}

  mutating func add(_ row: Contribution) { bounds.add(row) }

  mutating func formUnion(_ other: SumState) { bounds.formUnion(other.bounds) }

  mutating func addPossible(_ other: SumState) { bounds.addPossible(other.bounds) }

  func figures(in days: MeasuredDays) -> Figures { .amount(bounds.figure) }

  func figures(in days: MeasuredDays, swayed: [[SwayedRow]], by count: Int) -> Figures? {
    let start = bounds.figure
    var (low, high) = (start.low, start.high)
    var falls: [Rational] = []
    var rises: [Rational] = []
    var isUnbounded = (low: false, high: false)
    for rows in swayed {
      var base = SumBounds()
      var wide = SumBounds()
      for row in rows {
        base.add(row.base)
        wide.add(row.wide)
      }
      low = low.flatMap { low in base.figure.low.flatMap { low.adding($0) } }
      high = high.flatMap { high in base.figure.high.flatMap { high.adding($0) } }
      switch (base.figure.low, wide.figure.low) {
      case (let before?, let after?): if let fall = before.subtracting(after) { falls.append(fall) }
      default: isUnbounded.low = isUnbounded.low || count > 0
      }
      switch (base.figure.high, wide.figure.high) {
      case (let before?, let after?): if let rise = after.subtracting(before) { rises.append(rise) }
      default: isUnbounded.high = isUnbounded.high || count > 0
      }
    }
    for fall in falls.filter({ $0 > 0 }).sorted(by: >).prefix(count) { low = low.flatMap { $0.subtracting(fall) } }
    for rise in rises.filter({ $0 > 0 }).sorted(by: >).prefix(count) { high = high.flatMap { $0.adding(rise) } }
    return .amount(AmountBounds(low: isUnbounded.low ? nil : low, high: isUnbounded.high ? nil : high))
  }
}

/// The least and the greatest that a sum can be.
struct SumBounds: Sendable {
  /// Nil where there is no limit.
  private var low: Rational? = .zero
  private var high: Rational? = .zero

  mutating func add(_ row: Contribution) {
    if row.having == .no || row.amount == .null { return }
    add(row.amount, isCertain: row.isCertain && row.having == .yes)
  }

  /// A row that may or may not count adds at least 0 or what it has below, and at most 0 or what it has above.
  mutating func add(_ amount: RowAmount, isCertain: Bool) {
    var (least, most) = amount.bounds
    if !isCertain {
      least = least.map { min(.zero, $0) }
      most = most.map { max(.zero, $0) }
    }
    low = low.flatMap { low in least.flatMap { low.adding($0) } }
    high = high.flatMap { high in most.flatMap { high.adding($0) } }
  }

  /// Adds another sum as it is.
  mutating func formUnion(_ other: SumBounds) {
    low = low.flatMap { low in other.low.flatMap { low.adding($0) } }
    high = high.flatMap { high in other.high.flatMap { high.adding($0) } }
  }

  mutating func addPossible(_ other: SumBounds) {
    low = low.flatMap { low in other.low.flatMap { low.adding(min(.zero, $0)) } }
    high = high.flatMap { high in other.high.flatMap { high.adding(max(.zero, $0)) } }
  }

  var figure: AmountBounds { AmountBounds(low: low, high: high) }
}
