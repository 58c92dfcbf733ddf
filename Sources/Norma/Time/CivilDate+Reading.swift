extension CivilDate {
  /// Reads a cell as a day, in the forms that people type: `2026-11-23`, `2026/11/23`, `2026.11.23`, `20261123`,
  /// `2026年11月23日` and Excel's serial dates of five digits; month and day may have one digit. Full-width characters
  /// and surrounding blanks don't matter.
  ///
  /// A date with a time of day is its day: the one that is written, or, if an offset from UTC is written too, the day
  /// of that moment in `zone`. Nil if the text is none of these, or names no day of the calendar.
  @inline(__always)
  public init?(reading bytes: some Collection<UInt8>, in zone: TimeZoneRules) {
    if let date = CivilDate(isoBytes: bytes) {
      self = date
    } else {
      self.init(readingAnyForm: bytes, in: zone)
    }
  }

  /// Reads the forms other than ISO's, which is by far the commonest.
  private init?(readingAnyForm bytes: some Collection<UInt8>, in zone: TimeZoneRules) {
    guard let text = CalendarText(bytes) else { return nil }
    guard text.offset != nil else {
      self = text.date
      return
    }
    guard let timestamp = text.timestamp(in: zone) else { return nil }
    self.init(timestamp, in: zone)
  }

  /// Creates the day of one of Excel's serial dates, 1 being 1900-01-01 (or, in a workbook of the 1904 system, 0 being
  /// 1904-01-01).
  ///
  /// Nil if it is negative, after the year 9999, or in the 1900 system 0, or 60: Excel takes 1900 for a leap year, and
  /// 60 is its 29 February.
  public init?(excelSerial serial: Int, is1904: Bool = false) {
    guard serial >= 0, serial <= 2_958_465 else { return nil }
    if is1904 {
      self.init(exactly: serial - 24_107)
    } else {
      guard serial != 0, serial != 60 else { return nil }
      self.init(exactly: serial - (serial < 60 ? 25_568 : 25_569))
    }
  }
}

extension CivilInterval {
  /// Reads a cell as a date that may be known in part: what ``CivilDate/init(reading:in:)`` reads, which is one day,
  /// or a month (`2026-03`, `2026/3`, `2026.3`, `2026年3月`), or the first ten days, the second ten or the rest of one
  /// (`2026年3月上旬`, `中旬`, `下旬`). Nil if it is none of these; a year alone is not.
  public init?(reading bytes: some Collection<UInt8>, in zone: TimeZoneRules) {
    if let date = CivilDate(reading: bytes, in: zone) {
      self.init(date)
      return
    }
    var scanner = FoldingScanner(bytes)
    scanner.skipBlanks()
    guard let interval = scanner.partOfMonth() else { return nil }
    scanner.skipBlanks()
    guard scanner.isAtEnd else { return nil }
    self = interval
  }
}
