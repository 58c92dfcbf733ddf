import Glibc

/// Finds the cells of records of comma-separated values, following RFC 4180 and, beyond it, what spreadsheets do.
///
/// Lines end with CRLF, LF or CR. A cell is quoted if a quote is its first character; quotes elsewhere stand for
/// themselves, and so does text between a closing quote and the next separator. Quoted cells are unescaped in place,
/// so that a cell is always a range of the bytes.
struct CSVScanner {
  /// The byte between cells; an ASCII character that is neither a quote nor a line break.
  let separator: UInt8
  /// For each column the slot of its cells, or -1.
  let slots: [Int]
  /// The slots whose cells are a text even if they hold blanks alone.
  let untrimmedSlots: [Int]
  /// Cells of the record at hand that hold quotes to take out.
  private var escaped: [(column: Int, range: CellRange)] = []

  /// Why scanning stopped.
  enum Stop: Equatable {
    /// The bytes end within a record, or at the end of one.
    case needsMore
    /// The block has as many records as asked for.
    case full
    /// The file ends within quotes; the place of the cell in its row, from 1.
    case unterminatedQuote(place: Int)
  }

  init(separator: UInt8, slots: [Int], untrimmedSlots: [Int] = []) {
    self.separator = separator
    self.slots = slots
    self.untrimmedSlots = untrimmedSlots
  }

