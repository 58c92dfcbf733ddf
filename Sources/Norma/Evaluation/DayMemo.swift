internal import CEL
internal import Synchronization

/// Remembers what conditions on one date field say of each day, so that each is worked out once for all rows.
final class DayMemo: Sendable {
  private let tables = Mutex<[Key: [UInt8]]>([:])

  /// What a truth hangs on beside the day.
  private struct Key: Hashable {
    let node: Int
    let period: String?
    let missingColumns: Set<String>
  }

  private static let firstDay = CivilDate(year: 1900, month: 1, day: 1)?.dayNumber ?? 0
  private static let dayCount = 93_502

  /// Returns the truth of a condition for every row of a column of days; `truth` works it out for a day, null or unknown.
  /// O(rows) and one evaluation for each day that was not seen before.
  func truths(
    of days: [Int32], _ column: Column, _ node: Expression, _ constants: Constants, _ truth: (Cell) -> Truth
  ) -> TruthColumn {
    let key = Key(node: node.id, period: constants.period?.key, missingColumns: constants.missingColumns)
    var found = [UInt8](repeating: 0, count: days.count)
    tables.withLock { tables in
      var table = tables.removeValue(forKey: key) ?? [UInt8](repeating: 0, count: Self.dayCount)
      for (row, day) in days.enumerated() {
        if day == CivilDate.noDay { continue }
        let place = Int(day) - Int(Self.firstDay)
        let isInTable = place >= 0 && place < Self.dayCount
        var code: UInt8 = isInTable ? table[place] : 0
        if code == 0 {
          code = Self.code(truth(.date(CivilDate(dayNumber: day))))
          if isInTable { table[place] = code }
        }
        found[row] = code
      }
      tables[key] = table
    }
    for (rows, cell) in [(~column.validity, Cell.null), (~column.known, .unknown)] where !rows.isEmpty {
      let code = Self.code(truth(cell))
      for row in rows.setBits { found[row] = code }
    }
    return found.withUnsafeBufferPointer { found in
      TruthColumn(
        Bitmap(count: days.count) { found[$0] == 1 }, known: Bitmap(count: days.count) { found[$0] < 3 })
    }
  }

  private static func code(_ truth: Truth) -> UInt8 {
    switch truth {
    case .yes: 1
    case .no: 2
    case .unknown: 3
    }
  }
}
