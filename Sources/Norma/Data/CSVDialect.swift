/// Which byte separates the cells of a file, and where its header begins.
struct CSVDialect: Equatable {
  let separator: UInt8
  /// Where the header's record begins.
  let headerStart: Int
  /// The header's row number.
  let headerRow: Int32

  /// What looking at the start of a file tells.
  enum Detection: Equatable {
    case found(CSVDialect)
    /// The bytes end before the header does.
    case needsMore
    case noHeader
  }

  private static let candidates: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";")]

  /// Looks for the header in the first bytes of a file; `isLast` tells that there are no more.
  ///
  /// The header is row `headerRow`, or else the first row that is not blank. A first line `sep=` names the separator,
  /// and is no row; else it is the one of comma, tab and semicolon that the header has most of, outside quotes.
  static func detect(in bytes: borrowing Span<UInt8>, isLast: Bool, headerRow: Int?) -> Detection {
    var position = 0
    var separators = candidates
    switch separatorLine(bytes, isLast: isLast) {
    case .none: break
    case .needsMore: return .needsMore
    case .line(let separator, let next):
      separators = [separator]
      position = next
    }
    var row: Int32 = 1
    while position < bytes.count {
      guard let record = Record(bytes, from: position, separators: separators, isLast: isLast) else {
        return .needsMore
      }
      let isHeader = headerRow.map { Int(row) == $0 } ?? !record.isBlank
      if isHeader {
        guard !record.isBlank else { return .noHeader }
        let most = record.counts.max() ?? 0
        let place = record.counts.firstIndex(of: most) ?? 0
        return .found(CSVDialect(separator: separators[place], headerStart: position, headerRow: row))
      }
      position = record.next
      row += 1
    }
    return isLast ? .noHeader : .needsMore
  }

  private enum SeparatorLine {
    case none, needsMore
    case line(separator: UInt8, next: Int)
  }

  private static func separatorLine(_ bytes: borrowing Span<UInt8>, isLast: Bool) -> SeparatorLine {
    var index = 0
    let isQuoted = bytes.count > 0 && bytes[0] == UInt8(ascii: "\"")
    if isQuoted { index = 1 }
    for letter in "sep=".utf8 {
      guard index < bytes.count else { return isLast ? .none : .needsMore }
      guard bytes[index] | (letter == UInt8(ascii: "=") ? 0 : 0x20) == letter else { return .none }
      index += 1
    }
    guard index + (isQuoted ? 3 : 2) < bytes.count || isLast else { return .needsMore }
    guard index < bytes.count else { return .none }
    let separator = bytes[index]
    index += 1
    if isQuoted {
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return .none }
      index += 1
    }
    guard separator == UInt8(ascii: "\t") || (0x20..<0x7F).contains(separator), separator != UInt8(ascii: "\"") else {
      return .none
    }
    guard index < bytes.count else { return .line(separator: separator, next: index) }
    if bytes[index] == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A {
      return .line(separator: separator, next: index + 2)
    }
    return bytes[index] == 0x0A || bytes[index] == 0x0D ? .line(separator: separator, next: index + 1) : .none
  }

  /// One record, looked at without knowing its separator: any of several may separate its cells.
  private struct Record {
    /// How often each separator occurs outside quotes.
    var counts: [Int]
    var isBlank = true
    /// Where the next record begins.
    var next: Int

    /// Reads the record at `start`; nil if its end is not there.
    init?(_ bytes: borrowing Span<UInt8>, from start: Int, separators: [UInt8], isLast: Bool) {
      counts = Array(repeating: 0, count: separators.count)
      next = start
      var isQuoted = false
      var isAtCellStart = true
      while next < bytes.count {
        let byte = bytes[next]
        if isQuoted {
          if byte == UInt8(ascii: "\"") {
            isQuoted = false
          } else if CellText.blankLength(bytes, at: next) == 0 {
            isBlank = false
          }
        } else if byte == UInt8(ascii: "\""), isAtCellStart || bytes[next - 1] == UInt8(ascii: "\"") {
          // A quote right behind a closing one stands for itself and leaves the cell quoted.
          isQuoted = true
          if !isAtCellStart { isBlank = false }
        } else if byte == 0x0A || byte == 0x0D {
          next += 1
          if byte == 0x0D {
            if next == bytes.count, !isLast { return nil }
            if next < bytes.count, bytes[next] == 0x0A { next += 1 }
          }
          return
        } else if let place = separators.firstIndex(of: byte) {
          counts[place] += 1
          isAtCellStart = true
          next += 1
          continue
        } else {
          let length = CellText.blankLength(bytes, at: next)
          if length == 0 { isBlank = false }
          isAtCellStart = false
          next += max(length, 1)
          continue
        }
        isAtCellStart = false
        next += 1
      }
      if !isLast { return nil }
    }
  }
}
