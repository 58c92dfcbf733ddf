internal import CScan

/// Some records of a file: the cells of the columns that are wanted, as ranges of one block of UTF-8.
///
/// Every format delivers its rows in this form; the fields are decoded from it column by column. Its memory is reused
/// from block to block.
struct RecordBlock: Sendable {
  /// The text that the ranges point into.
  var bytes: [UInt8] = []
  /// How many of the bytes are the block's own; what follows belongs to the next.
  var byteCount = 0
  /// Where the text stands in its file; nil where it is in none, or comes from several places.
  var origin: Origin?
  /// The place of the block among those of its file, from 0.
  var number = 0
  /// Whether no block follows.
  var isLast = false
  /// What is wrong with the row behind the block's records, which ends the reading.
  var problem: ProblemInRow?
  /// Whether the records were found; else only the bytes are there.
  var isScanned = false
  /// The cells, column by column, `stride` each, of which those of `count` records are there; a cell that its row does not
  /// have is `.missing`.
  private(set) var cells: [CellRange] = []
  private(set) var stride = 0
  /// For each record its number in the file, the first row of the block being `firstRow`.
  private(set) var rowNumbers: [Int32] = []
  /// How many rows of the file there are, those included that are no records.
  private(set) var rowCount = 0
  /// The first cell with text beyond the last heading, for each record that has one.
  private(set) var surplus: [Surplus] = []
  /// Whether any cell is missing.
  private(set) var hasMissing = false
  /// How many columns are kept.
  let slotCount: Int
  /// The ends of all cells and of records, as a scan finds them; kept for the next scan.
  var cellEnds: [UInt32] = []
  var recordEnds: [UInt32] = []
  /// The cells of records that were added one by one, record by record.
  private var added: [CellRange] = []

  /// Where the text of a block comes from.
  enum Origin: Hashable, Sendable {
    /// It is the bytes of the file from an offset on.
    case bytes(offset: Int)
    /// It is what the bytes from an offset on spell, behind the first `skipped` bytes of that.
    case text(offset: Int, skipped: Int)
  }

  /// A cell beyond the last heading.
  struct Surplus: Sendable {
    let record: Int
    let range: CellRange
  }

  /// Where some of the records begin.
  private(set) var anchors: [Anchor] = []

  /// Where a record begins, so that it can be read again without those before it.
  struct Anchor: Sendable {
    /// The record's place in the block.
    let record: Int32
    /// How many rows of the block come before it.
    let row: Int32
    /// The offset of its first byte in the block.
    let offset: UInt32

    /// An anchor stands at every so many records.
    static let distance = 64
  }

  /// A problem that a row has, whose number is known once those before it are counted.
  enum ProblemInRow: Hashable, Sendable {
    case unterminatedQuote(place: Int)
    case tooLong(limit: Int)

    /// The problem of the row with this number.
    func problem(row: Int) -> SourceProblem {
      switch self {
      case .unterminatedQuote(let place): .unterminatedQuote(row: row, place: place)
      case .tooLong(let limit): .rowTooLong(row: row, limit: limit)
      }
    }
  }

  init(slotCount: Int) {
    self.slotCount = slotCount
  }

  var count: Int { rowNumbers.count }

  /// Makes room for the ends of that many cells and records, and as many as a scan writes at a time. What is there is lost, and
  /// what is new is not cleared.
  mutating func makeRoom(cells: Int, records: Int) {
    let margin = Int(NORMA_SCAN_MARGIN)
    if cellEnds.count < cells + margin {
      cellEnds = [UInt32](unsafeUninitializedCapacity: cells + cells / 8 + margin) { $1 = $0.count }
    }
    if recordEnds.count < records + margin {
      recordEnds = [UInt32](unsafeUninitializedCapacity: records + records / 8 + margin) { $1 = $0.count }
    }
  }

  /// Makes room for `count` bytes; what is there is lost.
  mutating func makeRoom(bytes count: Int) {
    // Blocks differ a little in length.
    if bytes.count < count { bytes = [UInt8](repeating: 0, count: count + count / 8) }
  }

