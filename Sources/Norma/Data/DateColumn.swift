internal import CScan

/// Days as columns of sheets hold them, in the form that programs write: 2026-11-23.
///
/// They are read many bytes at once; whatever is neither empty nor in that form is left to ``DateDecoder``.
enum DateColumn {
  /// What reading found.
  struct Found: Equatable {
    /// The days; ``CivilDate/noDay`` where there is none.
    var days: [Int32]
    /// The rows with a day, 64 to a word.
    var present: [UInt64]
    /// The rows that are neither empty nor a plain date within the limits, in ascending order.
    var others: [Int32]
  }

  /// Reads `cells`; days outside of `limits` are among the others. The portable way finds the same. O(cells).
  static func read(
    _ cells: UnsafeBufferPointer<CellRange>, in bytes: [UInt8], limits: ClosedRange<Int32>, isPortable: Bool = false
  ) -> Found {
    let read = isPortable ? norma_read_dates_portable : norma_read_dates
    guard bytes.count >= 16 else {
      return Found(
        days: Array(repeating: CivilDate.noDay, count: cells.count),
        present: Array(repeating: 0, count: (cells.count + 63) / 64),
        others: cells.indices.filter { !cells[$0].isEmpty || cells[$0].isMissing }.map { Int32($0) })
    }
    var present = [UInt64](repeating: 0, count: (cells.count + 63) / 64)
    var others: [Int32] = []
    let days = [Int32](unsafeUninitializedCapacity: cells.count) { days, count in
      count = cells.count
      let ranges = UnsafeRawPointer(cells.baseAddress)?.assumingMemoryBound(to: norma_range.self)
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: cells.count + 1) { odd in
        MonthTable.entries.withUnsafeBufferPointer { entries in
          var months = norma_months(
            entries: entries.baseAddress, first: UInt32(MonthTable.firstYear * 100), count: UInt32(entries.count))
          var oddCount = 0
          read(
            bytes, bytes.count, ranges, cells.count, &months, limits.lowerBound, limits.upperBound, days.baseAddress,
            &present, odd.baseAddress, &oddCount)
          others = odd[..<oddCount].map { Int32($0) }
        }
      }
    }
    return Found(days: days, present: present, others: others)
  }
}

/// The first days of the months of those years that sheets speak of; others are read the long way.
private enum MonthTable {
  static let firstYear = 1900

  /// A hundred entries for each year, of which twelve are months.
  static let entries: [norma_month] = (0..<(256 * 100)).map { place in
    let (year, month) = (firstYear + place / 100, place % 100)
    guard let first = CivilDate(year: year, month: month, day: 1) else { return norma_month(start: 0, length: 0) }
    return norma_month(
      start: first.dayNumber - 1, length: UInt32(CivilDate.days(inMonth: month, of: year)))
  }
}
