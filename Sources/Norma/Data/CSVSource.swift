/// The records of a file of comma-separated values.
struct CSVSource: RecordSource {
  private(set) var headings: [String] = []
  private let file: TextFile
  private var separator: UInt8 = 0
  private var scanner: CSVScanner
  /// Text that was read and not scanned yet is `bytes[position..<filled]`.
  private var bytes: [UInt8]
  private var position = 0
  private var filled = 0
  private var isAtEnd = false
  private var row: Int32 = 1
  private let rowLimit: Int

  /// How many bytes are read at a time.
  static let blockSize = 1 << 20
  /// The greatest number of bytes that a row may take; a quote that is not closed would else take the memory.
  static let rowLimit = 1 << 26

  /// Reads the file up to its header.
  init(
    file: TextFile, headerRow: Int?, blockSize: Int = blockSize, rowLimit: Int = rowLimit
  ) throws(SourceProblem) {
    self.file = file
    self.rowLimit = rowLimit
    self.bytes = Array(repeating: 0, count: max(blockSize, 8))
    self.scanner = CSVScanner(separator: 0, slots: [])
    let dialect = try detectDialect(headerRow: headerRow)
    self.separator = dialect.separator
    self.position = dialect.headerStart
    self.row = dialect.headerRow
    self.headings = try readHeadings()
  }

  mutating func select(slots: [Int?], untrimmedSlots: [Int]) {
    scanner = CSVScanner(separator: separator, slots: slots.map { $0 ?? -1 }, untrimmedSlots: untrimmedSlots)
  }

  mutating func read(into block: inout RecordBlock) throws(SourceProblem) -> Bool {
    // The block gives the bytes back first, so that they are changed in place and not copied.
    block.bytes = []
    block.removeRecords()
    // A short rest would make a short batch.
    if !isAtEnd, filled - position < bytes.count / 2 { try refill() }
    try scan(into: &block, limit: Batch.capacity)
    block.bytes = bytes
    return block.count > 0
  }

  /// Appends at least one record, unless there is none left.
  private mutating func scan(into block: inout RecordBlock, limit: Int) throws(SourceProblem) {
    while true {
      let stop = scanner.scan(
        &bytes, from: &position, to: filled, isLast: isAtEnd, row: &row, limit: limit, into: &block)
      if case .unterminatedQuote(let place) = stop { throw .unterminatedQuote(row: Int(row), place: place) }
      if block.count > 0 || isAtEnd { return }
      try refill()
    }
  }

  private mutating func detectDialect(headerRow: Int?) throws(SourceProblem) -> CSVDialect {
    while true {
      switch CSVDialect.detect(in: bytes.span.extracting(..<filled), isLast: isAtEnd, headerRow: headerRow) {
      case .found(let dialect): return dialect
      case .noHeader: throw .noHeader
      case .needsMore: try refill()
      }
    }
  }

  private mutating func readHeadings() throws(SourceProblem) -> [String] {
    while true {
      // No record has more cells than bytes, and one.
      let columnCount = filled - position + 1
      scanner = CSVScanner(separator: separator, slots: Array(0..<min(columnCount, 1 << 14)))
      var block = RecordBlock(slotCount: scanner.slots.count)
      let scannedRow = row
      let stop = scanner.scan(&bytes, from: &position, to: filled, isLast: isAtEnd, row: &row, limit: 1, into: &block)
      if case .unterminatedQuote(let place) = stop { throw .unterminatedQuote(row: Int(row), place: place) }
      if block.count == 1 {
        return block.headings(in: bytes.span)
      }
      guard row == scannedRow, !isAtEnd else { throw .noHeader }
      try refill()
    }
  }

  /// Moves what was not scanned to the front, makes room if there is none, and reads on.
  private mutating func refill() throws(SourceProblem) {
    if position > 0 {
      bytes.withUnsafeMutableBytes { bytes in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[position..<filled])
        UnsafeMutableRawBufferPointer(rebasing: bytes[..<rest.count]).copyMemory(from: rest)
      }
      filled -= position
      position = 0
    }
    if bytes.count - filled < 4 {
      guard bytes.count < rowLimit else { throw .rowTooLong(row: Int(row), limit: rowLimit) }
      bytes += Array(repeating: 0, count: bytes.count)
    }
    let count = try file.read(into: &bytes, from: filled)
    filled += count
    if count == 0 { isAtEnd = true }
  }
}

extension RecordBlock {
  /// The texts of the only record.
  fileprivate func headings(in bytes: borrowing Span<UInt8>) -> [String] {
    var headings: [String] = []
    for range in cells where !range.isMissing { headings.append(CellText.string(range, in: bytes)) }
    return headings
  }
}
