/// A day of the proleptic Gregorian calendar, without a time or a time zone.
///
/// It is a count of days, so that comparing and subtracting cost one instruction and a column of dates is a column of
/// 32-bit integers. Years 1 to 9999 are supported, the range of ISO 8601's four-digit years.
public struct CivilDate: Hashable, Comparable, Sendable {
  /// A number that is no day's: what a column of days holds where there is none. It is below that of every day.
  static let noDay = Int32.min

  /// Days since 1970-01-01, negative before.
  public let dayNumber: Int32

  /// Creates the day that lies `dayNumber` days after 1970-01-01.
  ///
  /// Nothing is checked: the number comes from another date. Use ``init(exactly:)`` for a number of unknown origin.
  @inlinable
  public init(dayNumber: Int32) {
    self.dayNumber = dayNumber
  }

  /// Orders days by time.
  @inlinable
  public static func < (left: CivilDate, right: CivilDate) -> Bool {
    left.dayNumber < right.dayNumber
  }
}

extension CivilDate {
  /// The first supported day, 0001-01-01.
  public static let earliest = CivilDate(dayNumber: -719_162)

  /// The last supported day, 9999-12-31.
  public static let latest = CivilDate(dayNumber: 2_932_896)

  /// Days from 0000-03-01, where a year that begins in March would begin, to 1970-01-01.
  private static let daysBeforeEpoch: Int32 = 719_468

  /// Creates the day `dayNumber` days after 1970-01-01, or nil if that is outside the years 1 to 9999.
  public init?(exactly dayNumber: Int) {
    guard dayNumber >= Int(Self.earliest.dayNumber), dayNumber <= Int(Self.latest.dayNumber) else { return nil }
    self.dayNumber = Int32(dayNumber)
  }

  /// Creates a day from its parts, or nil if the calendar has no such day or the year is outside 1 to 9999.
  public init?(year: Int, month: Int, day: Int) {
    guard year >= 1, year <= 9999, month >= 1, month <= 12, day >= 1, day <= Self.days(inMonth: month, of: year) else {
      return nil
    }
    self.init(validYear: year, month: month, day: day)
  }

  /// Creates a day from parts that are known to be one.
  init(validYear year: Int, month: Int, day: Int) {
    // Counted from March, the leap day is the year's last, and the months' lengths are a linear function, rounded.
    let marchYear = month <= 2 ? year - 1 : year
    let marchMonth = month <= 2 ? month + 9 : month - 3
    let days = 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400
    self.dayNumber = Int32(truncatingIfNeeded: days + (153 * marchMonth + 2) / 5 + day - 1) &- Self.daysBeforeEpoch
  }

  /// Says whether `year` has 366 days.
  public static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// Gives the number of days of a month, 28 to 31; `month` is 1 to 12.
  public static func days(inMonth month: Int, of year: Int) -> Int {
    month == 2 ? (isLeap(year) ? 29 : 28) : 30 + (month + month / 8) % 2
  }
}

// MARK: - Parts

extension CivilDate {
  /// The year, the month (1 to 12) and the day of the month (1 to 31), worked out together.
  ///
  /// The divisions are by constants and the branches few, after Neri and Schneider, "Euclidean affine functions and
  /// their application to calendar algorithms" (2023), since grouping by period asks this of every row.
  public var parts: (year: Int, month: Int, day: Int) {
    let days = UInt32(bitPattern: dayNumber &+ Self.daysBeforeEpoch)
    let centuryNumerator = 4 &* days &+ 3
    let century = centuryNumerator / 146_097
    let dayOfCentury = (centuryNumerator % 146_097) / 4
    let product = 2_939_745 &* UInt64(4 &* dayOfCentury &+ 3)
    let yearOfCentury = UInt32(truncatingIfNeeded: product >> 32)
    let dayOfYear = UInt32(truncatingIfNeeded: product) / 2_939_745 / 4
    let monthNumerator = 2_141 &* dayOfYear &+ 197_913
    let isNextYear = dayOfYear >= 306
    let year = 100 &* century &+ yearOfCentury &+ (isNextYear ? 1 : 0)
    let month = (monthNumerator >> 16) &- (isNextYear ? 12 : 0)
    let day = (monthNumerator & 0xFFFF) / 2_141 &+ 1
    return (Int(year), Int(month), Int(day))
  }

