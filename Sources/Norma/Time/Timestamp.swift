/// A moment, to the microsecond.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Microseconds since 1970-01-01 00:00 UTC, without leap seconds; negative before.
  public let microseconds: Int64

  /// Creates the moment `microseconds` after 1970-01-01 00:00 UTC. Nothing is checked: the number comes from another
  /// moment. Use ``init(exactly:)`` for a number of unknown origin.
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// Creates the moment `microseconds` after 1970-01-01 00:00 UTC, or nil if in UTC that is outside the years 1 to
  /// 9999.
  public init?(exactly microseconds: Int64) {
    guard microseconds >= Self.earliest.microseconds, microseconds <= Self.latest.microseconds else { return nil }
    self.microseconds = microseconds
  }

  /// Microseconds of a day of 24 hours.
  static let microsecondsPerDay: Int64 = 86_400_000_000

  /// The first moment of the year 1 in UTC.
  public static let earliest = Timestamp(microseconds: Int64(CivilDate.earliest.dayNumber) * microsecondsPerDay)

  /// The last microsecond of the year 9999 in UTC.
  public static let latest = Timestamp(
    microseconds: (Int64(CivilDate.latest.dayNumber) + 1) * microsecondsPerDay - 1)

  /// Orders moments by time.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  /// Seconds since 1970-01-01 00:00 UTC, rounded down.
  public var seconds: Int64 { microseconds.dividedDown(by: 1_000_000) }

  /// Moves by a number of hours; nil if that leaves the years 1 to 9999.
  public func adding(hours: Int) -> Timestamp? {
    let (change, isTooMuch) = Int64(hours).multipliedReportingOverflow(by: 3_600_000_000)
    let (sum, overflow) = microseconds.addingReportingOverflow(change)
    return isTooMuch || overflow ? nil : Timestamp(exactly: sum)
  }
}

extension Timestamp: CustomStringConvertible {
  /// Writes the moment in UTC in the form of RFC 3339, `2026-11-23T08:30:00Z`, with the fraction's digits if it has one.
  public var description: String {
    let day = microseconds.dividedDown(by: Self.microsecondsPerDay)
    let rest = Int(microseconds - day * Self.microsecondsPerDay)
    let (second, fraction) = (rest / 1_000_000, rest % 1_000_000)
    let time = [second / 3600, second / 60 % 60, second % 60].map { part in zeroPadded(part, to: 2) }
    var digits = fraction == 0 ? "" : "." + zeroPadded(fraction, to: 6)
    while digits.last == "0" { digits.removeLast() }
    return "\(CivilDate(dayNumber: Int32(truncatingIfNeeded: day)))T\(time.joined(separator: ":"))\(digits)Z"
  }
}

extension FixedWidthInteger {
  /// Divides and rounds down, for negative numbers too; `divisor` is positive.
  func dividedDown(by divisor: Self) -> Self {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
