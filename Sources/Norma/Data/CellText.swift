/// How the text of a cell is trimmed and folded before it is read.
enum CellText {
  /// Returns how many bytes the blank at `index` takes, 0 if there is none.
  ///
  /// Blanks are the characters of Unicode's property White_Space, the full-width blank U+3000 among them.
  static func blankLength(_ bytes: borrowing Span<UInt8>, at index: Int) -> Int {
    let first = bytes[index]
    if first == 0x20 || (first >= 0x09 && first <= 0x0D) { return 1 }
    guard first >= 0xC2, index + 1 < bytes.count else { return 0 }
    let second = bytes[index + 1]
    if first == 0xC2 { return second == 0x85 || second == 0xA0 ? 2 : 0 }
    guard index + 2 < bytes.count else { return 0 }
    let third = bytes[index + 2]
    switch (first, second) {
    case (0xE1, 0x9A): return third == 0x80 ? 3 : 0
    case (0xE2, 0x80):
      return (third >= 0x80 && third <= 0x8A) || third == 0xA8 || third == 0xA9 || third == 0xAF ? 3 : 0
    case (0xE2, 0x81): return third == 0x9F ? 3 : 0
    case (0xE3, 0x80): return third == 0x80 ? 3 : 0
    default: return 0
    }
  }

  /// Returns the part of `range` without blanks at its ends; it is empty where the range holds blanks alone.
  static func trimmed(_ range: CellRange, in bytes: borrowing Span<UInt8>) -> CellRange {
    var start = Int(range.start)
    var end = Int(range.end)
    while start < end {
      let length = blankLength(bytes, at: start)
      // A blank that would reach past the cell belongs to no text.
      if length == 0 || start + length > end { break }
      start += length
    }
    while end > start {
      let length = trailingBlankLength(bytes, before: end, notBefore: start)
      if length == 0 { break }
      end -= length
    }
    return CellRange(start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end))
  }

  /// Whether two cells hold the same bytes, a few at most. O(1).
  @inline(__always)
  static func areSame(_ one: CellRange, _ other: CellRange, in bytes: borrowing Span<UInt8>) -> Bool {
    guard one.count == other.count, one.count <= 16 else { return false }
    for offset in 0..<one.count where bytes[Int(one.start) + offset] != bytes[Int(other.start) + offset] {
      return false
    }
    return true
  }

  /// Whether a cell is there, holds a character, and certainly neither begins nor ends with a blank. O(1).
  @inline(__always)
  static func isPlain(_ range: CellRange, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard range.start < range.end else { return false }
    let first = bytes[Int(range.start)]
    // Blanks are control characters, the space, and some of the characters that begin with C2, E1, E2 and E3.
    guard (first > 0x20 && first < 0xC2) || first > 0xE3 else { return false }
    let last = bytes[Int(range.end) - 1]
    if last < 0x80 { return last > 0x20 }
    return range.count >= 3 && bytes[Int(range.end) - 3] > 0xE3
  }

  private static func trailingBlankLength(_ bytes: borrowing Span<UInt8>, before end: Int, notBefore start: Int) -> Int
  {
    let last = bytes[end - 1]
    if last < 0x80 { return blankLength(bytes, at: end - 1) }
    for length in 2...3 where end - length >= start && blankLength(bytes, at: end - length) == length { return length }
    return 0
  }

  /// Whether the cell holds blanks alone, or nothing.
  static func isBlank(_ range: CellRange, in bytes: borrowing Span<UInt8>) -> Bool {
    var index = Int(range.start)
    while index < Int(range.end) {
      let length = blankLength(bytes, at: index)
      if length == 0 { return false }
      index += length
    }
    return true
  }

  /// Replaces `target` by the cell in half-width characters: U+FF01...U+FF5E become ASCII, blanks U+3000 a space.
  static func fold(_ range: CellRange, in bytes: borrowing Span<UInt8>, into target: inout [UInt8]) {
    target.removeAll(keepingCapacity: true)
    var index = Int(range.start)
    let end = Int(range.end)
    while index < end {
      let byte = bytes[index]
      if byte >= 0xE3, index + 2 < end {
        let second = bytes[index + 1]
        let third = bytes[index + 2]
        var folded: UInt8 = 0
        if byte == 0xEF, second == 0xBC, third >= 0x81 {
          folded = third &- 0x60
        } else if byte == 0xEF, second == 0xBD, third <= 0x9E {
          folded = third &- 0x20
        } else if byte == 0xE3, second == 0x80, third == 0x80 {
          folded = 0x20
        }
        if folded != 0 {
          target.append(folded)
          index += 3
          continue
        }
      }
      target.append(byte)
      index += 1
    }
  }

  /// Returns `bytes` trimmed and in half-width characters.
  static func folded(_ bytes: [UInt8]) -> [UInt8] {
    let whole = CellRange(start: 0, end: UInt32(bytes.count))
    var result: [UInt8] = []
    fold(trimmed(whole, in: bytes.span), in: bytes.span, into: &result)
    return result
  }

  /// Returns `text` trimmed and in half-width characters, as headings are compared.
  static func folded(_ text: String) -> String {
    String(decoding: folded(Array(text.utf8)), as: UTF8.self)
  }

  /// Whether the cell holds ASCII alone, so that there is nothing to fold.
  @inline(__always)
  static func isASCII(_ range: CellRange, in bytes: borrowing Span<UInt8>) -> Bool {
    var all: UInt8 = 0
    for index in Int(range.start)..<Int(range.end) { all |= bytes[index] }
    return all < 0x80
  }

  /// Returns the cell as a string.
  static func string(_ range: CellRange, in bytes: borrowing Span<UInt8>) -> String {
    let part = bytes.extracting(Int(range.start)..<Int(range.end))
    return String(unsafeUninitializedCapacity: part.count) { buffer in
      for index in 0..<part.count { buffer[index] = part[index] }
      return part.count
    }
  }
}

/// Where the text of a cell stands in a block of bytes.
public struct CellRange: Hashable, Sendable {
  var start: UInt32
  var end: UInt32

  /// The range of a cell that its row does not have.
  static let missing = CellRange(start: .max, end: .max)

  var isMissing: Bool { start == .max }
  var isEmpty: Bool { start == end }
  var count: Int { Int(end) - Int(start) }
}

extension String {
  /// Whether it holds no character but blanks. O(1) for most texts, which do not begin with one.
  var isBlank: Bool {
    var text = self
    return text.withUTF8 { bytes in
      var place = 0
      while place < bytes.count {
        let length = CellText.blankLength(bytes.span, at: place)
        if length == 0 { return false }
        place += length
      }
      return true
    }
  }
}