  /// Appends the records in `bytes[position..<end]` to `block`, at most up to `limit` records, and moves `position`
  /// behind the last. `row` counts every row, blank ones too. O(bytes).
  ///
  /// Unless `isLast`, a record counts only when the byte behind it is there, too, since a line break of two bytes may
  /// have been cut apart.
  mutating func scan(
    _ bytes: inout [UInt8], from position: inout Int, to end: Int, isLast: Bool, row: inout Int32, limit: Int,
    into block: inout RecordBlock
  ) -> Stop {
    precondition(position >= 0 && position <= end && end <= bytes.count, "scanning outside of the bytes")
    return bytes.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return .needsMore }
      while block.count < limit {
        if position == end { return .needsMore }
        switch scanRecord(base, position, end, isLast, row, &block) {
        case .record(let next):
          position = next
          if row < .max { row += 1 }
        case .incomplete:
          block.discardRecord()
          return .needsMore
        case .unterminated(let place):
          block.discardRecord()
          return .unterminatedQuote(place: place)
        }
      }
      return .full
    }
  }

  private enum Scanned {
    case record(next: Int)
    case incomplete
    case unterminated(place: Int)
  }

  /// Where a cell ends and whether quotes must be taken out of it; `end` is that of its text, `next` that of its bytes.
  private struct ScannedCell {
    var start: Int
    var end: Int
    var next: Int
    var isEscaped = false
  }

  private mutating func scanRecord(
    _ base: UnsafeMutablePointer<UInt8>, _ start: Int, _ end: Int, _ isLast: Bool, _ row: Int32,
    _ block: inout RecordBlock
  ) -> Scanned {
    block.beginRecord()
    escaped.removeAll(keepingCapacity: true)
    var cursor = start
    var column = 0
    var isBlank = true
    var surplus: CellRange?
    while true {
      let cell: ScannedCell
      if cursor < end, base[cursor] == UInt8(ascii: "\"") {
        guard let quoted = scanQuoted(base, cursor, end, isLast) else {
          return isLast ? .unterminated(place: column + 1) : .incomplete
        }
        cell = quoted
      } else {
        cell = scanPlain(base, cursor, end)
      }
      cursor = cell.next
      if cursor == end && !isLast { return .incomplete }
      let range = CellRange(start: UInt32(cell.start), end: UInt32(cell.end))
      if cell.isEscaped {
        escaped.append((column, range))
      } else {
        // Once a row is known to hold something, only cells beyond the last heading are looked at.
        let cellIsBlank = (isBlank || column >= slots.count) && Self.isBlank(base, range)
        isBlank = isBlank && cellIsBlank
        store(range, column, cellIsBlank, &surplus, &block)
      }
      if cursor == end { break }
      let delimiter = base[cursor]
      cursor += 1
      if delimiter == separator {
        column += 1
        continue
      }
      if delimiter == 0x0D {
        if cursor == end && !isLast { return .incomplete }
        if cursor < end, base[cursor] == 0x0A { cursor += 1 }
      }
      break
    }
    // Only a record that is there as a whole may be changed in place: one that is cut off is scanned again.
    for (column, range) in escaped {
      let plain = Self.unescape(base, range)
      let cellIsBlank = Self.isBlank(base, plain)
      isBlank = isBlank && cellIsBlank
      store(plain, column, cellIsBlank, &surplus, &block)
    }
    finishRecord(row, isBlank, surplus, &block)
    return .record(next: cursor)
  }

  @inline(__always)
  private func store(
    _ range: CellRange, _ column: Int, _ isBlank: Bool, _ surplus: inout CellRange?, _ block: inout RecordBlock
  ) {
    if column < slots.count {
      let slot = slots[column]
      if slot >= 0 { block.setCell(slot, range) }
    } else if !isBlank {
      // Escaped cells come late: the first one in the row is the one that starts first.
      if let first = surplus, first.start < range.start { return }
      surplus = range
    }
  }

  private func finishRecord(_ row: Int32, _ isBlank: Bool, _ surplus: CellRange?, _ block: inout RecordBlock) {
    if isBlank, !untrimmedSlots.contains(where: { block.hasText(inSlot: $0) }) {
      block.discardRecord()
    } else {
      block.endRecord(rowNumber: row, surplus: surplus)
    }
  }

  @inline(__always)
  private func isDelimiter(_ byte: UInt8) -> Bool {
    byte == separator || byte == 0x0A || byte == 0x0D
  }

  @inline(__always)
  private func scanPlain(_ base: UnsafeMutablePointer<UInt8>, _ start: Int, _ end: Int) -> ScannedCell {
    var cursor = start
    while cursor < end, !isDelimiter(base[cursor]) { cursor += 1 }
    return ScannedCell(start: start, end: cursor, next: cursor)
  }

  /// Scans the cell whose first byte is a quote; nil if the closing quote, or the byte that tells that it is one, is
  /// not there.
  private func scanQuoted(_ base: UnsafeMutablePointer<UInt8>, _ start: Int, _ end: Int, _ isLast: Bool) -> ScannedCell?
  {
    var cell = ScannedCell(start: start + 1, end: 0, next: 0)
    var cursor = start + 1
    while true {
      guard let found = memchr(base + cursor, Int32(UInt8(ascii: "\"")), end - cursor) else { return nil }
      let quote = UnsafeMutableRawPointer(base).distance(to: found)
      if quote + 1 == end && !isLast { return nil }
      if quote + 1 < end, base[quote + 1] == UInt8(ascii: "\"") {
        cell.isEscaped = true
        cursor = quote + 2
        continue
      }
      cell.end = quote
      cell.next = quote + 1
      break
    }
    if cell.next < end, !isDelimiter(base[cell.next]) {
      cell.isEscaped = true
      cell.next = scanPlain(base, cell.next, end).next
      cell.end = cell.next
    }
    return cell
  }

  /// Takes the quotes out of the text behind an opening quote, in place, and returns what is left.
  private static func unescape(_ base: UnsafeMutablePointer<UInt8>, _ range: CellRange) -> CellRange {
    var target = Int(range.start)
    var cursor = Int(range.start)
    var isQuoted = true
    let end = Int(range.end)
    while cursor < end {
      if isQuoted, base[cursor] == UInt8(ascii: "\"") {
        cursor += 1
        guard cursor < end, base[cursor] == UInt8(ascii: "\"") else {
          isQuoted = false
          continue
        }
      }
      base[target] = base[cursor]
      target += 1
      cursor += 1
    }
    return CellRange(start: range.start, end: UInt32(target))
  }

  @inline(__always)
  private static func isBlank(_ base: UnsafeMutablePointer<UInt8>, _ range: CellRange) -> Bool {
    if range.isEmpty { return true }
    let first = base[Int(range.start)]
    // Blanks begin with a control character, a space, or the first byte of a longer character.
    if (first > 0x20 && first < 0xC2) || first > 0xE3 { return false }
    let bytes = UnsafeBufferPointer(start: base, count: Int(range.end))
    return CellText.isBlank(range, in: bytes.span)
  }
}

extension RecordBlock {
  /// Whether the record that was begun has a character in `slot`.
  fileprivate func hasText(inSlot slot: Int) -> Bool {
    let range = cells[cells.count - slotCount + slot]
    return !range.isMissing && !range.isEmpty
  }
}
