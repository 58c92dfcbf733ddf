/// Reads a cell's text from left to right, a character at a time, in UTF-8 and without allocating.
///
/// Full-width forms (U+FF01 to U+FF5E) read as the ASCII characters they stand for, and every blank as a space. Bytes
/// that are no UTF-8, and characters outside the basic plane, read as U+FFFD, which no form of a date contains.
struct FoldingScanner<Bytes: Collection<UInt8>> {
  /// What `current` is after the last character.
  static var end: UInt32 { UInt32.max }

  private let bytes: Bytes
  private var next: Bytes.Index

  /// The character that is read next, folded, or `end`.
  private(set) var current: UInt32

  /// Starts at the first character.
  init(_ bytes: Bytes) {
    self.bytes = bytes
    next = bytes.startIndex
    current = Self.end
    advance()
  }

  /// Says whether everything is read.
  var isAtEnd: Bool { current == Self.end }

  /// Goes to the next character.
  mutating func advance() {
    guard next != bytes.endIndex else {
      current = Self.end
      return
    }
    let lead = bytes[next]
    bytes.formIndex(after: &next)
    if lead < 0x80 {
      current = Self.isBlank(UInt32(lead)) ? 0x20 : UInt32(lead)
    } else {
      current = Self.folded(decode(lead))
    }
  }

  /// Reads the character if it is the next one.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard current == character.value else { return false }
    advance()
    return true
  }

  /// Reads the letter if it is the next one, in either case; `upper` is the capital.
  mutating func takeLetter(_ upper: Unicode.Scalar) -> Bool {
    take(upper) || take(Unicode.Scalar(UInt8(truncatingIfNeeded: upper.value | 0x20)))
  }

  /// Reads blanks, and says whether there were any.
  @discardableResult
  mutating func skipBlanks() -> Bool {
    guard current == 0x20 else { return false }
    while current == 0x20 { advance() }
    return true
  }

  /// Reads the digits that come next, `limit` at most.
  mutating func digits(atMost limit: Int) -> (value: Int, count: Int) {
    var value = 0
    var count = 0
    while count < limit, current >= 0x30, current <= 0x39 {
      value = value * 10 + Int(current - 0x30)
      count += 1
      advance()
    }
    return (value, count)
  }

  /// Decodes the rest of a sequence of two or three bytes.
  private mutating func decode(_ lead: UInt8) -> UInt32 {
    let (count, bits): (Int, UInt8) =
      switch lead {
      case 0xC2...0xDF: (1, lead & 0x1F)
      case 0xE0...0xEF: (2, lead & 0x0F)
      case 0xF0...0xF4: (3, lead & 0x07)
      default: (0, 0)
      }
    guard count > 0 else { return 0xFFFD }
    var value = UInt32(bits)
    for _ in 0..<count {
      guard next != bytes.endIndex, bytes[next] & 0xC0 == 0x80 else { return 0xFFFD }
      value = value << 6 | UInt32(bytes[next] & 0x3F)
      bytes.formIndex(after: &next)
    }
    return count == 3 || count == 2 && value < 0x800 ? 0xFFFD : value
  }

  private static func folded(_ scalar: UInt32) -> UInt32 {
    if scalar >= 0xFF01, scalar <= 0xFF5E { return scalar - 0xFEE0 }
    return isBlank(scalar) ? 0x20 : scalar
  }

  /// Says whether the character has Unicode's `White_Space` property.
  private static func isBlank(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }
}
