/// The rows that are open, or leave groups open, each with the fields on which it hangs.
struct OpenRows: Sendable {
  /// The rows, in the order of reading.
  private(set) var rows = RowRuns<OpenRow>()

  /// A row whose cells tell why it is open.
  struct OpenRow: Sendable {
    /// The row's place in the dataset, from 0.
    let row: Int32
    /// Its number in its file.
    let number: Int32
    /// A bit for each declared field that would have to be supplied.
    let fields: UInt64
  }

  /// The greatest number of fields that a dataset may have for its rows to be told.
  static let fieldLimit = 64

  /// Takes in some rows of a batch behind all others, and the fields on which the batch's rows hang. O(rows + open cells).
  mutating func add(_ chosen: Bitmap, of batch: Batch, _ open: OpenFields) {
    var fields = [UInt64](repeating: 0, count: batch.count)
    for (field, found) in open.rows {
      for row in found.setBits { fields[row] |= 1 << UInt64(field) }
    }
    let found = chosen.setBits.map { row in
      OpenRow(
        row: Int32(batch.firstRow + row), number: batch.rowNumbers[row], fields: fields[row])
    }
    rows.append(found, of: batch)
  }

  /// Takes in the rows of another part of the data. O(batches).
  mutating func formUnion(_ other: Self) {
    rows.formUnion(other.rows)
  }

  /// Returns a row with the place of its file among the dataset's files; nil where it leaves nothing open. O(log rows).
  func row(_ row: Int32) -> (open: OpenRow, file: Int)? {
    guard let run = rows.run(of: Int(row)) else { return nil }
    let elements = run.elements
    var (low, high) = (0, elements.count)
    while low < high {
      let middle = (low + high) / 2
      if elements[middle].row < row { low = middle + 1 } else { high = middle }
    }
    return low < elements.count && elements[low].row == row ? (elements[low], run.file) : nil
  }
}

/// Rows that hang on cells: for each field of each file the rows' numbers.
struct HangingRows: Sendable {
  /// The numbers by the places of the fields, for each file by its place.
  private(set) var files: [[[Int32]]] = []

  /// Takes in a row of a file once for each field on which it hangs. O(fields).
  mutating func add(_ row: OpenRows.OpenRow, file: Int) {
    while files.count <= file { files.append([[Int32]](repeating: [], count: OpenRows.fieldLimit)) }
    var fields = row.fields
    while fields != 0 {
      files[file][fields.trailingZeroBitCount].append(row.number)
      fields &= fields - 1
    }
  }
}
