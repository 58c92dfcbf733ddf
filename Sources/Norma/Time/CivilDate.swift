/// A day of the proleptic Gregorian calendar, without a time or a time zone.
///
/// It is a count of days, so that comparing and subtracting cost one instruction and a column of dates is a column of
/// 32-bit integers. Years 1 to 9999 are supported, the range of ISO 8601's four-digit years.
public struct CivilDate: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01, negative before.
  public let dayNumber: Int32

  /// Creates the day that lies `dayNumber` days after 1970-01-01.
  public init(dayNumber: Int32) {
    self.dayNumber = dayNumber
  }

  /// Orders days by time.
  public static func < (left: CivilDate, right: CivilDate) -> Bool {
    left.dayNumber < right.dayNumber
  }
}
