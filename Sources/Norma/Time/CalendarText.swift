/// What a cell says about a day or a moment: the forms that people type, read but not yet placed in a time zone.
///
/// | form | example |
/// | --- | --- |
/// | year, month, day with `-`, `/` or `.`, the same twice | `2026-11-23`, `2026/3/5`, `2026.11.23` |
/// | eight digits | `20261123` |
/// | Chinese | `2026年11月23日` |
/// | Excel's serial date: five digits, the first not 0 | `46349` |
///
/// A time may follow after blanks or `T` (after `日` directly too): `8:30`, `08:30:15.5`, `8时30分`, and after that
/// `Z`, `+08`, `+0800` or `+08:00`. Full-width characters, surrounding blanks and the case of letters don't matter.
struct CalendarText {
  /// The day as written.
  let date: CivilDate

  /// The time of the day as written, in microseconds since midnight.
  private(set) var microsecondOfDay: Int64?

  /// The offset from UTC as written, in seconds east.
  private(set) var offset: Int32?

  /// Reads a whole cell; nil if it is in none of the forms or names no day of the calendar.
  init?(_ bytes: some Collection<UInt8>) {
    var scanner = FoldingScanner(bytes)
    scanner.skipBlanks()
    guard let (date, isChinese) = scanner.date() else { return nil }
    self.date = date
    let isSeparated = scanner.skipBlanks()
    if scanner.isAtEnd { return }
    guard isSeparated || scanner.takeLetter("T") || isChinese, let time = scanner.time() else { return nil }
    microsecondOfDay = time
    scanner.skipBlanks()
    if scanner.isAtEnd { return }
    guard let offset = scanner.offset() else { return nil }
    self.offset = offset
    scanner.skipBlanks()
    guard scanner.isAtEnd else { return nil }
  }

  /// Seconds from 1970-01-01 to the written date and time as if they were in UTC; nil without a time.
  var localMicroseconds: Int64? {
    guard let microsecondOfDay else { return nil }
    return Int64(date.dayNumber) * Timestamp.microsecondsPerDay + microsecondOfDay
  }

  /// The moment, where the text has a time; the zone places it unless the text has an offset of its own. Nil too if
  /// that leaves the years 1 to 9999 in UTC.
  func timestamp(in zone: TimeZoneRules) -> Timestamp? {
    guard let localMicroseconds else { return nil }
    guard let offset else { return zone.timestamp(localMicroseconds: localMicroseconds) }
    return Timestamp(exactly: localMicroseconds - Int64(offset) * 1_000_000)
  }
}

// MARK: - Forms

extension FoldingScanner {
  /// Reads a date in any of its forms; `isChinese` if a time may follow without a blank.
  mutating func date() -> (date: CivilDate, isChinese: Bool)? {
    let isPadded = current == 0x30
    let (number, count) = digits(atMost: 8)
    switch count {
    case 8:
      let date = CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
      return date.map { date in (date, false) }
    case 5:
      guard !isPadded, let date = CivilDate(excelSerial: number) else { return nil }
      return (date, false)
    case 4:
      guard let separator = dateSeparator() else { return nil }
      guard let month = oneOrTwoDigits() else { return nil }
      guard take(separator.afterMonth), let day = oneOrTwoDigits() else { return nil }
      if let last = separator.afterDay, !take(last) { return nil }
      let date = CivilDate(year: number, month: month, day: day)
      return date.map { date in (date, separator.afterDay != nil) }
    default:
      return nil
    }
  }

  /// Reads a month, or a third of one in Chinese: `2026-03`, `2026/3`, `2026.3`, `2026年3月`, `2026年3月上旬`.
  mutating func partOfMonth() -> CivilInterval? {
    let (year, count) = digits(atMost: 4)
    guard count == 4, let separator = dateSeparator(), let month = oneOrTwoDigits(),
      let first = CivilDate(year: year, month: month, day: 1)
    else { return nil }
    let last = first.lastOfMonth
    guard separator.afterDay != nil else { return CivilInterval(ordered: first, last) }
    guard take("月") else { return nil }
    let start = first.dayNumber
    let interval =
      if take("上") {
        CivilInterval(ordered: first, CivilDate(dayNumber: start + 9))
      } else if take("中") {
        CivilInterval(ordered: CivilDate(dayNumber: start + 10), CivilDate(dayNumber: start + 19))
      } else if take("下") {
        CivilInterval(ordered: CivilDate(dayNumber: start + 20), last)
      } else {
        CivilInterval?.none
      }
    guard let interval else { return CivilInterval(ordered: first, last) }
    return take("旬") ? interval : nil
  }

  /// Reads what stands between year and month, and tells what has to stand after the month and the day.
  private mutating func dateSeparator() -> (afterMonth: Unicode.Scalar, afterDay: Unicode.Scalar?)? {
    if take("-") { return ("-", nil) }
    if take("/") { return ("/", nil) }
    if take(".") { return (".", nil) }
    if take("年") { return ("月", "日") }
    return nil
  }

  /// Reads a time of day, to the microsecond (further digits are cut off), 00:00 to 23:59:59.999999.
  fileprivate mutating func time() -> Int64? {
    guard let hour = oneOrTwoDigits(), hour <= 23 else { return nil }
    var minute = 0
    var second = 0
    var fraction: Int64 = 0
    if take("时") {
      if let written = oneOrTwoDigits() {
        guard take("分") else { return nil }
        minute = written
        if let written = oneOrTwoDigits() {
          guard take("秒") else { return nil }
          second = written
        }
      }
    } else {
      guard take(":"), let writtenMinute = twoDigits() else { return nil }
      minute = writtenMinute
      if take(":") {
        guard let written = twoDigits() else { return nil }
        second = written
        if take(".") {
          guard let written = microseconds() else { return nil }
          fraction = written
        }
      }
    }
    guard minute <= 59, second <= 59 else { return nil }
    return Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + fraction
  }

  /// Reads the offset from UTC, in seconds east, within a day.
  fileprivate mutating func offset() -> Int32? {
    if takeLetter("Z") { return 0 }
    let isWest = take("-")
    guard isWest || take("+"), let hour = twoDigits(), hour <= 23 else { return nil }
    var minute = 0
    if take(":") {
      guard let written = twoDigits() else { return nil }
      minute = written
    } else if current != Self.end, current != 0x20 {
      guard let written = twoDigits() else { return nil }
      minute = written
    }
    guard minute <= 59 else { return nil }
    let seconds = Int32(hour * 3600 + minute * 60)
    return isWest ? -seconds : seconds
  }

  private mutating func oneOrTwoDigits() -> Int? {
    let (value, count) = digits(atMost: 2)
    return count > 0 ? value : nil
  }

  private mutating func twoDigits() -> Int? {
    let (value, count) = digits(atMost: 2)
    return count == 2 ? value : nil
  }

  private mutating func microseconds() -> Int64? {
    let (value, count) = digits(atMost: 6)
    guard count > 0 else { return nil }
    _ = digits(atMost: 12)
    return (count..<6).reduce(Int64(value)) { value, _ in value * 10 }
  }
}
