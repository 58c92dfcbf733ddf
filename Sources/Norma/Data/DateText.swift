/// A date, or as much of one as a cell says, read from trimmed, half-width UTF-8.
///
/// The forms are those that people type: 2026-11-23, 2026/11/23, 2026.11.23, 20261123, 2026年11月23日, and the five digits
/// of a spreadsheet's serial date; a time may follow. Months without a day are 2026-03, 2026/3 and 2026年3月, each with
/// 上旬, 中旬 or 下旬 (days 1 to 10, 11 to 20, 21 to the end) or without.
struct DateText {
  /// The first day that the cell may mean, as a count of days since 1970-01-01.
  let lower: Int32
  /// The last day that it may mean.
  let upper: Int32
  /// The time of the day, nil where none is given.
  let time: ClockTime?

  /// A time of day, and the offset from UTC if one is written.
  struct ClockTime: Equatable {
    /// Microseconds since midnight.
    let microseconds: Int64
    /// Seconds east of UTC.
    let offset: Int64?
  }

  /// Whether one day is meant.
  var isDay: Bool { lower == upper }

  /// Reads all of `bytes`; nil if they are no date. Calendar days that do not exist are none.
  init?(_ bytes: borrowing Span<UInt8>) {
    var cursor = DateCursor()
    guard let (lower, upper) = cursor.days(bytes) else { return nil }
    self.lower = lower
    self.upper = upper
    if cursor.index == bytes.count {
      self.time = nil
    } else {
      guard lower == upper, let time = cursor.time(bytes), cursor.index == bytes.count else { return nil }
      self.time = time
    }
  }
}

/// A place in the text of a date that moves on as its parts are read.
private struct DateCursor {
  var index = 0

  /// Reads a day, or the days of a month or a third of one.
  mutating func days(_ bytes: borrowing Span<UInt8>) -> (Int32, Int32)? {
    let start = index
    guard let first = digits(bytes, 1...8) else { return nil }
    switch index - start {
    case 8: return day(first / 10_000, first / 100 % 100, first % 100)
    case 5:
      // Day 1 is 1900-01-01; since there was no 1900-02-29, as spreadsheets have it, later days count from 1899-12-30.
      guard index == bytes.count else { return nil }
      let day = Int32(first) - 25_569
      return (day, day)
    case 4: return days(bytes, inYear: first)
    default: return nil
    }
  }

  private mutating func days(_ bytes: borrowing Span<UInt8>, inYear year: Int) -> (Int32, Int32)? {
    if take(bytes, "年") {
      guard let month = digits(bytes, 1...2), take(bytes, "月") else { return nil }
      if let number = digits(bytes, 1...2) { return take(bytes, "日") ? day(year, month, number) : nil }
      return part(bytes, year, month)
    }
    guard index < bytes.count else { return nil }
    let separator = bytes[index]
    guard separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/") || separator == UInt8(ascii: ".") else {
      return nil
    }
    index += 1
    guard let month = digits(bytes, 1...2) else { return nil }
    if index < bytes.count, bytes[index] == separator {
      index += 1
      return digits(bytes, 1...2).flatMap { day(year, month, $0) }
    }
    // 2026.1 may as well be a number, or the 2026.10 of a sheet that dropped a zero.
    return separator == UInt8(ascii: ".") ? nil : part(bytes, year, month)
  }

  private func day(_ year: Int, _ month: Int, _ day: Int) -> (Int32, Int32)? {
    CivilDate(year: year, month: month, day: day).map { ($0.dayNumber, $0.dayNumber) }
  }

  /// Reads which third of the month is meant, and returns the days of it or of the whole month.
  private mutating func part(_ bytes: borrowing Span<UInt8>, _ year: Int, _ month: Int) -> (Int32, Int32)? {
    guard let first = CivilDate(year: year, month: month, day: 1)?.dayNumber else { return nil }
    let last = first + Int32(CivilDate.days(inMonth: month, of: year)) - 1
    if take(bytes, "上旬") { return (first, first + 9) }
    if take(bytes, "中旬") { return (first + 10, first + 19) }
    if take(bytes, "下旬") { return (first + 20, last) }
    return (first, last)
  }

  /// Reads a time of day, behind blanks or a T, and the offset from UTC behind it.
  mutating func time(_ bytes: borrowing Span<UInt8>) -> DateText.ClockTime? {
    if !take(bytes, "T"), !take(bytes, "t") {
      // A digit right behind a digit would be part of the date.
      let start = index
      while take(bytes, " ") {}
      guard index > start || (bytes[index - 1] >= 0x80 && index < bytes.count) else { return nil }
    }
    guard let hour = digits(bytes, 1...2), hour < 24, take(bytes, ":"), let minute = digits(bytes, 2...2), minute < 60
    else { return nil }
    var microseconds = Int64(hour * 3600 + minute * 60) * 1_000_000
    if take(bytes, ":") {
      guard let second = digits(bytes, 2...2), second < 60 else { return nil }
      microseconds += Int64(second) * 1_000_000
      if take(bytes, ".") {
        guard let fraction = fraction(bytes) else { return nil }
        microseconds += fraction
      }
    }
    guard index < bytes.count else { return DateText.ClockTime(microseconds: microseconds, offset: nil) }
    guard let offset = offset(bytes) else { return nil }
    return DateText.ClockTime(microseconds: microseconds, offset: offset)
  }

  /// Reads the digits behind the point of a second, as microseconds; finer digits are dropped.
  private mutating func fraction(_ bytes: borrowing Span<UInt8>) -> Int64? {
    let start = index
    var value: Int64 = 0
    var unit: Int64 = 100_000
    while index < bytes.count, bytes[index] &- 48 < 10 {
      value += Int64(bytes[index] &- 48) * unit
      unit /= 10
      index += 1
    }
    return index > start ? value : nil
  }

  private mutating func offset(_ bytes: borrowing Span<UInt8>) -> Int64? {
    if take(bytes, "Z") || take(bytes, "z") { return 0 }
    let isWest = bytes[index] == UInt8(ascii: "-")
    guard isWest || bytes[index] == UInt8(ascii: "+") else { return nil }
    index += 1
    let start = index
    guard var hours = digits(bytes, 2...4) else { return nil }
    var minutes = 0
    switch index - start {
    case 4: (hours, minutes) = (hours / 100, hours % 100)
    case 2:
      if take(bytes, ":") {
        guard let read = digits(bytes, 2...2) else { return nil }
        minutes = read
      }
    default: return nil
    }
    guard hours < 24, minutes < 60 else { return nil }
    return Int64(hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
  }

  /// Reads digits, as many as there are; nil if that is not among `counts`.
  private mutating func digits(_ bytes: borrowing Span<UInt8>, _ counts: ClosedRange<Int>) -> Int? {
    var value = 0
    var count = 0
    while index + count < bytes.count, bytes[index + count] &- 48 < 10 {
      if count == counts.upperBound { return nil }
      value = value * 10 + Int(bytes[index + count] &- 48)
      count += 1
    }
    guard counts.contains(count) else { return nil }
    index += count
    return value
  }

  /// Moves behind `text` if it comes next.
  private mutating func take(_ bytes: borrowing Span<UInt8>, _ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard index + count <= bytes.count else { return false }
    let matches = text.withUTF8Buffer { expected in
      for offset in 0..<count where bytes[index + offset] != expected[offset] { return false }
      return true
    }
    if matches { index += count }
    return matches
  }
}
