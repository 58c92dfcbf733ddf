/// The mean of the amounts of a group's rows.
struct MeanState: MeasureState {
  private var bounds = MeanBounds()

  init(_ measure: Measure) {}

  mutating func add(_ row: Contribution) {
    if row.having == .no || row.amount == .null { return }
    bounds.add(row.amount, isCertain: row.isCertain && row.having == .yes)
  }

  mutating func formUnion(_ other: MeanState) { bounds.formUnion(other.bounds) }

  mutating func addPossible(_ other: MeanState) { bounds.addPossible(other.bounds) }

  func figures(in days: MeasuredDays) -> Figures { .amount(bounds.figure) }
}

/// The least and the greatest that a mean can be.
struct MeanBounds: Sendable {
  private var certainCount = 0
  private var lowSum: Rational? = .zero
  private var highSum: Rational? = .zero
  /// The rows that may or may not count.
  private var openLows: [Rational] = []
  private var openHighs: [Rational] = []
  private var hasNoLow = false
  private var hasNoHigh = false

  mutating func add(_ amount: RowAmount, isCertain: Bool) {
    let (low, high) = amount.limits
    let isCertain = isCertain && !amount.mayBeNull
    if low == nil { hasNoLow = true }
    if high == nil { hasNoHigh = true }
    if isCertain {
      certainCount += 1
      lowSum = lowSum.flatMap { sum in low.flatMap { sum.adding($0) } }
      highSum = highSum.flatMap { sum in high.flatMap { sum.adding($0) } }
    } else {
      if let low { openLows.append(low) }
      if let high { openHighs.append(high) }
    }
  }

  mutating func formUnion(_ other: MeanBounds) {
    certainCount += other.certainCount
    lowSum = lowSum.flatMap { sum in other.lowSum.flatMap { sum.adding($0) } }
    highSum = highSum.flatMap { sum in other.highSum.flatMap { sum.adding($0) } }
    addPossible(other)
  }

  mutating func addPossible(_ other: MeanBounds) {
    openLows += other.openLows
    openHighs += other.openHighs
    hasNoLow = hasNoLow || other.hasNoLow
    hasNoHigh = hasNoHigh || other.hasNoHigh
  }

  var figure: AmountBounds {
    let mayHaveRows = certainCount > 0 || !openLows.isEmpty || !openHighs.isEmpty || hasNoLow || hasNoHigh
    guard certainCount > 0 else { return AmountBounds(low: nil, high: nil, hasRows: false, mayHaveRows: mayHaveRows) }
    return AmountBounds(
      low: hasNoLow ? nil : extreme(lowSum, openLows.sorted(), <),
      high: hasNoHigh ? nil : extreme(highSum, openHighs.sorted(by: >), >))
  }

  /// The certain rows' mean, joined by those open rows that move it on.
  private func extreme(
    _ start: Rational?, _ open: [Rational], _ movesOn: (Rational, Rational) -> Bool
  ) -> Rational? {
    guard var sum = start else { return nil }
    var count = certainCount
    for amount in open {
      guard let mean = sum.divided(by: Rational(count)) else { return nil }
      guard movesOn(amount, mean) else { break }
      guard let next = sum.adding(amount) else { return nil }
      sum = next
      count += 1
    }
    return sum.divided(by: Rational(count))
  }
}
