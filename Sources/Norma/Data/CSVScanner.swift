internal import CScan

/// Finds the records in blocks of comma-separated values.
///
/// The separators outside quotes are found many bytes at a time; what is left to do per cell is to note where it stands.
/// Blocks with quotes where RFC 4180 has none are left to ``CSVRecordReader``.
struct CSVScanner: BlockScanner {
  /// The byte between cells; an ASCII character that is neither a quote nor a line break.
  let separator: UInt8
  /// For each column the slot of its cells, or -1.
  let slots: [Int]
  /// The slots whose cells are a text even if they hold blanks alone.
  let untrimmedSlots: [Int]
  /// Whether the bytes of blocks that are not scanned yet are those of the file, and nobody has checked that they are UTF-8.
  let checksUTF8: Bool

  init(separator: UInt8, slots: [Int], untrimmedSlots: [Int] = [], checksUTF8: Bool = false) {
    self.separator = separator
    self.slots = slots
    self.untrimmedSlots = untrimmedSlots
    self.checksUTF8 = checksUTF8
  }

  func scan(_ block: inout RecordBlock) throws(SourceProblem) {
    if block.isScanned { return }
    if checksUTF8 {
      let count = block.byteCount
      let valid = block.bytes.withUnsafeBufferPointer { norma_find_invalid_utf8($0.baseAddress, count) }
      if valid < count {
        let start = if case .bytes(let offset)? = block.origin { offset } else { 0 }
        throw .notInEncoding(.utf8, offset: start + valid)
      }
    }
    let found = findCells(&block)
    if found.isIrregular {
      readRecords(&block, to: block.byteCount, isLast: block.isLast)
    } else {
      fill(&block, found)
    }
  }

  // MARK: Separators

  /// What a scan has found in a block.
  struct Found {
    var cellCount: Int
    var recordCount: Int
    let hasQuotes: Bool
    let hasDoubledQuotes: Bool
    let hasReturns: Bool
    let endsQuoted: Bool
    /// Whether a quote stands where RFC 4180 has none.
    let isIrregular: Bool
  }

  /// Finds the separators and line breaks outside quotes in the block's own bytes. O(bytes).
  func findCells(_ block: inout RecordBlock) -> Found {
    // Cells take four bytes or more in most files, and records sixteen. Room for nothing but separators would be memory that
    // the system has to find and the processor's cache to pass by.
    block.makeRoom(cells: block.byteCount / 4, records: block.byteCount / 16)
    var found = scanBytes(&block)
    while found.lacks_room {
      block.makeRoom(cells: block.cellEnds.count * 2, records: block.recordEnds.count * 2)
      found = scanBytes(&block)
    }
    return Found(
      cellCount: found.cell_count, recordCount: found.record_count, hasQuotes: found.has_quotes,
      hasDoubledQuotes: found.has_doubled_quotes, hasReturns: found.has_returns, endsQuoted: found.ends_quoted,
      isIrregular: found.has_stray_quotes)
  }

  private func scanBytes(_ block: inout RecordBlock) -> norma_scan {
    let count = block.byteCount
    return block.bytes.withUnsafeBufferPointer { bytes in
      block.cellEnds.withUnsafeMutableBufferPointer { ends in
        block.recordEnds.withUnsafeMutableBufferPointer { records in
          norma_find_cells(
            bytes.baseAddress, count, separator, ends.baseAddress, ends.count, records.baseAddress, records.count)
        }
      }
    }
  }

  /// Returns where the last of the records that were found ends, 0 where there is none. A return at the very end of the
  /// bytes may be the half of a line break, unless the file ends there.
  func endOfRecords(_ block: inout RecordBlock, _ found: inout Found, isLast: Bool) -> Int {
    while found.recordCount > 0 {
      let end = Int(block.cellEnds[Int(block.recordEnds[found.recordCount - 1]) - 1])
      if block.bytes[end] == 0x0A || end + 1 < block.byteCount || isLast {
        found.cellCount = Int(block.recordEnds[found.recordCount - 1])
        let isCRLF = block.bytes[end] == 0x0D && end + 1 < block.byteCount && block.bytes[end + 1] == 0x0A
        return end + (isCRLF ? 2 : 1)
      }
      found.recordCount -= 1
    }
    found.cellCount = 0
    return 0
  }

  // MARK: Cells

