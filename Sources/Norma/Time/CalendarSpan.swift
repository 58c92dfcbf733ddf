/// A length of calendar time, `5d` or `1mo`: how long it is in days depends on where it begins.
public struct CalendarSpan: Hashable, Sendable {
  /// A unit of calendar time.
  public enum Unit: String, CaseIterable, Sendable {
    /// An hour.
    case hour = "h"
    /// A day.
    case day = "d"
    /// A day of the workday calendar that is one.
    case workday = "wd"
    /// Seven days.
    case week = "w"
    /// A month of the calendar.
    case month = "mo"
    /// A year of the calendar.
    case year = "y"
  }

  /// How many units, negative backwards.
  public let count: Int

  /// What is counted.
  public let unit: Unit

  /// Creates a span of `count` units.
  public init(_ count: Int, _ unit: Unit) {
    self.count = count
    self.unit = unit
  }

  /// Moves a day by this span; months and years clamp at the month's end. Hours count from the day's beginning, and a
  /// day is 24 of them. Nil if that leaves the years 1 to 9999 or the calendar has too few workdays.
  ///
  /// Constant time, except for workdays: logarithmic in the calendar's exceptions.
  public func added(to date: CivilDate, calendar: WorkdayCalendar) -> CivilDate? {
    switch unit {
    case .hour: return date.adding(days: Int((Double(count) / 24).rounded(.down)))
    case .day: return date.adding(days: count)
    case .workday: return calendar.date(count, workdaysFrom: date)
    case .week:
      let (days, overflow) = count.multipliedReportingOverflow(by: 7)
      return overflow ? nil : date.adding(days: days)
    case .month: return date.adding(months: count)
    case .year: return date.adding(years: count)
    }
  }
}

/// Why a text is no span of time.
public enum CalendarSpanProblem: Error, Hashable, Sendable {
  /// It does not begin with a whole number.
  case noNumber(String)
  /// The number has more than six digits.
  case tooLong(String)
  /// What follows the number is not the sign of a unit, or of one that may stand here.
  case unitNotAllowed(String, allowed: [CalendarSpan.Unit])
}

extension CalendarSpan: CustomStringConvertible {
  /// The units of offsets and limits in days: everything but the hour.
  public static let dayUnits: [Unit] = [.day, .workday, .week, .month, .year]

  /// Reads `5d`, `3wd`, `2w`, `1mo`, `1y` or `72h`: digits and one of the `allowed` units, without a sign or blanks.
  public init(parsing text: String, allowed: [Unit] = dayUnits) throws(CalendarSpanProblem) {
    let digits = text.utf8.prefix { byte in byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
    guard !digits.isEmpty else { throw .noNumber(text) }
    guard digits.count <= 6 else { throw .tooLong(text) }
    let sign = String(text[digits.endIndex...])
    guard let unit = Unit(rawValue: sign), allowed.contains(unit) else {
      throw .unitNotAllowed(text, allowed: allowed)
    }
    let count = digits.reduce(0) { value, byte in value * 10 + Int(byte - UInt8(ascii: "0")) }
    self.init(count, unit)
  }

  /// Writes the span as it is read, `3wd`, with a minus sign if it is negative.
  public var description: String { "\(count)\(unit.rawValue)" }
}
