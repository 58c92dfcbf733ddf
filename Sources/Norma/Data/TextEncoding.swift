/// How the bytes of a data file spell its text.
public enum TextEncoding: String, Hashable, Sendable, CaseIterable {
  case utf8 = "utf-8"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  /// GB 18030, of which GBK and GB 2312 are parts.
  case gb18030

  /// Creates the encoding that a project file names, without regard to case; nil if Norma does not read it.
  public init?(name: String) {
    switch name.lowercased() {
    case "utf-8", "utf8": self = .utf8
    case "utf-16", "utf16", "utf-16le", "utf16le": self = .utf16LittleEndian
    case "utf-16be", "utf16be": self = .utf16BigEndian
    case "gb18030", "gbk", "gb2312", "cp936": self = .gb18030
    default: return nil
    }
  }

  /// The names that a project file may use, for suggestions.
  public static let names = ["utf-8", "utf-16", "utf-16le", "utf-16be", "gb18030", "gbk", "gb2312"]

  /// The byte order mark that some programs write at the start of a file.
  var byteOrderMark: [UInt8] {
    switch self {
    case .utf8: [0xEF, 0xBB, 0xBF]
    case .utf16LittleEndian: [0xFF, 0xFE]
    case .utf16BigEndian: [0xFE, 0xFF]
    case .gb18030: [0x84, 0x31, 0x95, 0x33]
    }
  }

  /// Returns the encoding whose byte order mark `bytes` begin with.
  static func marked(by bytes: ArraySlice<UInt8>) -> TextEncoding? {
    allCases.first { bytes.starts(with: $0.byteOrderMark) }
  }
}

/// Tells whether bytes, given piece by piece, are UTF-8 (the Unicode Standard, table 3-7).
struct UTF8Validator {
  /// How many bytes before the piece that comes next were looked at.
  private var offset = 0
  /// Where the character that is being read begins.
  private var characterStart = 0
  private var expected = 0
  private var lower: UInt8 = 0x80
  private var upper: UInt8 = 0xBF
  /// The offset of the first character that is none.
  private(set) var invalidOffset: Int?

  /// Looks at the next piece. O(bytes).
  mutating func update(_ bytes: ArraySlice<UInt8>) {
    guard invalidOffset == nil else { return }
    let span = bytes.span
    var index = 0
    while index < span.count {
      let byte = span[index]
      if expected == 0 {
        if byte < 0x80 {
          index += 1
          continue
        }
        characterStart = offset + index
        guard begin(byte) else {
          invalidOffset = characterStart
          return
        }
      } else {
        guard byte >= lower, byte <= upper else {
          invalidOffset = characterStart
          return
        }
        (lower, upper) = (0x80, 0xBF)
        expected -= 1
      }
      index += 1
    }
    offset += span.count
  }

  /// Notes a character that the end of the bytes cuts off.
  mutating func finish() {
    if invalidOffset == nil, expected > 0 { invalidOffset = characterStart }
  }

  private mutating func begin(_ byte: UInt8) -> Bool {
    (lower, upper) = (0x80, 0xBF)
    switch byte {
    case 0xC2...0xDF: expected = 1
    case 0xE0: (expected, lower) = (2, 0xA0)
    case 0xED: (expected, upper) = (2, 0x9F)
    case 0xE1...0xEF: expected = 2
    case 0xF0: (expected, lower) = (3, 0x90)
    case 0xF4: (expected, upper) = (3, 0x8F)
    case 0xF1...0xF3: expected = 3
    default: return false
    }
    return true
  }
}
