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

  /// Whether it is the scalar `text`.
  func isText(_ text: String) -> Bool {
    if case .scalar(let scalar) = content { scalar.text == text } else { false }
  }

  /// Whether the value is null in the core schema (YAML 1.2.2, 10.3.2).
  public var isNull: Bool {
    // Nearly all texts are longer, and asked at each key.
    guard case .scalar(let scalar) = content, scalar.isPlain, scalar.text.utf8.count <= 4 else { return false }
    return switch scalar.text {
    case "", "~", "null", "Null", "NULL": true
    default: false
    }
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
  /// Returns the same node with `{name}` in its texts replaced by a value; everything stays where it stood, and what
  /// stands under the keys `except` of the node itself is left alone. O(length).
  func replacing(_ values: [String: String], except: Set<String> = []) -> YAMLNode {
    values.isEmpty ? self : replaced(values, except: except) ?? self
  }

  /// The node with its values, nil where it has no name of one.
  private func replaced(_ values: [String: String], except: Set<String> = []) -> YAMLNode? {
    switch content {
    case .scalar(let scalar):
      return Self.replaced(scalar.text, values).map {
        YAMLNode(content: .scalar(Scalar(text: $0, isPlain: scalar.isPlain)), range: range)
      }
    case .sequence(let items):
      var changed: [YAMLNode]?
      for (place, item) in items.enumerated() {
        guard let item = item.replaced(values) else { continue }
        if changed == nil { changed = items }
        changed?[place] = item
      }
      return changed.map { YAMLNode(content: .sequence($0), range: range) }
    case .mapping(let entries):
      var changed: [Entry]?
      for (place, entry) in entries.enumerated() {
        if !except.isEmpty, let key = entry.key.text, except.contains(key) { continue }
        let (key, value) = (entry.key.replaced(values), entry.value.replaced(values))
        if key == nil, value == nil { continue }
        if changed == nil { changed = entries }
        changed?[place] = Entry(key: key ?? entry.key, value: value ?? entry.value)
      }
      return changed.map { YAMLNode(content: .mapping($0), range: range) }
    }
  }

  /// A text with its values, nil where it names none. What a value says is not looked at again.
  private static func replaced(_ text: String, _ values: [String: String]) -> String? {
    let bytes = text.utf8
    // Most name none, which is seen sooner in the bytes as they lie in memory.
    if bytes.withContiguousStorageIfAvailable({ $0.contains(UInt8(ascii: "{")) }) == false { return nil }
    guard var open = bytes.firstIndex(of: UInt8(ascii: "{")) else { return nil }
    var result = ""
    var done = text.startIndex
    while true {
      let name = bytes.index(after: open)
      guard let close = bytes[name...].firstIndex(where: { $0 == UInt8(ascii: "}") || $0 == UInt8(ascii: "{") }) else {
        break
      }
      if bytes[close] == UInt8(ascii: "{") {
        open = close
        continue
      }
      if let value = values[String(text[name..<close])] {
        result += text[done..<open]
        result += value
        done = bytes.index(after: close)
      }
      guard let next = bytes[close...].firstIndex(of: UInt8(ascii: "{")) else { break }
      open = next
    }
    return done == text.startIndex ? nil : result + text[done...]
  }

  /// Returns where each Unicode scalar of a scalar's text stands in the file, followed by the position after the last.
  ///
  /// Quoting, escapes and folded lines make the text differ from what was written, so both are walked side by side.
  /// O(length).
  func positions(in file: SourceFile) -> [SourcePosition] {
    guard case .scalar(let scalar) = content else { return [range.start] }
    var walk = RawWalk(lines: file.lines, position: range.start, end: range.end)
    var positions: [SourcePosition] = []
    if !scalar.isPlain { walk.skipIndicator() }
    for wanted in scalar.text.unicodeScalars {
      positions.append(walk.advance(to: wanted))
    }
    positions.append(walk.position)
    return positions
  }

  private struct RawWalk {
    let lines: [[Unicode.Scalar]]
    var position: SourcePosition
    let end: SourcePosition
    private var quote: Unicode.Scalar?

    init(lines: [[Unicode.Scalar]], position: SourcePosition, end: SourcePosition) {
      self.lines = lines
      self.position = position
      self.end = end
    }

    /// The scalar here, a line feed at a line's end, nil behind the text.
    var scalar: Unicode.Scalar? {
      guard position < end, lines.indices.contains(position.line - 1) else { return nil }
      let line = lines[position.line - 1]
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
