/// What became of an obligation as of a date.
public enum Outcome: String, Hashable, Sendable, CaseIterable {
  /// Done, in time.
  case met
  /// Done, after due date and grace.
  case late
  /// Not done, and due date and grace are past; it can still be done.
  case overdue
  /// Not as required, and the period is over, or it can't be mended.
  case breached
  /// Not due yet.
  case pending
  /// The data can't tell.
  case undetermined
  /// It would be late, overdue, breached or undetermined, but a waiver in force covers it.
  case waived

  /// Whether the obligation was broken.
  public var isBroken: Bool {
    switch self {
    case .late, .overdue, .breached: true
    case .met, .pending, .undetermined, .waived: false
    }
  }

  /// Its place among all outcomes.
  var place: Int {
    switch self {
    case .met: 0
    case .late: 1
    case .overdue: 2
    case .breached: 3
    case .pending: 4
    case .undetermined: 5
    case .waived: 6
    }
  }

  /// Whether it belongs into the list of findings.
  public var isFinding: Bool { self != .met && self != .pending }
}

/// The result of a condition: true, false, or not known.
public enum Truth: Hashable, Sendable {
  case yes, no, unknown
}

/// The lowest and the highest value that a figure can have, however the unknown cells are filled in.
public struct Bounds<Value: Comparable & Hashable & Sendable>: Hashable, Sendable {
  /// The lowest.
  public let low: Value
  /// The highest.
  public let high: Value

  /// Creates bounds; `low` is not above `high`.
  public init(_ low: Value, _ high: Value) {
    precondition(low <= high, "bounds are reversed")
    self.low = low
    self.high = high
  }

  /// Whether the figure is known.
  public var isExact: Bool { low == high }
}

/// The rows of a group by certainty of belonging to the population and of having what is asked.
public struct ShareCounts: Hashable, Sendable {
  /// Certainly in the population: those that have it, those that lack it, and those of which that isn't known.
  public var having = 0, lacking = 0, unknown = 0
  /// Possibly in the population, in the same three states.
  public var possiblyHaving = 0, possiblyLacking = 0, possiblyUnknown = 0

  /// Creates counts of no rows.
  public init() {}

  /// Counts a row.
  mutating func add(certain: Bool, having truth: Truth, count: Int = 1) {
    switch (certain, truth) {
    case (true, .yes): having += count
    case (true, .no): lacking += count
    case (true, .unknown): unknown += count
    case (false, .yes): possiblyHaving += count
    case (false, .no): possiblyLacking += count
    case (false, .unknown): possiblyUnknown += count
    }
  }

  /// Adds other rows as they are.
  mutating func formUnion(_ other: ShareCounts) {
    having += other.having
    lacking += other.lacking
    unknown += other.unknown
    possiblyHaving += other.possiblyHaving
    possiblyLacking += other.possiblyLacking
    possiblyUnknown += other.possiblyUnknown
  }

  /// Adds rows that may or may not belong to the group.
  mutating func addPossible(_ other: ShareCounts) {
    possiblyHaving += other.having + other.possiblyHaving
    possiblyLacking += other.lacking + other.possiblyLacking
    possiblyUnknown += other.unknown + other.possiblyUnknown
  }

  /// The rows certainly in the population.
  var certain: Int { having + lacking + unknown }

  /// Whether no row can be in the population.
  var isEmpty: Bool { certain + possiblyHaving + possiblyLacking + possiblyUnknown == 0 }

  /// Whether it depends on unknown cells if any row is in the population.
  var mayBeEmpty: Bool { certain == 0 }

  /// The bounds of the share; nil where no row can be in the population. The lowest counts every open row against it
  /// that may be counted at all, the highest for it.
  var share: Bounds<Rational>? {
    if isEmpty { return nil }
    if mayBeEmpty {
      return Bounds(
        Rational(possiblyLacking + possiblyUnknown > 0 ? 0 : 1), Rational(possiblyHaving + possiblyUnknown > 0 ? 1 : 0))
    }
    return Bounds(
      Rational(having, over: certain + possiblyLacking + possiblyUnknown),
      Rational(having + possiblyHaving + unknown + possiblyUnknown, over: certain + possiblyHaving + possiblyUnknown))
  }

  /// The bounds of the number of rows that have it.
  var numerator: Bounds<Int> { Bounds(having, having + unknown + possiblyHaving + possiblyUnknown) }

  /// The bounds of the number of rows in the population.
  var denominator: Bounds<Int> {
    Bounds(certain, certain + possiblyHaving + possiblyLacking + possiblyUnknown)
  }
}

/// A share of a population, as far as it is known.
public struct ShareFigure: Hashable, Sendable {
  /// The number of rows that have it.
  public let numerator: Bounds<Int>
  /// The number of rows in the population.
  public let denominator: Bounds<Int>
  /// The share; nil where no row can be in the population.
  public let share: Bounds<Rational>?
  /// Whether it depends on unknown cells if any row is in the population.
  public let mayBeEmpty: Bool

  init(numerator: Bounds<Int>, denominator: Bounds<Int>, share: Bounds<Rational>?, mayBeEmpty: Bool) {
    self.numerator = numerator
    self.denominator = denominator
    self.share = share
    self.mayBeEmpty = mayBeEmpty
  }

  init(_ counts: ShareCounts) {
    self.init(
      numerator: counts.numerator, denominator: counts.denominator, share: counts.share,
      mayBeEmpty: counts.mayBeEmpty)
  }
}

