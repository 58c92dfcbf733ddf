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
