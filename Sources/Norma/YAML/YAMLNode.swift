/// A value of a YAML document with the place where it stands.
public struct YAMLNode: Sendable {
  /// What the value is.
  public enum Content: Sendable {
    case scalar(Scalar)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  /// A key with its value; keys of one mapping differ.
  public struct Entry: Sendable {
    /// The key, a scalar.
    public let key: YAMLNode
    /// The value.
    public let value: YAMLNode
  }

  /// A text as it was written.
  public struct Scalar: Sendable {
    /// The text after unquoting, unescaping and folding.
    public let text: String
    /// Whether it stood without quotes or block indicators, so that the core schema gives it a type.
    public let isPlain: Bool
  }

  /// What the value is.
  public let content: Content
  /// Where it stands, quotes included.
  public let range: SourceRange

  /// The text of a scalar, nil for other values.
  public var text: String? {
    if case .scalar(let scalar) = content { scalar.text } else { nil }
  }

  /// Whether the value is null in the core schema (YAML 1.2.2, 10.3.2).
  public var isNull: Bool {
    guard case .scalar(let scalar) = content, scalar.isPlain else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
  }

  /// The value as a boolean of the core schema: only `true` and `false` in three spellings, and only unquoted.
  public var boolean: Bool? {
    guard case .scalar(let scalar) = content, scalar.isPlain else { return nil }
    switch scalar.text {
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: return nil
    }
  }

  /// The value as an integer of the core schema in decimal digits.
  public var integer: Int? {
    guard case .scalar(let scalar) = content, scalar.isPlain else { return nil }
    return Int(scalar.text)
  }

  /// The value of a mapping's key, nil where it is absent or this is no mapping. O(keys).
  public subscript(key: String) -> YAMLNode? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key.text == key }?.value
  }
}

extension YAMLNode {
  /// Returns the same node with `{name}` in its texts replaced by a value; everything stays where it stood. O(length).
  func replacing(_ values: [String: String]) -> YAMLNode {
    switch content {
    case .scalar(let scalar):
      guard scalar.text.contains("{") else { return self }
      var text = scalar.text
      for (name, value) in values { text = text.replacing("{\(name)}", with: value) }
      return YAMLNode(content: .scalar(Scalar(text: text, isPlain: scalar.isPlain)), range: range)
    case .sequence(let items):
      return YAMLNode(content: .sequence(items.map { $0.replacing(values) }), range: range)
    case .mapping(let entries):
      let replaced = entries.map { entry in
        Entry(key: entry.key.replacing(values), value: entry.value.replacing(values))
      }
      return YAMLNode(content: .mapping(replaced), range: range)
    }
  }

  /// Returns where each Unicode scalar of a scalar's text stands in the file, followed by the position after the last.
  ///
  /// Quoting, escapes and folded lines make the text differ from what was written, so both are walked side by side.
  /// O(length).
  func positions(in file: SourceFile) -> [SourcePosition] {
    guard case .scalar(let scalar) = content else { return [range.start] }
    var walk = RawWalk(file: file, position: range.start, end: range.end)
    var positions: [SourcePosition] = []
    if !scalar.isPlain { walk.skipIndicator() }
    for wanted in scalar.text.unicodeScalars {
      positions.append(walk.advance(to: wanted))
    }
    positions.append(walk.position)
    return positions
  }

  private struct RawWalk {
    let file: SourceFile
    var position: SourcePosition
    let end: SourcePosition
    private var quote: Unicode.Scalar?

    init(file: SourceFile, position: SourcePosition, end: SourcePosition) {
      self.file = file
      self.position = position
      self.end = end
    }

    /// The scalar here, a line feed at a line's end, nil behind the text.
    var scalar: Unicode.Scalar? {
      guard position < end, file.lines.indices.contains(position.line - 1) else { return nil }
      let line = file.lines[position.line - 1]
      return position.column <= line.count ? line[position.column - 1] : "\n"
    }

    mutating func step() {
      position =
        scalar == "\n"
        ? SourcePosition(line: position.line + 1, column: 1)
        : SourcePosition(line: position.line, column: position.column + 1)
    }

    mutating func skipIndicator() {
      guard let first = scalar else { return }
      if first == "\"" || first == "'" {
        quote = first
        step()
      } else {
        while let here = scalar, here != "\n" { step() }
        if scalar != nil { step() }
        skipBlanks()
      }
    }

    mutating func skipBlanks() {
      while let here = scalar, here == " " || here == "\n" || here == "\t" { step() }
    }

    mutating func advance(to wanted: Unicode.Scalar) -> SourcePosition {
      guard let here = scalar else { return position }
      let start = position
      if here == wanted, !(here == "\\" && quote == "\"") {
        step()
        if here == "'", quote == "'" { step() }
        return start
      }
      if here == "\\", quote == "\"" {
        step()
        let digits: Int
        switch scalar {
        case "x": digits = 2
        case "u": digits = 4
        case "U": digits = 8
        default: digits = 0
        }
        for _ in 0...digits where scalar != nil { step() }
        return start
      }
      if wanted == " " || wanted == "\n" {
        skipBlanks()
        return start
      }
      skipBlanks()
      let found = position
      if scalar == wanted { step() }
      return found
    }
  }
}
