/// The offsets of a zone in the years that its transitions don't reach: a standard time, and maybe a summer time
/// between two days of each year (the `TZ` string of POSIX.1-2017, section 8.3, with the extensions of RFC 8536,
/// section 3.3.1).
struct RecurringOffset: Hashable, Sendable {
  /// A day of the year.
  enum Day: Hashable, Sendable {
    /// `Jn`: the n-th day, 1 to 365, 29 February never counted.
    case withoutLeapDay(Int)
    /// `n`: the day after n others, 0 to 365.
    case ordinal(Int)
    /// `Mm.w.d`: the w-th such weekday (Sunday 0) of the month, 5 being the last.
    case weekday(month: Int, week: Int, weekday: Int)
  }

  /// A change of the clocks: a day, and the seconds since its midnight in the local time before the change.
  struct Change: Hashable, Sendable {
    var day: Day
    var second: Int
  }

  /// The summer time: its offset, and when it begins and ends.
  struct Summer: Hashable, Sendable {
    var offset: Int32
    var begin: Change
    var end: Change
  }

  /// The offset of standard time, in seconds east.
  let standard: Int32

  /// The summer time, if there is one.
  let summer: Summer?

  /// Gives the offset that holds at a moment, in seconds east; `seconds` counts from 1970 UTC.
  func offset(atSeconds seconds: Int64) -> Int32 {
    guard let summer else { return standard }
    let day = (seconds + Int64(standard)).dividedDown(by: 86_400)
    guard let date = CivilDate(exactly: Int(day)) else { return standard }
    let year = date.year
    let begin = Self.seconds(of: summer.begin, in: year) - Int64(standard)
    let end = Self.seconds(of: summer.end, in: year) - Int64(summer.offset)
    let isSummer = begin < end ? begin <= seconds && seconds < end : seconds < end || begin <= seconds
    return isSummer ? summer.offset : standard
  }

  /// Gives the local time of a change, in seconds from 1970 as if it were in UTC.
  private static func seconds(of change: Change, in year: Int) -> Int64 {
    let newYear = Int(CivilDate(validYear: year, month: 1, day: 1).dayNumber)
    let day =
      switch change.day {
      case .withoutLeapDay(let number): newYear + number - (CivilDate.isLeap(year) && number >= 60 ? 0 : 1)
      case .ordinal(let number): newYear + number
      case .weekday(let month, let week, let weekday): Self.day(month: month, week: week, weekday: weekday, of: year)
      }
    return Int64(day) * 86_400 + Int64(change.second)
  }

  /// Finds the w-th weekday of a month, as a day number.
  private static func day(month: Int, week: Int, weekday: Int, of year: Int) -> Int {
    let first = CivilDate(validYear: year, month: month, day: 1)
    let toFirst = (weekday - first.weekday % 7 + 7) % 7
    var offset = toFirst + (week - 1) * 7
    if offset >= CivilDate.days(inMonth: month, of: year) { offset -= 7 }
    return Int(first.dayNumber) + offset
  }
}

// MARK: - Text

extension RecurringOffset {
  /// Reads a `TZ` string, `CST-8` or `CET-1CEST,M3.5.0,M10.5.0/3`; nil if it is none.
  init?(posix text: some Collection<UInt8>) {
    var scanner = FoldingScanner(text)
    guard scanner.zoneAbbreviation(), let standard = scanner.clockTime(hoursUpTo: 24) else { return nil }
    self.standard = Int32(-standard)
    if scanner.isAtEnd {
      summer = nil
      return
    }
    guard scanner.zoneAbbreviation() else { return nil }
    var offset = -standard + 3600
    if scanner.current != Unicode.Scalar(",").value, !scanner.isAtEnd {
      guard let written = scanner.clockTime(hoursUpTo: 24) else { return nil }
      offset = -written
    }
    guard scanner.take(","), let begin = scanner.change(), scanner.take(","), let end = scanner.change(),
      scanner.isAtEnd
    else { return nil }
    summer = Summer(offset: Int32(offset), begin: begin, end: end)
  }
}

extension FoldingScanner {
  /// Reads an abbreviation of three letters or more, or anything in angle brackets.
  fileprivate mutating func zoneAbbreviation() -> Bool {
    let isQuoted = take("<")
    var count = 0
    while !isAtEnd {
      let isLetter = current | 0x20 >= 0x61 && current | 0x20 <= 0x7A
      let isSignOrDigit = current == 0x2B || current == 0x2D || current >= 0x30 && current <= 0x39
      guard isLetter || isQuoted && isSignOrDigit else { break }
      count += 1
      advance()
    }
    return count >= 3 && (!isQuoted || take(">"))
  }

  /// Reads `[+-]hh[:mm[:ss]]` in seconds.
  fileprivate mutating func clockTime(hoursUpTo limit: Int) -> Int? {
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    let (hour, count) = digits(atMost: 3)
    guard count > 0, hour <= limit else { return nil }
    var seconds = hour * 3600
    for unit in [60, 1] {
      guard take(":") else { break }
      let (value, count) = digits(atMost: 2)
      guard count == 2, value <= 59 else { return nil }
      seconds += value * unit
    }
    return isNegative ? -seconds : seconds
  }

  /// Reads a day and the time of the change, 02:00 where none is written.
  fileprivate mutating func change() -> RecurringOffset.Change? {
    guard let day = changeDay() else { return nil }
    guard take("/") else { return RecurringOffset.Change(day: day, second: 7200) }
    return clockTime(hoursUpTo: 167).map { second in RecurringOffset.Change(day: day, second: second) }
  }

  private mutating func changeDay() -> RecurringOffset.Day? {
    if take("J") { return number(in: 1...365).map { day in .withoutLeapDay(day) } }
    guard take("M") else { return number(in: 0...365).map { day in .ordinal(day) } }
    guard let month = number(in: 1...12), take("."), let week = number(in: 1...5), take("."),
      let weekday = number(in: 0...6)
    else { return nil }
    return .weekday(month: month, week: week, weekday: weekday)
  }

  private mutating func number(in range: ClosedRange<Int>) -> Int? {
    let (value, count) = digits(atMost: 3)
    return count > 0 && range.contains(value) ? value : nil
  }
}
