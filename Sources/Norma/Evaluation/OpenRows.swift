/// The rows that are open, or leave groups open, each with the fields on which it hangs.
struct OpenRows: Sendable {
  /// The rows, in the order of reading.
  private(set) var rows: [OpenRow] = []

  /// A row whose cells tell why it is open.
  struct OpenRow: Sendable {
    /// The row's place in the dataset, from 0.
    let row: Int32
    /// The place of its file among the dataset's files, and its number there.
    let file: Int32
    let number: Int32
    /// A bit for each declared field that would have to be supplied.
    let fields: UInt64
  }

  /// The greatest number of fields that a dataset may have for its rows to be told.
  static let fieldLimit = 64

  /// Takes in some rows of a batch behind all others, and the fields on which the batch's rows hang. O(rows × fields).
  mutating func add(_ chosen: Bitmap, of batch: Batch, _ open: OpenFields) {
    for row in chosen.setBits {
      var fields: UInt64 = 0
      for (field, found) in open.rows where found[row] { fields |= 1 << UInt64(field) }
      rows.append(
        OpenRow(
          row: Int32(batch.firstRow + row), file: Int32(batch.file), number: batch.rowNumbers[row], fields: fields))
    }
  }

  /// Takes in the rows of another part of the data. O(rows).
  mutating func formUnion(_ other: Self) {
    rows = rows.merged(with: other.rows) { $0.row < $1.row }
  }

  /// Returns a row; nil where it leaves nothing open. O(log rows).
  subscript(row: Int32) -> OpenRow? {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].row < row { low = middle + 1 } else { high = middle }
    }
    return low < rows.count && rows[low].row == row ? rows[low] : nil
  }
}
