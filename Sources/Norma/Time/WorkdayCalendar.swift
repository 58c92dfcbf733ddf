/// Tells workdays from days off: a weekly rhythm and the days that depart from it.
///
/// Holidays take days away, make-up days give some back. They are announced year by year, so a calendar knows which
/// years it holds; in a year it doesn't, it knows the weekends only, and a due date worked out from that may be wrong.
/// Ask ``firstYearMissing(from:through:)`` and say so in the report.
public struct WorkdayCalendar: Hashable, Sendable {
  /// Bit `weekday - 1` is set where the weekday is off.
  private let weekendMask: UInt8

  /// The workdays from Monday up to each weekday, Monday first, in four bits each.
  private let workdaysThrough: UInt32

  /// The workdays of a week without exceptions, 0 to 7.
  private let workdaysPerWeek: Int

  /// The days that depart from the weekly rhythm, ascending.
  private let changedDays: [Int32]

  /// At index n, what the first n changed days add to the workdays: 1 for each make-up day, -1 for each holiday.
  private let changeBefore: [Int32]

  /// The years whose holidays and make-up days are known.
  public let years: Set<Int>

  /// Creates a calendar.
  ///
  /// - Parameters:
  ///   - weekend: The weekdays that are off, Monday 1 to Sunday 7; other numbers are ignored.
  ///   - exceptions: For each day named in the calendar, whether it is a workday. Days that say what the weekend says
  ///     anyway change nothing.
  ///   - years: The years whose exceptions are complete.
  public init(weekend: Set<Int>, exceptions: [CivilDate: Bool] = [:], years: Set<Int> = []) {
    var mask: UInt8 = 0
    for weekday in 1...7 where weekend.contains(weekday) { mask |= 1 << (weekday - 1) }
    var through: UInt32 = 0
    var count = 0
    for weekday in 0..<7 {
      if mask & (1 << weekday) == 0 { count += 1 }
      through |= UInt32(count) << (4 * weekday)
    }
    let changes =
      exceptions
      .filter { day, isWorkday in isWorkday != (mask & (1 << (day.weekday - 1)) == 0) }
      .sorted { left, right in left.key < right.key }
    var sums: [Int32] = [0]
    for (_, isWorkday) in changes { sums.append((sums.last ?? 0) + (isWorkday ? 1 : -1)) }
    weekendMask = mask
    workdaysThrough = through
    workdaysPerWeek = count
    changedDays = changes.map(\.key.dayNumber)
    changeBefore = sums
    self.years = years
  }

  /// Monday to Friday, without any holiday: what counts where no calendar is named. It holds no year, since whoever
  /// counts workdays by it does not know the holidays.
  public static let weekendsOnly = WorkdayCalendar(weekend: [6, 7])

  /// Says whether the holidays of this year are known.
  public func holds(_ year: Int) -> Bool { years.contains(year) }

  /// Finds the first year, from that of the earlier day to that of the later, whose holidays are not known; nil if all
  /// are.
  public func firstYearMissing(from start: CivilDate, through end: CivilDate) -> Int? {
    (min(start, end).year...max(start, end).year).first { year in !holds(year) }
  }
}

// MARK: - Single days

extension WorkdayCalendar {
  /// Says whether work is done on this day. Logarithmic in the number of exceptions.
  public func isWorkday(_ date: CivilDate) -> Bool {
    let isRegular = weekendMask & (1 << UInt8(date.weekday - 1)) == 0
    let index = changesBefore(date.dayNumber)
    let isChanged = index < changedDays.count && changedDays[index] == date.dayNumber
    return isRegular != isChanged
  }

  /// Gives the day itself if it is a workday, else the next one; nil if there is none up to the year 9999.
  public func workday(onOrAfter date: CivilDate) -> CivilDate? {
    isWorkday(date) ? date : self.date(1, workdaysFrom: date)
  }

  /// Gives the day itself if it is a workday, else the one before; nil if there is none back to the year 1.
  public func workday(onOrBefore date: CivilDate) -> CivilDate? {
    isWorkday(date) ? date : self.date(-1, workdaysFrom: date)
  }
}

// MARK: - Counting

extension WorkdayCalendar {
  /// Counts the workdays after `start`, up to `end`; the negative of the opposite direction if `end` is earlier.
  ///
  /// Logarithmic in the number of exceptions.
  public func workdaysBetween(_ start: CivilDate, _ end: CivilDate) -> Int {
    workdays(through: Int(end.dayNumber)) - workdays(through: Int(start.dayNumber))
  }

  /// Finds the `count`-th workday after `date`, or before it if `count` is negative; 0 gives the day itself, workday or
  /// not. The day itself never counts. Nil if that leaves the years 1 to 9999.
  ///
  /// Logarithmic in the distance and in the number of exceptions.
  public func date(_ count: Int, workdaysFrom date: CivilDate) -> CivilDate? {
    guard count != 0 else { return date }
    let start = Int(date.dayNumber)
    // The wanted day is the first on which the count of workdays reaches the target.
    let (target, overflow) =
      workdays(through: count > 0 ? start : start - 1).addingReportingOverflow(count > 0 ? count : count + 1)
    guard !overflow else { return nil }
    var low = count > 0 ? start + 1 : Int(CivilDate.earliest.dayNumber)
    var high = count > 0 ? Int(CivilDate.latest.dayNumber) : start - 1
    let (reach, isFar) = reachOf(count)
    if !isFar {
      if count > 0 { high = min(high, start + reach) } else { low = max(low, start - reach) }
    }
    guard low <= high, workdays(through: high) >= target, workdays(through: low - 1) < target else { return nil }
    while low < high {
      let middle = low + (high - low) / 2
      if workdays(through: middle) >= target { high = middle } else { low = middle + 1 }
    }
    return CivilDate(exactly: low)
  }

  /// Bounds the days within which `count` workdays lie, even if every exception were a holiday among them.
  private func reachOf(_ count: Int) -> (days: Int, isFar: Bool) {
    let workdays = count.magnitude
    guard workdaysPerWeek > 0, workdays < 10_000_000 else { return (0, true) }
    return (((Int(workdays) + changedDays.count) / workdaysPerWeek + 2) * 7, false)
  }

  /// Counts the workdays up to and including a day, from a Monday long before, shifted by a constant.
  private func workdays(through dayNumber: Int) -> Int {
    let sinceMonday = dayNumber + 3
    let week = sinceMonday >= 0 ? sinceMonday / 7 : -((6 - sinceMonday) / 7)
    let weekday = sinceMonday - week * 7
    let regular = week * workdaysPerWeek + Int((workdaysThrough >> UInt32(4 * weekday)) & 0xF)
    return regular + Int(changeBefore[changesBefore(Int32(truncatingIfNeeded: dayNumber + 1))])
  }

  /// Counts the changed days before a day.
  private func changesBefore(_ dayNumber: Int32) -> Int {
    var low = 0
    var high = changedDays.count
    while low < high {
      let middle = low + (high - low) / 2
      if changedDays[middle] < dayNumber { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
