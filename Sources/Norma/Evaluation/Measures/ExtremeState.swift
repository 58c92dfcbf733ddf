/// The greatest or the least amount of a group's rows.
struct ExtremeState: MeasureState {
  private let isGreatest: Bool
  private var bounds = ExtremeBounds()

  init(_ measure: Measure) {
    guard case .figure(let aggregation, _, _) = measure else {
      preconditionFailure("an extreme is looked for by another measure")
    }
    isGreatest = aggregation == .maximum
  }

  mutating func add(_ row: Contribution) {
    if row.having == .no || row.amount == .null { return }
    bounds.add(row.amount, isCertain: row.isCertain && row.having == .yes)
  }

  mutating func formUnion(_ other: ExtremeState) { bounds.formUnion(other.bounds) }

  mutating func addPossible(_ other: ExtremeState) { bounds.addPossible(other.bounds) }

  func figures(in days: MeasuredDays) -> Figures { .amount(isGreatest ? bounds.greatest : bounds.least) }
}

/// The least and the greatest amount of a group.
struct ExtremeBounds: Sendable {
  private var hasCertain = false
  private var hasAny = false
  /// Over the certain rows: the greatest low and the least high. Nil in a certain row means no limit.
  private var certainGreatestLow: Rational?
  private var certainLeastHigh: Rational?
  /// Over all rows: the greatest high and the least low, and whether one of them has no limit.
  private var greatestHigh: Rational?
  private var leastLow: Rational?
  private var hasNoHigh = false
  private var hasNoLow = false

  mutating func add(_ amount: RowAmount, isCertain: Bool) {
    let (low, high) = amount.limits
    let isCertain = isCertain && !amount.mayBeNull
    hasAny = true
    if let high { greatestHigh = greatestHigh.map { max($0, high) } ?? high } else { hasNoHigh = true }
    if let low { leastLow = leastLow.map { min($0, low) } ?? low } else { hasNoLow = true }
    guard isCertain else { return }
    hasCertain = true
    if let low { certainGreatestLow = certainGreatestLow.map { max($0, low) } ?? low }
    if let high { certainLeastHigh = certainLeastHigh.map { min($0, high) } ?? high }
  }

  mutating func formUnion(_ other: ExtremeBounds) {
    hasCertain = hasCertain || other.hasCertain
    if let low = other.certainGreatestLow { certainGreatestLow = certainGreatestLow.map { max($0, low) } ?? low }
    if let high = other.certainLeastHigh { certainLeastHigh = certainLeastHigh.map { min($0, high) } ?? high }
    addPossible(other)
  }

  mutating func addPossible(_ other: ExtremeBounds) {
    hasAny = hasAny || other.hasAny
    if let high = other.greatestHigh { greatestHigh = greatestHigh.map { max($0, high) } ?? high }
    if let low = other.leastLow { leastLow = leastLow.map { min($0, low) } ?? low }
    hasNoHigh = hasNoHigh || other.hasNoHigh
    hasNoLow = hasNoLow || other.hasNoLow
  }

  var greatest: AmountBounds {
    AmountBounds(
      low: hasCertain ? certainGreatestLow : nil, high: hasNoHigh ? nil : greatestHigh, hasRows: hasCertain,
      mayHaveRows: hasAny)
  }

  var least: AmountBounds {
    AmountBounds(
      low: hasNoLow ? nil : leastLow, high: hasCertain ? certainLeastHigh : nil, hasRows: hasCertain,
      mayHaveRows: hasAny)
  }
}