  /// The year, 1 to 9999.
  public var year: Int { parts.year }

  /// The month, 1 to 12.
  public var month: Int { parts.month }

  /// The day of the month, 1 to 31.
  public var day: Int { parts.day }

  /// The quarter of the year, 1 to 4.
  public var quarter: Int { (month + 2) / 3 }

  /// The day of the week, Monday 1 to Sunday 7 (ISO 8601).
  public var weekday: Int {
    let sinceMonday = (Int(dayNumber) + 3) % 7
    return (sinceMonday < 0 ? sinceMonday + 7 : sinceMonday) + 1
  }

  /// The day of the year, 1 to 366.
  public var dayOfYear: Int {
    Int(dayNumber) - Int(CivilDate(validYear: year, month: 1, day: 1).dayNumber) + 1
  }

  /// The ISO 8601 week, 1 to 53, and the year it belongs to: that of its Thursday.
  public var isoWeek: (year: Int, week: Int) {
    let thursday = CivilDate(dayNumber: dayNumber + Int32(4 - weekday))
    return (thursday.year, (thursday.dayOfYear + 6) / 7)
  }

  /// The first day of this day's month.
  public var firstOfMonth: CivilDate {
    CivilDate(dayNumber: dayNumber - Int32(day - 1))
  }

  /// The last day of this day's month.
  public var lastOfMonth: CivilDate {
    let (year, month, day) = parts
    return CivilDate(dayNumber: dayNumber + Int32(Self.days(inMonth: month, of: year) - day))
  }
}

// MARK: - ISO 8601 text

extension CivilDate: CustomStringConvertible {
  /// Writes the day in ISO form, `2026-11-23`.
  public var description: String {
    let (year, month, day) = parts
    guard (0...9999).contains(year) else {
      return "\(zeroPadded(year, to: 4))-\(zeroPadded(month, to: 2))-\(zeroPadded(day, to: 2))"
    }
    // Reports write dates by the hundred thousand.
    return String(unsafeUninitializedCapacity: 10) { text in
      func write(_ number: Int, at place: Int) {
        text[place] = UInt8(ascii: "0") + UInt8(number / 10)
        text[place + 1] = UInt8(ascii: "0") + UInt8(number % 10)
      }
      write(year / 100, at: 0)
      write(year % 100, at: 2)
      text[4] = UInt8(ascii: "-")
      write(month, at: 5)
      text[7] = UInt8(ascii: "-")
      write(day, at: 8)
      return 10
    }
  }

  /// Reads the ISO form `2026-11-23` and nothing else; nil if it is not that, or no day of the calendar.
  public init?(iso text: some StringProtocol) {
    self.init(isoBytes: text.utf8)
  }

  /// Reads ten bytes of the form `2026-11-23`, without allocating; nil if it is not that, or no day of the calendar.
  public init?(isoBytes bytes: some Collection<UInt8>) {
    guard bytes.count == 10 else { return nil }
    var index = bytes.startIndex
    var value = 0
    for position in 0..<10 {
      let byte = bytes[index]
      bytes.formIndex(after: &index)
      if position == 4 || position == 7 {
        guard byte == UInt8(ascii: "-") else { return nil }
      } else {
        let digit = byte &- UInt8(ascii: "0")
        guard digit <= 9 else { return nil }
        value = value &* 10 &+ Int(digit)
      }
    }
    self.init(year: value / 10_000, month: value / 100 % 100, day: value % 100)
  }
}

/// Writes a number of at least `width` digits, with zeros before it.
func zeroPadded(_ number: Int, to width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
