/// Characters that a Chinese input method types where YAML and CEL want plain ones.
enum FullWidth {
  /// Returns the plain character that a full-width or typographic one probably stands for, or nil.
  static func plain(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar {
    case "“", "”", "„", "«", "»", "「", "」": "\""
    case "‘", "’": "'"
    case "。": "."
    case "、": ","
    case "【", "〔": "["
    case "】", "〕": "]"
    case "《", "〈": "<"
    case "》", "〉": ">"
    case "—", "–", "−": "-"
    case "\u{3000}", "\u{A0}": " "
    case "×": "*"
    case "÷": "/"
    case "≥", "≤", "≠": nil
    default:
      (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) : nil
    }
  }

  /// Returns the text with full-width characters made plain. O(n).
  static func fold(_ text: some StringProtocol) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return String(text) }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isWide = (0xFF01...0xFF5E).contains(scalar.value) || scalar == "\u{3000}"
      scalars.append(isWide ? plain(for: scalar) ?? scalar : scalar)
    }
    return String(scalars)
  }

  /// Finds the first such character in a line with its column from 1.
  static func first(in line: [Unicode.Scalar]) -> (column: Int, found: Unicode.Scalar, plain: Unicode.Scalar)? {
    for (offset, scalar) in line.enumerated() {
      if scalar == "#" { return nil }
      if let plain = plain(for: scalar) { return (offset + 1, scalar, plain) }
    }
    return nil
  }
}
