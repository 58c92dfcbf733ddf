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
  /// An array of objects that were written already, in parts of several.
  case written([String])

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
    return .written(
      SideBySide.map(parts: elements, atLeast: 256) { elements in
        var text = ""
        for element in elements {
          if !text.isEmpty { text += "," }
          text += "\n" + String(repeating: "  ", count: depth + 1)
          value(element).write(to: &text, indentation: depth + 1)
        }
        return text
      })
  }

  /// Creates a string, or null for nil.
  static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  /// Creates a number, or null for nil.
  static func optional(_ number: Int?) -> JSONValue { number.map { .integer($0) } ?? .null }

  /// Returns the value as JSON (RFC 8259), indented by two spaces; small arrays of plain values stay on one line.
  func text() -> String {
    var text = ""
    write(to: &text, indentation: 0)
    return text
  }

  private func write(to text: inout String, indentation: Int) {
    switch self {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let digits): text += digits
    case .string(let value): Self.write(value, to: &text)
    case .array(let values):
      let isPlain = values.allSatisfy(\.isPlain)
      write(values.map { (nil, $0) }, "[", "]", to: &text, isPlain ? nil : indentation)
    case .written(let parts):
      text += "[" + parts.joined(separator: ",") + "\n" + String(repeating: "  ", count: indentation) + "]"
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
    _ items: [(key: String?, value: JSONValue)], _ open: String, _ close: String, to text: inout String,
    _ indentation: Int?
  ) {
    text += open
    for (place, item) in items.enumerated() {
      if place > 0 { text += indentation == nil ? ", " : "," }
      if let indentation { text += "\n" + String(repeating: "  ", count: indentation + 1) }
      if let key = item.key {
        Self.write(key, to: &text)
        text += ": "
      }
      item.value.write(to: &text, indentation: (indentation ?? 0) + 1)
    }
    if let indentation, !items.isEmpty { text += "\n" + String(repeating: "  ", count: indentation) }
    text += close
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    if !string.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
      text += string
      text += "\""
      return
    }
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
    text += "\""
  }
}
