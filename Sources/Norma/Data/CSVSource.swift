internal import CScan
import Glibc

/// The records of a file of comma-separated values.
struct CSVSource: RecordSource {
  private(set) var headings: [String] = []
  private(set) var leadingRowCount = 0
  private let file: TextFile
  private var separator: UInt8 = 0
  private var csvScanner: CSVScanner
  /// What was read of the file and belongs to the next block.
  private var rest: [UInt8]
  /// The offset of the rest in the file, where its text is the file's bytes.
  private var offset: Int
  /// Where the pieces of other text begin that the rest consists of: in the rest, the first perhaps before it, and in the file.
  private var pieces: [(place: Int, offset: Int)] = []
  private var isAtEnd = false
  private var isDone = false
  private var blockCount = 0
  private let blockSize: Int
  private let rowLimit: Int

  /// How many bytes are read at a time: so many that a block and what is made of it stay in a processor's cache.
  static let blockSize = 1 << 18
  /// The greatest number of bytes that a row may take; a quote that is not closed would else take the memory.
  static let rowLimit = 1 << 26

  /// Reads the file up to its header.
  init(
    file: TextFile, headerRow: Int?, blockSize: Int = blockSize, rowLimit: Int = rowLimit
  ) throws(SourceProblem) {
    self.file = file
    self.rowLimit = rowLimit
    self.blockSize = max(blockSize, 8)
    rest = []
    offset = file.offset
    csvScanner = CSVScanner(separator: 0, slots: [])
    let dialect = try detectDialect(headerRow: headerRow)
    separator = dialect.separator
    try readHeadings(dialect)
  }

  var scanner: any BlockScanner { csvScanner }

  mutating func select(slots: [Int?], untrimmedSlots: [Int]) {
    csvScanner = CSVScanner(
      separator: separator, slots: slots.map { $0 ?? -1 }, untrimmedSlots: untrimmedSlots,
      checksUTF8: file.isVerbatim)
  }

  /// The digest of the file, once it was read to its end.
  var sha256: String? { file.sha256 }

  mutating func read(into block: inout RecordBlock) throws(SourceProblem) -> Bool {
    block.removeRecords()
    if isDone { return false }
    block.number = blockCount
    block.origin = origin
    blockCount += 1
    block.makeRoom(bytes: rest.count + blockSize)
    for place in rest.indices { block.bytes[place] = rest[place] }
    var filled = rest.count
    while true {
      if !isAtEnd {
        notePiece(at: filled)
        let count = try file.read(into: &block.bytes, from: filled)
        filled += count
        if count == 0 { isAtEnd = true }
      }
      let end = try endOfRecords(&block, filled)
      if end > 0 || isAtEnd {
        block.byteCount = end
        block.isLast = isAtEnd && end == filled
        isDone = block.isLast || block.problem != nil
        rest = Array(block.bytes[end..<filled])
        pass(end)
        return end > 0 || block.problem != nil
      }
      if block.bytes.count - filled < 4 {
        guard block.bytes.count < rowLimit else {
          block.problem = .tooLong(limit: rowLimit)
          block.byteCount = 0
          block.finishAppending()
          isDone = true
          return true
        }
        let size = min(block.bytes.count * 2, max(rowLimit, block.bytes.count + 4))
        block.bytes += [UInt8](repeating: 0, count: size - block.bytes.count)
      }
    }
  }

  // MARK: Offsets

  /// Where the rest begins in the file.
  private var origin: RecordBlock.Origin? {
    if file.isVerbatim { return .bytes(offset: offset) }
    return pieces.last { $0.place <= 0 }.map { .text(offset: $0.offset, skipped: -$0.place) }
  }

  /// Notes that the next text of the file goes behind `place` bytes of what is at hand.
  private mutating func notePiece(at place: Int) {
    if !file.isVerbatim { pieces.append((place, file.textOffset)) }
  }

  /// Goes on behind `count` bytes of what is at hand.
  private mutating func pass(_ count: Int) {
    offset += count
    for index in pieces.indices { pieces[index].place -= count }
    if let first = pieces.lastIndex(where: { $0.place <= 0 }) { pieces.removeFirst(first) }
  }

