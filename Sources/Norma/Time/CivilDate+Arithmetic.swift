extension CivilDate {
  /// Moves by a number of days; nil if that leaves the years 1 to 9999.
  public func adding(days: Int) -> CivilDate? {
    let (sum, overflow) = Int(dayNumber).addingReportingOverflow(days)
    return overflow ? nil : CivilDate(exactly: sum)
  }

  /// Moves by a number of months, to the same day of the month or the last that the month has (31 January and a month
  /// is 28 or 29 February); nil if that leaves the years 1 to 9999.
  public func adding(months: Int) -> CivilDate? {
    let (year, month, day) = parts
    let (sum, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
    // Month 12 is January of year 1.
    guard !overflow, sum >= 12, sum < 120_000 else { return nil }
    let (newYear, newMonth) = (sum / 12, sum % 12 + 1)
    return CivilDate(
      validYear: newYear, month: newMonth, day: min(day, Self.days(inMonth: newMonth, of: newYear)))
  }

  /// Moves by a number of years, 29 February to 28 February where the year has no other; nil if that leaves the years
  /// 1 to 9999.
  public func adding(years: Int) -> CivilDate? {
    let (months, overflow) = years.multipliedReportingOverflow(by: 12)
    return overflow ? nil : adding(months: months)
  }

  /// Counts the days from `start` to `end`, negative if `end` is earlier.
  public static func daysBetween(_ start: CivilDate, _ end: CivilDate) -> Int {
    Int(end.dayNumber) - Int(start.dayNumber)
  }

  /// Counts the completed months from `start` to `end`: the greatest n for which `start` and n months is not after
  /// `end`. 31 January to 28 February is 1. If `end` is earlier it is the negative of the opposite direction.
  public static func monthsBetween(_ start: CivilDate, _ end: CivilDate) -> Int {
    guard start <= end else { return -monthsBetween(end, start) }
    let (startYear, startMonth, startDay) = start.parts
    let (endYear, endMonth, endDay) = end.parts
    let months = (endYear - startYear) * 12 + endMonth - startMonth
    let anniversary = min(startDay, days(inMonth: endMonth, of: endYear))
    return endDay < anniversary ? months - 1 : months
  }

  /// Counts the completed years from `start` to `end`; 29 February to 28 February is a year. If `end` is earlier it is
  /// the negative of the opposite direction.
  public static func yearsBetween(_ start: CivilDate, _ end: CivilDate) -> Int {
    monthsBetween(start, end) / 12
  }
}