  /// Notes where the cells of the records that were found stand. O(cells).
  func fill(_ block: inout RecordBlock, _ found: Found) {
    var found = found
    if block.isLast { endLastRecord(&block, &found) }
    let ends = block.cellEnds
    let records = block.recordEnds
    // The bytes are given up and taken back, so that they are changed in place and not copied.
    var bytes = block.bytes
    block.bytes = []
    block.fill(limit: found.recordCount, rowCount: found.recordCount) { filling in
      bytes.withUnsafeMutableBufferPointer { bytes in
        ends.withUnsafeBufferPointer { ends in
          records.withUnsafeBufferPointer { records in
            CellFiller(scanner: self, bytes: bytes, ends: ends, records: records, found: found).fill(&filling)
          }
        }
      }
    }
    block.bytes = bytes
  }

  /// Ends the record that the end of the file ends, or notes that it can't be.
  private func endLastRecord(_ block: inout RecordBlock, _ found: inout Found) {
    var whole = found
    let start = endOfRecords(&block, &whole, isLast: true)
    guard start < block.byteCount else { return }
    if found.endsQuoted {
      block.problem = .unterminatedQuote(place: found.cellCount - whole.cellCount + 1)
      found = whole
      return
    }
    block.cellEnds[found.cellCount] = UInt32(block.byteCount)
    found.cellCount += 1
    block.recordEnds[found.recordCount] = UInt32(found.cellCount)
    found.recordCount += 1
  }

  // MARK: Records one by one

  /// Reads the records up to `end` by the definition, and returns where the last one ends.
  @discardableResult
  func readRecords(_ block: inout RecordBlock, to end: Int, isLast: Bool) -> Int {
    var reader = CSVRecordReader(separator: separator, from: 0, to: end, isLast: isLast)
    let slotCount = block.slotCount
    var record = [CellRange](repeating: .missing, count: slotCount)
    var bytes = block.bytes
    block.bytes = []
    defer { block.bytes = bytes }
    while true {
      let start = reader.position
      switch reader.next(in: &bytes) {
      case .needsMore:
        block.finishAppending()
        return reader.position
      case .unterminatedQuote(let place):
        block.problem = .unterminatedQuote(place: place)
        block.finishAppending()
        return reader.position
      case .record:
        for slot in 0..<slotCount { record[slot] = .missing }
        var surplus: CellRange?
        for (column, range) in reader.cells.enumerated() {
          if column >= slots.count {
            if surplus == nil, !CellText.isBlank(range, in: bytes.span) { surplus = range }
          } else if slots[column] >= 0 {
            record[slots[column]] = range
          }
        }
        let isBlank =
          reader.cells.allSatisfy { CellText.isBlank($0, in: bytes.span) }
          && !untrimmedSlots.contains { !record[$0].isMissing && !record[$0].isEmpty }
        block.append(isBlank ? nil : record, surplus: surplus, from: start)
      }
    }
  }
}

/// Turns the ends of cells into the cells of records.
private struct CellFiller {
  let scanner: CSVScanner
  let bytes: UnsafeMutableBufferPointer<UInt8>
  let ends: UnsafeBufferPointer<UInt32>
  let records: UnsafeBufferPointer<UInt32>
  let found: CSVScanner.Found

  func fill(_ filling: inout RecordBlock.Filling) {
    let columnCount = scanner.slots.count
    let stride = found.recordCount
    // Where each column's cells begin; those that nobody wants go where the next ones will be written over them.
    var targets = [UnsafeMutablePointer<CellRange>?](repeating: nil, count: columnCount)
    if let base = filling.cells.baseAddress {
      for (column, slot) in scanner.slots.enumerated() where slot >= 0 { targets[column] = base + slot * stride }
    }
    targets.withUnsafeBufferPointer { targets in
      var start: UInt32 = 0
      let plain = found.hasQuotes ? 0 : fillPlain(&filling, targets, &start)
      var first = plain * columnCount
      for record in plain..<found.recordCount {
        let next = Int(records[record])
        let place = filling.count
        let recordStart = start
        var isBlank = true
        if next - first == columnCount {
          for column in 0..<columnCount {
            let end = ends[first + column]
            var range = CellRange(start: start, end: end)
            start = end &+ 1
            if found.hasQuotes { range = unquoted(range) }
            if isBlank { isBlank = self.isBlank(range) }
            if let target = targets[column] { target[place] = range }
          }
        } else {
          isBlank = fillIrregular(&filling, targets, first, next, &start)
        }
        first = next
        if found.hasReturns, Int(start) < bytes.count, start > 0, bytes[Int(start) - 1] == 0x0D,
          bytes[Int(start)] == 0x0A
        {
          start += 1
        }
        if isBlank, !holdsBlanks(targets, place) { continue }
        if place & (RecordBlock.Anchor.distance - 1) == 0 {
          filling.anchors.append(
            RecordBlock.Anchor(record: Int32(place), row: Int32(clamping: record), offset: recordStart))
        }
        filling.rows[place] = Int32(clamping: record)
        filling.count += 1
      }
    }
  }