  // MARK: The ends of blocks

  /// Returns where the last record ends that is there as a whole, 0 if there is none.
  ///
  /// Without quotes it is the last line break. With quotes the block has to be scanned to know which line breaks are
  /// ends of records.
  private func endOfRecords(_ block: inout RecordBlock, _ filled: Int) throws(SourceProblem) -> Int {
    let hasQuotes = block.bytes.withUnsafeBytes { bytes in
      bytes.baseAddress.map { memchr($0, 0x22, filled) != nil } ?? false
    }
    if !hasQuotes {
      if isAtEnd { return filled }
      var end = filled
      while end > 0, block.bytes[end - 1] != 0x0A { end -= 1 }
      if end > 0 { return end }
    }
    block.byteCount = filled
    block.isLast = isAtEnd
    var found = csvScanner.findCells(&block)
    if found.isIrregular {
      // The bytes are looked at before they are changed, the last of them perhaps too soon: the next block has them again.
      let valid = validCount(block.bytes, filled)
      let end = csvScanner.readRecords(&block, to: filled, isLast: isAtEnd)
      if end == 0, block.problem == nil { block.removeRecords() }
      if valid < (isAtEnd ? filled : end) { throw .notInEncoding(.utf8, offset: offset + valid) }
      return end
    }
    let end = isAtEnd ? filled : csvScanner.endOfRecords(&block, &found, isLast: false)
    if end > 0 {
      let valid = validCount(block.bytes, end)
      if valid < end { throw .notInEncoding(.utf8, offset: offset + valid) }
      block.byteCount = end
      block.isLast = isAtEnd
      csvScanner.fill(&block, found)
    }
    return end
  }

  /// Returns how many of the first bytes are sure to be UTF-8.
  private func validCount(_ bytes: [UInt8], _ count: Int) -> Int {
    file.isVerbatim ? bytes.withUnsafeBufferPointer { norma_find_invalid_utf8($0.baseAddress, count) } : count
  }

  // MARK: The header

  private mutating func detectDialect(headerRow: Int?) throws(SourceProblem) -> CSVDialect {
    while true {
      switch CSVDialect.detect(in: rest.span, isLast: isAtEnd, headerRow: headerRow) {
      case .found(let dialect): return dialect
      case .noHeader: throw try checked(.noHeader)
      case .needsMore: try readOn()
      }
    }
  }

  private mutating func readHeadings(_ dialect: CSVDialect) throws(SourceProblem) {
    while true {
      var reader = CSVRecordReader(
        separator: separator, from: dialect.headerStart, to: rest.count, isLast: isAtEnd)
      switch reader.next(in: &rest) {
      case .record:
        headings = reader.cells.map { CellText.string($0, in: rest.span) }
        try checkUTF8(upTo: reader.position)
        leadingRowCount = Int(dialect.headerRow)
        rest.removeFirst(reader.position)
        pass(reader.position)
        return
      case .unterminatedQuote(let place):
        throw try checked(.unterminatedQuote(row: Int(dialect.headerRow), place: place))
      case .needsMore:
        guard !isAtEnd else { throw try checked(.noHeader) }
        try readOn()
      }
    }
  }

  /// Returns a problem of the header, unless what was read of the file is no text at all.
  private func checked(_ problem: SourceProblem) throws(SourceProblem) -> SourceProblem {
    try checkUTF8(upTo: rest.count)
    return problem
  }

  private func checkUTF8(upTo end: Int) throws(SourceProblem) {
    let valid = validCount(rest, end)
    if valid < end { throw .notInEncoding(.utf8, offset: offset + valid) }
  }

  /// Adds the next bytes to the rest.
  private mutating func readOn() throws(SourceProblem) {
    guard rest.count < rowLimit else { throw .rowTooLong(row: 1, limit: rowLimit) }
    let filled = rest.count
    notePiece(at: filled)
    rest += [UInt8](repeating: 0, count: max(blockSize, filled))
    let count = try file.read(into: &rest, from: filled)
    rest.removeLast(rest.count - filled - count)
    if count == 0 { isAtEnd = true }
  }
}
