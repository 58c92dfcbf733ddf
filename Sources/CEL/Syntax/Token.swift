/// A word, number, string or sign of an expression.
struct Token: Hashable {
  enum Kind: Hashable {
    case identifier(String)
    /// An identifier in backticks, allowed as a field only.
    case quotedIdentifier(String)
    case int(String)
    case uint(String)
    case double(String)
    case string(String)
    case bytes([UInt8])
    case sign(String)
    case end
  }

  let kind: Kind
  let range: Range<Int>
}
