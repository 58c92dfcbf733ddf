internal import CEL

/// What a row brings to a group.
struct Contribution: Hashable, Sendable {
  /// Whether it certainly counts.
  var isCertain: Bool
  /// The truth of the measured condition; true where there is none.
  let having: Truth
  /// The row's own day.
  let day: RowDay
  /// What it adds.
  let amount: RowAmount
  /// The row's place in the dataset, from 0.
  let row: Int32
  /// Whether the row is outside the population, and brings nothing.
  var isOutside = false

  /// A row outside the population.
  static func outside(row: Int32) -> Contribution {
    Contribution(isCertain: true, having: .no, day: .none, amount: .null, row: row, isOutside: true)
  }

  /// Whether it is all known what the row brings.
  var isKnown: Bool { isCertain && having != .unknown && amount.isKnown }
}

/// The day of a row.
enum RowDay: Hashable, Sendable {
  case none
  case unknown
  case day(Int32)
  case between(Int32, Int32)

  /// The day where it is known.
  var exact: Int32? { if case .day(let day) = self { day } else { nil } }
}

/// What a row adds to a figure.
enum RowAmount: Hashable, Sendable {
  /// Rows are counted, not amounts.
  case row
  /// Nothing: it is null.
  case null
  case number(Rational)
  /// A value that is no number, where distinct ones are counted.
  case value(Cell)
  /// It isn't known: somewhere between two bounds, of which either may be absent, and perhaps null.
  case open(low: Rational?, high: Rational?, mayBeNull: Bool)

  /// Whether it isn't open.
  var isKnown: Bool { if case .open = self { false } else { true } }

  /// Creates what a cell adds.
  init(_ cell: Cell, of amount: Amount, isDistinct: Bool) {
    switch cell {
    case .null: self = .null
    case .boolean(let value) where amount.expression.checked.type.nonNull == .bool && !isDistinct:
      self = value ? .row : .null
    case .unknown where amount.expression.checked.type.nonNull == .bool && !isDistinct:
      self = .open(low: .zero, high: Rational(1), mayBeNull: true)
    case .unknown, .interval: self = .open(low: amount.minimum, high: amount.maximum, mayBeNull: !amount.isField)
    case _ where isDistinct: self = .value(cell.normalized)
    case .integer(let number): self = .number(Rational(number))
    case .decimal(let number): self = .number(number)
    // What can't be told before it is run turned out to be no number.
    default: self = .open(low: nil, high: nil, mayBeNull: true)
    }
  }

  /// Whether it isn't known to be there at all.
  var mayBeNull: Bool { if case .open(_, _, let mayBeNull) = self { mayBeNull } else { false } }

  /// The least and the greatest that it can be where it is there; nil where there is no such limit.
  var limits: (low: Rational?, high: Rational?) {
    if case .open(let low, let high, _) = self { (low, high) } else { bounds }
  }

  /// The least and the greatest that it can be; nil where there is no such limit. A row counts as 1.
  var bounds: (low: Rational?, high: Rational?) {
    switch self {
    case .row: (Rational(1), Rational(1))
    case .null: (.zero, .zero)
    case .number(let number): (number, number)
    case .value: (nil, nil)
    case .open(let low, let high, let mayBeNull):
      mayBeNull ? (low.map { min(.zero, $0) }, high.map { max(.zero, $0) }) : (low, high)
    }
  }
}

/// What is kept of a group while its rows go by.
///
/// A state is a plain value: a table of groups is one array.
protocol MeasureState: Sendable {
  /// The state of no rows.
  init(_ measure: Measure)

  /// Takes in a row of the population.
  mutating func add(_ row: Contribution)

  /// Takes in a row of which nothing but its certainty and the measured condition matters. The same as `add` of such a row.
  mutating func add(isCertain: Bool, having: Truth)

  /// Takes in the rows of `other`, each as it is.
  mutating func formUnion(_ other: Self)

  /// Takes in the rows of `other`, none of which certainly counts.
  mutating func addPossible(_ other: Self)

  /// The figure.
  func figures(in days: MeasuredDays) -> Figures

  /// Whether at least this many rows certainly count; false where rows are not what is measured.
  func certainlyHas(_ count: Int) -> Bool

  /// Whether a row of a finding is evidence: one that lacks what is asked, or one that was counted.
  static func isEvidence(_ row: Contribution) -> Bool

  /// The truth of the measured condition for which a row that certainly counts is evidence.
  static var evidentTruth: Truth { get }

  /// The figure where the rows of `swayed` are open only because of `count` rows that may be in lists: at most as many of
  /// its keys leave the state that they have without those. Nil where the figure knows no such limit.
  func figures(in days: MeasuredDays, swayed: [[SwayedRow]], by count: Int) -> Figures?
}

extension Measure {
  /// What is kept of a group for this measure.
  var state: any MeasureState.Type {
    switch self {
    case .share: ShareState.self
    case .count: CountState.self
    case .earliest: EarliestState.self
    case .events: EventState.self
    case .figure(.count, _, _), .figure(.sum, _, _): SumState.self
    case .figure(.minimum, _, _), .figure(.maximum, _, _): ExtremeState.self
    case .figure(.mean, _, _): MeanState.self
    case .figure(.distinct, _, _): DistinctState.self
    case .balance: BalanceState.self
    }
  }
}

extension MeasureState {
  func figures(in days: MeasuredDays, swayed: [[SwayedRow]], by count: Int) -> Figures? { nil }

  mutating func add(isCertain: Bool, having: Truth) {
    add(Contribution(isCertain: isCertain, having: having, day: .none, amount: .row, row: 0))
  }

  static func isEvidence(_ row: Contribution) -> Bool {
    row.isCertain && row.having == evidentTruth && row.amount != .null
  }

  static var evidentTruth: Truth { .yes }

  func certainlyHas(_ count: Int) -> Bool { false }
}

/// A row that is open only because of rows that may be in lists.
struct SwayedRow: Sendable {
  /// What it brings where the lists hold only the rows that are certainly in them.
  let base: Contribution
  /// What it brings as things are.
  let wide: Contribution
}

/// The days of the period that is measured.
struct MeasuredDays: Hashable, Sendable {
  /// The first day that counts.
  let first: Int32
  /// The last day that counts: of an open period the day of the audit.
  let last: Int32
}
