/// A figure over the amounts of a group's rows.
enum AmountState: MeasureState {
  case sum(SumBounds)
  case extreme(ExtremeBounds, isGreatest: Bool)
  case mean(MeanBounds)
  case distinct(DistinctBounds)

  init(_ measure: Measure) {
    guard case .figure(let aggregation, _, _) = measure else {
      preconditionFailure("amounts are added up for another measure")
    }
    switch aggregation {
    case .count, .sum: self = .sum(SumBounds())
    case .minimum: self = .extreme(ExtremeBounds(), isGreatest: false)
    case .maximum: self = .extreme(ExtremeBounds(), isGreatest: true)
    case .mean: self = .mean(MeanBounds())
    case .distinct: self = .distinct(DistinctBounds())
    }
  }

  mutating func add(_ row: Contribution) {
    if row.having == .no || row.amount == .null { return }
    let isCertain = row.isCertain && row.having == .yes
    switch self {
    case .sum(var bounds):
      self = .sum(SumBounds())
      bounds.add(row.amount, isCertain: isCertain)
      self = .sum(bounds)
    case .extreme(var bounds, let isGreatest):
      bounds.add(row.amount, isCertain: isCertain)
      self = .extreme(bounds, isGreatest: isGreatest)
    case .mean(var bounds):
      self = .mean(MeanBounds())
      bounds.add(row.amount, isCertain: isCertain)
      self = .mean(bounds)
    case .distinct(var bounds):
      self = .distinct(DistinctBounds())
      bounds.add(row.amount, isCertain: isCertain)
      self = .distinct(bounds)
    }
  }

  mutating func formUnion(_ other: AmountState) {
    switch (self, other) {
    case (.sum(var bounds), .sum(let others)):
      bounds.add(others)
      self = .sum(bounds)
    case (.extreme(var bounds, let isGreatest), .extreme(let others, _)):
      bounds.formUnion(others)
      self = .extreme(bounds, isGreatest: isGreatest)
    case (.mean(var bounds), .mean(let others)):
      bounds.formUnion(others)
      self = .mean(bounds)
    case (.distinct(var bounds), .distinct(let others)):
      // Values are not copied for the sake of those that come to them.
      self = .distinct(DistinctBounds())
      bounds.formUnion(others)
      self = .distinct(bounds)
    default: preconditionFailure("groups of one rule are measured in two ways")
    }
  }

  mutating func addPossible(_ other: AmountState) {
    switch (self, other) {
    case (.sum(var bounds), .sum(let others)):
      bounds.addPossible(others)
      self = .sum(bounds)
    case (.extreme(var bounds, let isGreatest), .extreme(let others, _)):
      bounds.addPossible(others)
      self = .extreme(bounds, isGreatest: isGreatest)
    case (.mean(var bounds), .mean(let others)):
      bounds.addPossible(others)
      self = .mean(bounds)
    case (.distinct(var bounds), .distinct(let others)):
      bounds.addPossible(others)
      self = .distinct(bounds)
    default: preconditionFailure("groups of one rule are measured in two ways")
    }
  }

  func figures(in days: MeasuredDays) -> Figures {
    switch self {
    case .sum(let bounds): .amount(bounds.figure)
    case .extreme(let bounds, let isGreatest): .amount(isGreatest ? bounds.greatest : bounds.least)
    case .mean(let bounds): .amount(bounds.figure)
    case .distinct(let bounds): .amount(AmountBounds(bounds.count))
    }
  }

  func figures(in days: MeasuredDays, swayed: [[SwayedRow]], by count: Int) -> Figures? {
    guard case .sum(let bounds) = self else { return nil }
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
  mutating func add(_ other: SumBounds) {
    low = low.flatMap { low in other.low.flatMap { low.adding($0) } }
    high = high.flatMap { high in other.high.flatMap { high.adding($0) } }
  }

  mutating func addPossible(_ other: SumBounds) {
    low = low.flatMap { low in other.low.flatMap { low.adding(min(.zero, $0)) } }
    high = high.flatMap { high in other.high.flatMap { high.adding(max(.zero, $0)) } }
  }

  var figure: AmountBounds { AmountBounds(low: low, high: high) }
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
    var (low, high) = amount.bounds
    var isCertain = isCertain
    if case .open(let least, let most, let mayBeNull) = amount {
      (low, high) = (least, most)
      if mayBeNull { isCertain = false }
    }
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
    var (low, high) = amount.bounds
    var isCertain = isCertain
    if case .open(let least, let most, let mayBeNull) = amount {
      (low, high) = (least, most)
      if mayBeNull { isCertain = false }
    }
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

/// The number of distinct values of a group.
struct DistinctBounds: Hashable, Sendable {
  private var certain: Set<RowAmount> = []
  /// The values of rows that may not count, certain ones among them.
  private var possible: Set<RowAmount> = []
  private var openCount = 0

  mutating func add(_ amount: RowAmount, isCertain: Bool) {
    guard amount.isKnown else {
      openCount += 1
      return
    }
    if isCertain { certain.insert(amount) } else { possible.insert(amount) }
  }

  mutating func formUnion(_ other: DistinctBounds) {
    if certain.isEmpty { certain = other.certain } else { certain.formUnion(other.certain) }
    possible.formUnion(other.possible)
    openCount += other.openCount
  }

  mutating func addPossible(_ other: DistinctBounds) {
    possible.formUnion(other.certain)
    possible.formUnion(other.possible)
    openCount += other.openCount
  }

  var count: Bounds<Int> {
    Bounds(certain.count, certain.count + possible.count { !certain.contains($0) } + openCount)
  }
}
