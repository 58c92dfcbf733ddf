/// A JSON value of which objects keep the order of their keys, so that reports read alike and compare line by line.
enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  /// A number in decimal digits, so that none is lost.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])
  /// The objects of an array, which were written already.
  case written(TextBuffer)

  /// A key of an object with its value.
  struct Member: Hashable, Sendable {
    let key: String
    let value: JSONValue
  }

  /// Creates an object of the given keys, in their order.
  static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(members.map { Member(key: $0.key, value: $0.value) })
  }

  /// Creates an array of objects that stands `depth` levels below the root. There may be millions: they are written side by
  /// side, and no more of them are kept than their text.
  static func objects<Element: Sendable>(
    of elements: [Element], depth: Int, _ value: @Sendable (Element) -> JSONValue
  ) -> JSONValue {
    if elements.isEmpty { return .array([]) }
    let parts = SideBySide.map(parts: elements, atLeast: 256) { elements in
      var text = TextBuffer()
      for element in elements {
        text.write(text.isEmpty ? "\n" : ",\n")
        text.indent(depth + 1)
        value(element).write(to: &text, indentation: depth + 1)
      }
      return text
    }
    var text = parts[0]
    for part in parts.dropFirst() {
      text.write(",")
      text.append(part)
    }
    return .written(text)
  }

  /// Creates a string, or null for nil.
  static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  /// Creates a number, or null for nil.
  static func optional(_ number: Int?) -> JSONValue { number.map { .integer($0) } ?? .null }

  /// Returns the value as JSON (RFC 8259), indented by two spaces; small arrays of plain values stay on one line.
  func text() -> String {
    var text = TextBuffer()
    write(to: &text)
    return text.text
  }

  /// Writes the same.
  func write(to text: inout TextBuffer) {
    write(to: &text, indentation: 0)
  }

  private func write(to text: inout TextBuffer, indentation: Int) {
    switch self {
    case .null: text.write("null")
    case .boolean(let value): text.write(value ? "true" : "false")
    case .integer(let value): text.write(String(value))
    case .number(let digits): text.write(digits)
    case .string(let value): Self.write(value, to: &text)
    case .array(let values):
      let isPlain = values.allSatisfy(\.isPlain)
      write(values.map { (nil, $0) }, "[", "]", to: &text, isPlain ? nil : indentation)
    case .written(let objects):
      text.write("[")
      text.append(objects)
      text.write("\n")
      text.indent(indentation)
      text.write("]")
    case .object(let members):
      write(members.map { ($0.key, $0.value) }, "{", "}", to: &text, members.isEmpty ? nil : indentation)
    }
  }

  private var isPlain: Bool {
    switch self {
    case .array, .object, .written: false
    default: true
    }
  }

  private func write(
    _ items: [(key: String?, value: JSONValue)], _ open: String, _ close: String, to text: inout TextBuffer,
    _ indentation: Int?
  ) {
    text.write(open)
    for (place, item) in items.enumerated() {
      if place > 0 { text.write(indentation == nil ? ", " : ",") }
      if let indentation {
        text.write("\n")
        text.indent(indentation + 1)
      }
      if let key = item.key {
        Self.write(key, to: &text)
        text.write(": ")
      }
      item.value.write(to: &text, indentation: (indentation ?? 0) + 1)
    }
    if let indentation, !items.isEmpty {
      text.write("\n")
      text.indent(indentation)
    }
    text.write(close)
  }

  private static func write(_ string: String, to text: inout TextBuffer) {
    text.write("\"")
    let isPlain = !string.utf8.contains { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }
    text.write(isPlain ? string : escaped(string))
    text.write("\"")
  }

  private static func escaped(_ string: String) -> String {
    var text = ""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

extension TextBuffer {
  fileprivate mutating func indent(_ depth: Int) {
    for _ in 0..<depth { write("  ") }
  }
}
