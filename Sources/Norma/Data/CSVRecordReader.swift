import Glibc

/// Reads records of comma-separated values one by one, following RFC 4180 and, beyond it, what spreadsheets do.
///
/// Lines end with CRLF, LF or CR. A cell is quoted if a quote is its first character; quotes elsewhere stand for
/// themselves, and so does text between a closing quote and the next separator. Quoted cells are unescaped in place,
/// so that a cell is always a range of the bytes. This is the definition; ``CSVScanner`` does the same at once for blocks in
/// which quotes stand only where RFC 4180 has them.
struct CSVRecordReader {
  /// The byte between cells; an ASCII character that is neither a quote nor a line break.
  let separator: UInt8
  /// Where the next record begins.
  private(set) var position: Int
  /// Where the bytes end.
  let end: Int
  /// Whether the file ends there as well. Else a record counts only when the byte behind it is there, too, since a line
  /// break of two bytes may have been cut apart.
  let isLast: Bool
  /// The cells of the record that was read last.
  private(set) var cells: [CellRange] = []

  /// What became of reading a record.
  enum Outcome: Equatable {
    case record
    /// The bytes end within the record, or at the end of the one before.
    case needsMore
    /// The file ends within quotes; the place of the cell in its row, from 1.
    case unterminatedQuote(place: Int)
  }

  init(separator: UInt8, from position: Int, to end: Int, isLast: Bool) {
    self.separator = separator
    self.position = position
    self.end = end
    self.isLast = isLast
  }

  /// Reads the next record of `bytes` into `cells`. O(bytes of the record).
  mutating func next(in bytes: inout [UInt8]) -> Outcome {
    precondition(position >= 0 && position <= end && end <= bytes.count, "reading outside of the bytes")
    return bytes.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, position < end else { return .needsMore }
      return next(base)
    }
  }

  private mutating func next(_ base: UnsafeMutablePointer<UInt8>) -> Outcome {
    cells.removeAll(keepingCapacity: true)
    var escaped: [Int] = []
    var cursor = position
    while true {
      let cell: ScannedCell
      if cursor < end, base[cursor] == UInt8(ascii: "\"") {
        guard let quoted = quoted(base, cursor) else {
          return isLast ? .unterminatedQuote(place: cells.count + 1) : .needsMore
        }
        cell = quoted
      } else {
        cell = plain(base, cursor)
      }
      cursor = cell.next
      if cursor == end && !isLast { return .needsMore }
      if cell.isEscaped { escaped.append(cells.count) }
      cells.append(CellRange(start: UInt32(cell.start), end: UInt32(cell.end)))
      if cursor == end { break }
      let delimiter = base[cursor]
      cursor += 1
      if delimiter == separator { continue }
      if delimiter == 0x0D {
        if cursor == end && !isLast { return .needsMore }
        if cursor < end, base[cursor] == 0x0A { cursor += 1 }
      }
      break
    }
    // Only a record that is there as a whole may be changed in place: one that is cut off is read again.
    for place in escaped { cells[place] = Self.unescape(base, cells[place]) }
    position = cursor
    return .record
  }

  /// Where a cell ends and whether quotes must be taken out of it; `end` is that of its text, `next` that of its bytes.
  private struct ScannedCell {
    var start: Int
    var end: Int
    var next: Int
    var isEscaped = false
  }

  @inline(__always)
  private func isDelimiter(_ byte: UInt8) -> Bool {
    byte == separator || byte == 0x0A || byte == 0x0D
  }

  private func plain(_ base: UnsafeMutablePointer<UInt8>, _ start: Int) -> ScannedCell {
    var cursor = start
    while cursor < end, !isDelimiter(base[cursor]) { cursor += 1 }
    return ScannedCell(start: start, end: cursor, next: cursor)
  }

  /// Finds the end of the cell whose first byte is a quote; nil if the closing quote, or the byte that tells that it is
  /// one, is not there.
  private func quoted(_ base: UnsafeMutablePointer<UInt8>, _ start: Int) -> ScannedCell? {
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
      cell.next = plain(base, cell.next).next
      cell.end = cell.next
    }
    return cell
  }

  /// Takes the quotes out of the text behind an opening quote, in place, and returns what is left.
  static func unescape(_ base: UnsafeMutablePointer<UInt8>, _ range: CellRange) -> CellRange {
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
}
