/// Whether days in several columns never decrease, row by row.
enum OrderedDays {
  /// Returns the truth for every row; nil where a column holds anything but days. A day that isn't known leaves a row open.
  /// O(rows × columns).
  ///
  /// What stands for no day is below every day, so that a null is passed over without a look at its bit.
  static func truth(of columns: [ColumnarExpression.Values], _ count: Int) -> TruthColumn? {
    var known = Bitmap(repeating: true, count: count)
    var days: [[Int32]] = []
    for case .column(let column) in columns {
      guard case .dates(let values) = column.values else { return nil }
      days.append(values)
      if column.unknownCount > 0 { known.formIntersection(column.known) }
    }
    guard days.count == columns.count else { return nil }
    var latest = [Int32](repeating: CivilDate.noDay, count: count)
    var isBroken = [UInt8](repeating: 0, count: count)
    latest.withUnsafeMutableBufferPointer { latest in
      isBroken.withUnsafeMutableBufferPointer { isBroken in
        for values in days {
          values.withUnsafeBufferPointer { values in
            for row in 0..<count {
              let day = values[row]
              let falls = day < latest[row] && day != CivilDate.noDay
              isBroken[row] |= falls ? 1 : 0
              latest[row] = max(latest[row], day)
            }
          }
        }
      }
    }
    return TruthColumn(
      isBroken.withUnsafeBufferPointer { isBroken in
        Bitmap(count: count) { isBroken[$0] == 0 }
      }, known: known)
  }
}
