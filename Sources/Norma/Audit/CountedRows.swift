/// The open rows of a rule whose cells are counted by columns, without a look at the rows themselves.
struct CountedRows: Sendable {
  /// The rows that are open, or leave groups open.
  let open: OpenRows
  /// The rows of groups with the groups whose rows count, each of them once for each; nil where every open row counts once.
  let entries: (all: [EvidenceRows.Entry], groups: Bitmap)?

  /// What was counted.
  struct Tally: Sendable {
    /// The rows by the cells on which they hang.
    var hanging = HangingRows()
    /// How many cells each group hangs on; none where rows count by themselves.
    var cells: [Int32] = []
  }

  /// Counts the rows. O(rows × fields).
  var tally: Tally {
    var tally = Tally()
    guard let entries else {
      for run in open.rows.runs {
        for row in run.elements { tally.hanging.add(row, file: run.file) }
      }
      return tally
    }
    tally.cells = Array(repeating: 0, count: entries.groups.count)
    for entry in entries.all where entries.groups[Int(entry.group)] {
      guard let (row, file) = open.row(entry.row) else { continue }
      tally.hanging.add(row, file: file)
      tally.cells[Int(entry.group)] += Int32(row.fields.nonzeroBitCount)
    }
    return tally
  }
}
