/// How many different values a group's rows have.
struct DistinctState: MeasureState {
  private var bounds = DistinctBounds()

  init(_ measure: Measure) {}

  mutating func add(_ row: Contribution) {
    if row.having == .no || row.amount == .null { return }
    bounds.add(row.amount, isCertain: row.isCertain && row.having == .yes)
  }

  mutating func formUnion(_ other: DistinctState) { bounds.formUnion(other.bounds) }

  mutating func addPossible(_ other: DistinctState) { bounds.addPossible(other.bounds) }

  func figures(in days: MeasuredDays) -> Figures { .amount(AmountBounds(bounds.count)) }
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