  /// Removes all records, and keeps the bytes.
  mutating func removeRecords() {
    rowNumbers.removeAll(keepingCapacity: true)
    surplus.removeAll(keepingCapacity: true)
    anchors.removeAll(keepingCapacity: true)
    added.removeAll(keepingCapacity: true)
    hasMissing = false
    rowCount = 0
    stride = 0
    problem = nil
    isScanned = false
  }

  /// Counts the rows from `firstRow` on.
  mutating func place(firstRow: Int) {
    let offset = Int32(clamping: firstRow)
    for record in rowNumbers.indices { rowNumbers[record] = rowNumbers[record].addingWithLimit(offset) }
  }

  /// Keeps some of the records, in ascending order, under the numbers that they have in the file, and removes the others.
  /// O(records kept × columns).
  mutating func keep(_ records: [Int], numbered numbers: [Int32]) {
    for slot in 0..<slotCount {
      for (place, record) in records.enumerated() { cells[slot * stride + place] = cells[slot * stride + record] }
    }
    surplus = surplus.compactMap { surplus in
      records.firstIndex(of: surplus.record).map { Surplus(record: $0, range: surplus.range) }
    }
    rowNumbers = numbers
  }

  /// Returns the cell of a record.
  func cell(_ record: Int, _ slot: Int) -> CellRange { cells[slot * stride + record] }

  /// Passes the cells of a column.
  func withCells<Result>(ofSlot slot: Int, _ body: (UnsafeBufferPointer<CellRange>) -> Result) -> Result {
    cells.withUnsafeBufferPointer { cells in
      body(UnsafeBufferPointer(rebasing: cells[(slot * stride)..<(slot * stride + count)]))
    }
  }

  // MARK: Records one by one

  /// Adds a row that begins at `offset`; nil for one that is no record.
  mutating func append(_ record: [CellRange]?, surplus range: CellRange? = nil, from offset: Int = 0) {
    if let record {
      if count % Anchor.distance == 0 {
        anchors.append(Anchor(record: Int32(count), row: Int32(clamping: rowCount), offset: UInt32(offset)))
      }
      precondition(record.count == slotCount, "a record of \(record.count) cells for \(slotCount) columns")
      added += record
      for cell in record where cell.isMissing { hasMissing = true }
      if let range { surplus.append(Surplus(record: count, range: range)) }
      rowNumbers.append(Int32(clamping: rowCount))
    }
    rowCount += 1
  }

  /// Puts the cells of the rows that were added in the order of columns.
  mutating func finishAppending() {
    stride = count
    cells = (0..<slotCount).flatMap { slot in (0..<count).map { added[$0 * slotCount + slot] } }
    added.removeAll(keepingCapacity: true)
    isScanned = true
  }

  // MARK: Records at once

  /// Fills the block with up to `limit` records by a function that puts cells column by column, `limit` each.
  mutating func fill(limit: Int, rowCount: Int, _ body: (inout Filling) -> Void) {
    stride = limit
    self.rowCount = rowCount
    isScanned = true
    if cells.count < limit * slotCount { cells = [CellRange](repeating: .missing, count: limit * slotCount) }
    var filling = Filling()
    rowNumbers = [Int32](unsafeUninitializedCapacity: limit) { rows, count in
      cells.withUnsafeMutableBufferPointer { cells in
        filling.rows = rows
        filling.cells = cells
        body(&filling)
      }
      count = filling.count
    }
    surplus = filling.surplus
    hasMissing = filling.hasMissing
    anchors = filling.anchors
  }

  /// The memory of a block while it is filled.
  struct Filling {
    fileprivate(set) var cells = UnsafeMutableBufferPointer<CellRange>(start: nil, count: 0)
    fileprivate(set) var rows = UnsafeMutableBufferPointer<Int32>(start: nil, count: 0)
    /// How many records there are so far.
    var count = 0
    var surplus: [Surplus] = []
    var hasMissing = false
    var anchors: [Anchor] = []
  }
}

extension Int32 {
  /// The sum, or the greatest number where it is greater.
  @inline(__always)
  fileprivate func addingWithLimit(_ other: Int32) -> Int32 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
