/// Days as columns of sheets hold them, in the form that programs write: 2026-11-23.
///
/// Eight bytes are checked and turned into numbers at once, and neither an empty cell nor a full one costs a jump that
/// depends on it. Whatever is neither is left to ``DateDecoder``.
enum DateColumn {
  /// What reading found.
  struct Found {
    /// The days; ``CivilDate/noDay`` where there is none.
    var days: [Int32]
    /// The rows with a day, 64 to a word.
    var present: [UInt64]
    /// The rows that are neither empty nor a plain date within the limits, in ascending order.
    var others: [Int32]
  }

  /// Reads `cells`; days outside of `limits` are among the others. O(cells).
  static func read(_ cells: UnsafeBufferPointer<CellRange>, in bytes: [UInt8], limits: ClosedRange<Int32>) -> Found {
    var others: [Int32] = []
    var present = [UInt64](repeating: 0, count: (cells.count + 63) / 64)
    let days = [Int32](unsafeUninitializedCapacity: cells.count) { days, count in
      count = cells.count
      bytes.withUnsafeBytes { bytes in
        present.withUnsafeMutableBufferPointer { present in
          MonthTable.starts.withUnsafeBufferPointer { months in
            read(cells, bytes, months, limits, days, present, &others)
          }
        }
      }
    }
    return Found(days: days, present: present, others: others)
  }

  private static func read(
    _ cells: UnsafeBufferPointer<CellRange>, _ bytes: UnsafeRawBufferPointer, _ months: UnsafeBufferPointer<Int32>,
    _ limits: ClosedRange<Int32>, _ days: UnsafeMutableBufferPointer<Int32>,
    _ present: UnsafeMutableBufferPointer<UInt64>, _ others: inout [Int32]
  ) {
    guard let base = bytes.baseAddress, bytes.count >= 16 else {
      for row in cells.indices {
        days[row] = CivilDate.noDay
        if !cells[row].isEmpty || cells[row].isMissing { others.append(Int32(row)) }
      }
      return
    }
    let limit = bytes.count - 16
    var row = 0
    while row < cells.count {
      let end = min(row + 64, cells.count)
      var bits: UInt64 = 0
      for place in row..<end {
        let cell = cells[place]
        let count = cell.end &- cell.start
        // Where sixteen bytes would reach past the end, those at the beginning are as good: they will not be used.
        let fits = Int(cell.start) <= limit
        let text = base + (fits ? Int(cell.start) : 0)
        let (day, fault) = day(
          text.loadUnaligned(as: UInt64.self), text.loadUnaligned(fromByteOffset: 8, as: UInt16.self), months)
        let isOutside = UInt64(day < limits.lowerBound ? 1 : 0) | UInt64(day > limits.upperBound ? 1 : 0)
        let isDay = fault | UInt64(count ^ 10) | UInt64(fits ? 0 : 1) | isOutside == 0
        days[place] = isDay ? day : CivilDate.noDay
        bits |= UInt64(isDay ? 1 : 0) &<< UInt64(place &- row)
        let isOdd = UInt32(isDay ? 0 : 1) & (UInt32(count == 0 ? 0 : 1) | UInt32(cell.isMissing ? 1 : 0))
        if isOdd != 0 { others.append(Int32(place)) }
      }
      present[row >> 6] = bits
      row = end
    }
  }

  /// Returns the day that ten characters `yyyy-mm-dd` spell, given as the first eight and the last two, and a fault that is
  /// 0 if they do. All is worked out whatever they are: a choice would cost more than what it saves.
  @inline(__always)
  private static func day(
    _ first: UInt64, _ last: UInt16, _ months: UnsafeBufferPointer<Int32>
  ) -> (day: Int32, fault: UInt64) {
    // What differs from `0000-00-` must be at most nine where a digit is, and nothing where a hyphen is.
    let digits = UInt64(littleEndian: first) ^ 0x2D30_302D_3030_3030
    let dayDigits = UInt32(UInt16(littleEndian: last) ^ 0x3030)
    let wrong =
      ((digits &+ 0x7F76_767F_7676_7676) | digits) & 0x8080_8080_8080_8080
      | UInt64(((dayDigits &+ 0x7676) | dayDigits) & 0x8080)
    let pairs = (digits & 0x00FF_00FF) &* 10 &+ ((digits >> 8) & 0x00FF_00FF)
    let year = (pairs & 0xFF) &* 100 &+ (pairs >> 16 & 0xFF) &- UInt64(MonthTable.firstYear)
    let month = (digits >> 40 & 0xFF) &* 10 &+ (digits >> 48 & 0xFF) &- 1
    let day = Int32(bitPattern: (dayDigits & 0xFF) &* 10 &+ (dayDigits >> 8 & 0xFF)) &- 1
    let isOutside = UInt64(year < UInt64(MonthTable.yearCount) ? 0 : 1) | UInt64(month < 12 ? 0 : 1)
    let place = Int(isOutside == 0 ? year &* 12 &+ month : 0)
    let start = months[place]
    let isNoDay = UInt64(UInt32(bitPattern: day) < UInt32(bitPattern: months[place &+ 1] &- start) ? 0 : 1)
    return (start &+ day, wrong | isOutside | isNoDay)
  }
}

/// The first days of the months of those years that sheets speak of; others are read the long way.
private enum MonthTable {
  static let firstYear = 1900
  static let yearCount = 256

  /// The day numbers of the first days, and at last of the month that follows.
  static let starts: [Int32] = (0...(yearCount * 12)).map { month in
    guard let first = CivilDate(year: firstYear + month / 12, month: month % 12 + 1, day: 1) else {
      preconditionFailure("a month without a first day")
    }
    return first.dayNumber
  }
}
