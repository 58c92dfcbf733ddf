/// A run of days, both ends included; never empty.
///
/// A date that is only partly known (`2026-03`) lies somewhere in one.
public struct CivilInterval: Hashable, Sendable {
  /// The first day.
  public let first: CivilDate

  /// The last day, not before `first`.
  public let last: CivilDate

  /// Creates the interval from `first` to `last`; nil if `last` is before `first`.
  public init?(first: CivilDate, last: CivilDate) {
    guard first <= last else { return nil }
    self.first = first
    self.last = last
  }

  /// Creates the interval of a single day.
  public init(_ day: CivilDate) {
    first = day
    last = day
  }

  /// Creates an interval whose ends are known to be in order.
  init(ordered first: CivilDate, _ last: CivilDate) {
    self.first = first
    self.last = last
  }

  /// The number of its days, 1 or more.
  public var dayCount: Int { Int(last.dayNumber) - Int(first.dayNumber) + 1 }

  /// The day, if it is a single one.
  public var onlyDay: CivilDate? { first == last ? first : nil }

  /// Says whether the day lies in it.
  public func contains(_ day: CivilDate) -> Bool { first <= day && day <= last }

  /// Says whether every day of `other` lies in it.
  public func contains(_ other: CivilInterval) -> Bool { first <= other.first && other.last <= last }

  /// Says whether they share a day.
  public func overlaps(_ other: CivilInterval) -> Bool { first <= other.last && other.first <= last }

  /// Gives the days they share; nil if there is none.
  public func intersection(_ other: CivilInterval) -> CivilInterval? {
    CivilInterval(first: max(first, other.first), last: min(last, other.last))
  }
}

extension CivilInterval: CustomStringConvertible {
  /// Writes `2026-03-01..2026-03-31`, or a single day as a date.
  public var description: String { first == last ? first.description : "\(first)..\(last)" }
}