/// The first day among a group's rows.
public struct EarliestDay: Hashable, Sendable {
  /// The first day of a row that certainly counts; nil where there is none.
  public var certain: CivilDate?
  /// The first day on which a row may count, the certain ones included; nil where there is none.
  public var possible: CivilDate?

  /// Creates the figure of no rows.
  public init() {}

  /// Takes in a row dated `date` that certainly counts.
  mutating func add(certain date: CivilDate) {
    certain = min(certain ?? date, date)
    add(possible: date)
  }

  /// Takes in a row that may count from `date` on.
  mutating func add(possible date: CivilDate) {
    possible = min(possible ?? date, date)
  }

  /// Adds rows that may or may not belong to the group.
  mutating func addPossible(_ other: EarliestDay) {
    if let date = other.possible { add(possible: date) }
  }
}

/// What was measured of an obligation. There may be millions: what is large stands apart.
public enum Figures: Hashable, Sendable {
  indirect case share(ShareFigure)
  case count(Bounds<Int>)
  case earliest(EarliestDay)
  /// The number of events, and the longest gap between their days.
  case events(count: Bounds<Int>, longestGap: Bounds<Int>?)
  indirect case amount(AmountBounds)
  /// The amount before and now, and the change as a share; nil where there is none.
  indirect case change(before: AmountBounds, now: AmountBounds, share: AmountBounds?)
  indirect case balance(BalanceBounds)
  /// The two amounts, and how far they lie apart.
  indirect case pair(left: AmountBounds, right: AmountBounds, difference: AmountBounds)
  indirect case response(ResponseDays)
  indirect case match(MatchResult)
  /// The requirements of a row that don't hold, and those of which that isn't known, by their places.
  case requirements(failed: [Int], unknown: [Int])
}

/// The least and the greatest that an amount can be.
public struct AmountBounds: Hashable, Sendable {
  /// The least; nil where there is no limit.
  public let low: Rational?
  /// The greatest; nil where there is no limit.
  public let high: Rational?
  /// Whether there certainly is such an amount: of no rows there is no minimum, maximum and mean.
  public let hasRows: Bool
  /// Whether there may be one.
  public let mayHaveRows: Bool

  /// Creates bounds of an amount that is certainly there.
  public init(low: Rational?, high: Rational?, hasRows: Bool = true, mayHaveRows: Bool = true) {
    self.low = low
    self.high = high
    self.hasRows = hasRows
    self.mayHaveRows = mayHaveRows
  }

  init(_ count: Bounds<Int>) {
    self.init(low: Rational(count.low), high: Rational(count.high))
  }

  /// The amount, where it is known.
  public var exact: Rational? { hasRows && low == high ? low : nil }
}

/// The least and the greatest balance of a period.
public struct BalanceBounds: Hashable, Sendable {
  /// The bounds of the highest balance after a day of the period.
  public let highest: AmountBounds
  /// The bounds of the lowest.
  public let lowest: AmountBounds
  /// Whether a greatest balance is allowed, so that the highest is what is judged.
  public var isLimitedAbove = true

  /// The balance that a bound is held against.
  var judged: AmountBounds { isLimitedAbove ? highest : lowest }
}

/// When a response was owed and given.
public struct ResponseDays: Hashable, Sendable {
  /// Since when it is owed; nil where that isn't known.
  public let since: CivilDate?
  /// The day on which it certainly was given at the latest; nil where it is not certain that it was.
  public let done: CivilDate?
  /// Whether it may have been given although that isn't certain, or earlier than `done`.
  public let isOpen: Bool
}

/// How the rows of two registers with one key compare.
public struct MatchResult: Hashable, Sendable {
  /// How many rows each side has of the key: at least, at most.
  public let left: Bounds<Int>
  /// The same of the right side.
  public let right: Bounds<Int>
  /// The fields that differ, with the values on both sides; empty unless there is one row on each side.
  public let differences: [Difference]
  /// The fields of which it isn't known.
  public let open: [String]

  /// A field that two rows differ in.
  public struct Difference: Hashable, Sendable {
    /// The field, by the left side's name.
    public let field: String
    /// The left value.
    public let left: Cell
    /// The right value.
    public let right: Cell
  }
}

/// Why an outcome can't be told.
public enum Doubt: Hashable, Sendable {
  /// Unknown cells, or conditions that failed on a row, leave both outcomes possible.
  case unknownCells
  /// Nothing is in the population.
  case emptyPopulation
  /// It is not known whether the subject owes this at all.
  case uncertainSubject
  /// A parameter that nobody has set.
  case unsetParameter(String)
  /// A bound that is no number.
  case noBound
  /// There is nothing before that the figure could be held against.
  case nothingBefore
  /// Nothing is there that has a least, greatest or mean value.
  case noFigure
}

/// The outcome of an obligation with what led to it.
public struct Verdict: Hashable, Sendable {
  /// The outcome.
  public var outcome: Outcome
  /// Why it is undetermined; nil for every other outcome.
  public var doubt: Doubt?
  /// The due date, without grace; nil where the kind has none.
  public var due: CivilDate?
  /// The days from the due date to the day it was done, or to the audit.
  public var daysOverdue: Int?

  init(_ outcome: Outcome, doubt: Doubt? = nil, due: CivilDate? = nil, daysOverdue: Int? = nil) {
    self.outcome = outcome
    self.doubt = doubt
    self.due = due
    self.daysOverdue = daysOverdue
  }
}
