/// When something is due, counted from a period.
public enum DueRule: Hashable, Sendable {
  /// On the period's last day.
  case end
  /// A span after the period's last day, or before it where it is negative.
  case offset(CalendarSpan)
  /// On a day of the period from 1, but not after its last.
  case day(Int)
  /// On a day of the year by which the period is named, as month × 100 + day.
  case dayOfYear(Int)

  /// Reads `end`, `+5d`, `+3wd`, `-2d`, `day 25` or `09-10`; nil for anything else.
  public init?(_ text: String) {
    if text == "end" {
      self = .end
    } else if text.hasPrefix("+") || text.hasPrefix("-") {
      guard let span = CalendarSpan(String(text.dropFirst())), span.unit != .hour else { return nil }
      self = .offset(text.hasPrefix("-") ? CalendarSpan(-span.count, span.unit) : span)
    } else if text.hasPrefix("day ") {
      guard let day = Int(text.dropFirst(4)), (1...366).contains(day) else { return nil }
      self = .day(day)
    } else {
      guard let day = PeriodWindow.dayOfYear(text[...]) else { return nil }
      self = .dayOfYear(day)
    }
  }

  /// Whether the calendar of workdays matters for it.
  var countsWorkdays: Bool {
    if case .offset(let span) = self { span.unit == .workday } else { false }
  }

  /// Returns the due date of a period, moved to a workday where `roll` says so. A date that would leave the calendar is
  /// the period's last day.
  func date(of period: Period, calendar: WorkdayCalendar, roll: Roll) -> CivilDate {
    let date: CivilDate
    switch self {
    case .end: date = period.last
    case .offset(let span): date = span.added(to: period.last, calendar: calendar) ?? period.last
    case .day(let day): date = min(period.first.adding(days: day - 1) ?? period.last, period.last)
    case .dayOfYear(let monthDay):
      let (year, month) = (period.namedYear, monthDay / 100)
      let day = min(monthDay % 100, CivilDate.days(inMonth: month, of: year))
      date = CivilDate(year: year, month: month, day: day) ?? period.last
    }
    switch roll {
    case .none: return date
    case .nextWorkday: return calendar.workday(onOrAfter: date) ?? date
    case .previousWorkday: return calendar.workday(onOrBefore: date) ?? date
    }
  }
}

extension DueRule: CustomStringConvertible {
  /// The rule as it is written.
  public var description: String {
    switch self {
    case .end: "end"
    case .offset(let span): span.count < 0 ? span.description : "+" + span.description
    case .day(let day): "day \(day)"
    case .dayOfYear(let day): "\(zeroPadded(day / 100, to: 2))-\(zeroPadded(day % 100, to: 2))"
    }
  }
}

/// Where a due date that is no workday moves.
public enum Roll: String, Hashable, Sendable, CaseIterable {
  case none
  case nextWorkday = "next_workday"
  case previousWorkday = "previous_workday"
}

extension CalendarSpan {
  /// Reads `5d`, `3wd`, `2w`, `1mo`, `1y` or `72h`; nil for anything else.
  public init?(_ text: String) {
    guard let span = try? CalendarSpan(parsing: text, allowed: Unit.allCases) else { return nil }
    self = span
  }
}
