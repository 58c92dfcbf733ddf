extension RecurrenceRule {
  /// Returns the days on which the rule falls, from `anchor` through `last`, in ascending order.
  ///
  /// `anchor` supplies what the rule leaves out (its month, day of the month or weekday), and is where INTERVAL and COUNT
  /// begin. Every day between the two is looked at once, so that a rule that never falls ends as well. O(days).
  func occurrences(from anchor: CivilDate, through last: CivilDate) -> [CivilDate] {
    let last = min(last, until ?? last)
    var found: [CivilDate] = []
    var round: [CivilDate] = []
    var current: Int?
    var day = firstOfRound(anchor)
    /// Adds what a round yields; false where no more are wanted.
    func close() -> Bool {
      for day in chosen(of: round) where day >= anchor && day <= last {
        if let count, found.count >= count { return false }
        found.append(day)
      }
      round = []
      return count.map { found.count < $0 } ?? true
    }
    // The last round is gone through to its end, since BYSETPOS counts from there too.
    while true {
      let number = roundNumber(day, anchor)
      if number != current {
        if !close() || day > last { return found }
        current = number
      }
      if number % interval == 0, matches(day, anchor) { round.append(day) }
      guard let next = day.adding(days: 1) else {
        _ = close()
        return found
      }
      day = next
    }
  }

  /// The days of a round that count.
  private func chosen(of days: [CivilDate]) -> [CivilDate] {
    if positions.isEmpty { return days }
    let places = Set(positions.map { $0 > 0 ? $0 - 1 : days.count + $0 })
    return days.enumerated().filter { places.contains($0.offset) }.map(\.element)
  }

  // MARK: Rounds

  private func firstOfRound(_ day: CivilDate) -> CivilDate {
    let (year, month, _) = day.parts
    switch frequency {
    case .daily: return day
    case .weekly: return day.adding(days: -daysIntoWeek(day)) ?? day
    case .monthly: return CivilDate(year: year, month: month, day: 1) ?? day
    case .yearly: return CivilDate(year: year, month: 1, day: 1) ?? day
    }
  }

  /// How many days, weeks, months or years a day is after the anchor's.
  private func roundNumber(_ day: CivilDate, _ anchor: CivilDate) -> Int {
    let (one, other) = (day.parts, anchor.parts)
    switch frequency {
    case .daily: return Int(day.dayNumber - anchor.dayNumber)
    case .weekly: return Int(day.dayNumber - firstOfRound(anchor).dayNumber) / 7
    case .monthly: return (one.year - other.year) * 12 + one.month - other.month
    case .yearly: return one.year - other.year
    }
  }

  private func daysIntoWeek(_ day: CivilDate) -> Int { (day.weekday - weekStart + 7) % 7 }

  // MARK: Days

  private func matches(_ day: CivilDate, _ anchor: CivilDate) -> Bool {
    let (_, month, dayOfMonth) = day.parts
    if !months.isEmpty, !months.contains(month) { return false }
    if !monthDays.isEmpty {
      let length = Int(day.lastOfMonth.parts.day)
      guard monthDays.contains(dayOfMonth) || monthDays.contains(dayOfMonth - length - 1) else { return false }
    }
    if !yearDays.isEmpty {
      let (place, length) = dayOfYear(day)
      guard yearDays.contains(place) || yearDays.contains(place - length - 1) else { return false }
    }
    if !weeks.isEmpty {
      let (week, count) = weekOfYear(day)
      guard weeks.contains(week) || weeks.contains(week - count - 1) else { return false }
    }
    if !weekdays.isEmpty { return weekdays.contains { matches($0, day) } }
    return !monthDays.isEmpty || !yearDays.isEmpty || fallsLike(anchor, day)
  }

  /// What the anchor supplies where the rule names no day.
  private func fallsLike(_ anchor: CivilDate, _ day: CivilDate) -> Bool {
    switch frequency {
    case .daily: true
    case .weekly: day.weekday == anchor.weekday
    case .monthly: day.parts.day == anchor.parts.day
    case .yearly:
      if !weeks.isEmpty {
        day.weekday == anchor.weekday
      } else {
        day.parts.day == anchor.parts.day && (!months.isEmpty || day.parts.month == anchor.parts.month)
      }
    }
  }

  private func matches(_ wanted: Weekday, _ day: CivilDate) -> Bool {
    guard day.weekday == wanted.day else { return false }
    guard let ordinal = wanted.ordinal else { return true }
    let (place, length): (Int, Int)
    if frequency == .yearly, months.isEmpty {
      (place, length) = dayOfYear(day)
    } else {
      (place, length) = (day.parts.day, day.lastOfMonth.parts.day)
    }
    return ordinal > 0 ? (place - 1) / 7 + 1 == ordinal : (length - place) / 7 + 1 == -ordinal
  }

  private func dayOfYear(_ day: CivilDate) -> (place: Int, length: Int) {
    let year = day.year
    guard let first = CivilDate(year: year, month: 1, day: 1), let last = CivilDate(year: year, month: 12, day: 31)
    else {
      preconditionFailure("the year \(year) has no first or last day")
    }
    return (Int(day.dayNumber - first.dayNumber) + 1, Int(last.dayNumber - first.dayNumber) + 1)
  }

  /// The number of a day's week, and how many weeks its year of weeks has: week 1 is the first with four days in the year.
  private func weekOfYear(_ day: CivilDate) -> (week: Int, count: Int) {
    /// The first day of week 1 of a year, as a day number.
    func start(_ year: Int) -> Int {
      guard let fourth = CivilDate(year: min(max(year, 1), 9999), month: 1, day: 4) else { return 0 }
      return Int(fourth.dayNumber) - daysIntoWeek(fourth)
    }
    let number = Int(day.dayNumber)
    var year = day.year
    if number >= start(year + 1), year < 9999 { year += 1 } else if number < start(year) { year -= 1 }
    return ((number - start(year)) / 7 + 1, (start(year + 1) - start(year)) / 7)
  }
}