  /// Fills the records up to the first that is not as plain as can be, and returns their number.
  private func fillPlain(
    _ filling: inout RecordBlock.Filling, _ targets: UnsafeBufferPointer<UnsafeMutablePointer<CellRange>?>,
    _ start: inout UInt32
  ) -> Int {
    let ranges = UnsafeRawPointer(targets.baseAddress)?.assumingMemoryBound(to: UnsafeMutablePointer<norma_range>?.self)
    let count = norma_fill_cells(
      bytes.baseAddress, bytes.count, ends.baseAddress, records.baseAddress, found.recordCount, targets.count, ranges,
      &start)
    for record in 0..<count { filling.rows[record] = Int32(clamping: record) }
    for record in stride(from: 0, to: count, by: RecordBlock.Anchor.distance) {
      let offset = record == 0 ? 0 : ends[Int(records[record - 1]) - 1] + 1
      let isCRLF = record > 0 && bytes[Int(offset) - 1] == 0x0D && bytes[Int(offset)] == 0x0A
      filling.anchors.append(
        RecordBlock.Anchor(record: Int32(record), row: Int32(record), offset: offset + (isCRLF ? 1 : 0)))
    }
    filling.count = count
    return count
  }

  /// Fills a record with more or fewer cells than there are headings; returns whether it is blank.
  private func fillIrregular(
    _ filling: inout RecordBlock.Filling, _ targets: UnsafeBufferPointer<UnsafeMutablePointer<CellRange>?>,
    _ first: Int, _ next: Int, _ start: inout UInt32
  ) -> Bool {
    var isBlank = true
    var surplus: CellRange?
    for cell in first..<next {
      let range = unquoted(CellRange(start: start, end: ends[cell]))
      start = ends[cell] &+ 1
      let cellIsBlank = self.isBlank(range)
      isBlank = isBlank && cellIsBlank
      if cell - first < targets.count {
        targets[cell - first]?[filling.count] = range
      } else if surplus == nil, !cellIsBlank {
        surplus = range
      }
    }
    for column in min(next - first, targets.count)..<targets.count { targets[column]?[filling.count] = .missing }
    if !isBlank || holdsBlanks(targets, filling.count) {
      if next - first < targets.count { filling.hasMissing = true }
      if let surplus { filling.surplus.append(RecordBlock.Surplus(record: filling.count, range: surplus)) }
    }
    return isBlank
  }

  /// Takes the quotes off a cell that begins with one.
  @inline(__always)
  private func unquoted(_ range: CellRange) -> CellRange {
    guard range.start < range.end, bytes[Int(range.start)] == UInt8(ascii: "\"") else { return range }
    let inner = CellRange(start: range.start + 1, end: range.end - 1)
    guard found.hasDoubledQuotes, let base = bytes.baseAddress else { return inner }
    return CSVRecordReader.unescape(base, inner)
  }

  @inline(__always)
  private func isBlank(_ range: CellRange) -> Bool {
    if range.isEmpty { return true }
    let first = bytes[Int(range.start)]
    // Blanks begin with a control character, a space, or the first byte of a longer character.
    if (first > 0x20 && first < 0xC2) || first > 0xE3 { return false }
    return CellText.isBlank(range, in: UnsafeBufferPointer(bytes).span)
  }

  /// Whether a cell of a blank record is a text all the same.
  private func holdsBlanks(_ targets: UnsafeBufferPointer<UnsafeMutablePointer<CellRange>?>, _ place: Int) -> Bool {
    scanner.untrimmedSlots.contains { slot in
      guard let column = scanner.slots.firstIndex(of: slot), let range = targets[column]?[place] else { return false }
      return !range.isMissing && !range.isEmpty
    }
  }
}
