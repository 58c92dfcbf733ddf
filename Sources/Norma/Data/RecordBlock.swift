/// Some records of a file: the cells of the columns that are wanted, as ranges of one block of UTF-8.
///
/// Every format delivers its rows in this form; the fields are decoded from it column by column. Its memory is reused
/// from block to block.
struct RecordBlock {
  /// The text that the ranges point into.
  var bytes: [UInt8] = []
  /// The cells, record by record, `slotCount` each; a cell that its row does not have is `.missing`.
  private(set) var cells: [CellRange] = []
  /// For each record its number in the file.
  private(set) var rowNumbers: [Int32] = []
  /// The first cell with text beyond the last heading, for each record that has one.
  private(set) var surplus: [Surplus] = []
  /// Whether any cell is missing.
  private(set) var hasMissing = false
  /// How many columns are kept.
  let slotCount: Int

  /// A cell beyond the last heading.
  struct Surplus {
    let record: Int
    let range: CellRange
  }

  init(slotCount: Int) {
    self.slotCount = slotCount
  }

  var count: Int { rowNumbers.count }

  /// Removes all records, and keeps the bytes.
  mutating func removeRecords() {
    cells.removeAll(keepingCapacity: true)
    rowNumbers.removeAll(keepingCapacity: true)
    surplus.removeAll(keepingCapacity: true)
    hasMissing = false
  }

  /// Begins a record whose cells are all missing until they are set.
  mutating func beginRecord() {
    for _ in 0..<slotCount { cells.append(.missing) }
  }

  /// Sets a cell of the record that was begun.
  mutating func setCell(_ slot: Int, _ range: CellRange) {
    cells[cells.count - slotCount + slot] = range
  }

  /// Takes back the record that was begun.
  mutating func discardRecord() {
    cells.removeLast(slotCount)
  }

  /// Ends the record that was begun.
  mutating func endRecord(rowNumber: Int32, surplus range: CellRange?) {
    for slot in 0..<slotCount where cells[cells.count - slotCount + slot].isMissing { hasMissing = true }
    if let range { surplus.append(Surplus(record: count, range: range)) }
    rowNumbers.append(rowNumber)
  }

  /// Returns the cell of a record.
  func cell(_ record: Int, _ slot: Int) -> CellRange { cells[record * slotCount + slot] }
}
