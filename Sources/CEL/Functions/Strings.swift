extension FunctionLibrary {
  mutating func addStrings() {
    addBinary("contains") { .bool($0.contains($1)) }
    addBinary("startsWith") { .bool($0.starts(with: $1)) }
    addBinary("endsWith") { .bool($0.reversed().starts(with: $1.reversed())) }
    add("matches") { arguments in
      guard arguments.count == 2, case .string(let text) = arguments[0], case .string(let pattern) = arguments[1] else {
        return nil
      }
      guard let expression = try? RegularExpression(pattern) else {
        return .failure(.invalidArgument("invalid regular expression: \(pattern)"))
      }
      return .bool(expression.matches(text))
    }
    add("charAt") { arguments in
      guard arguments.count == 2, let text = arguments[0].scalars, case .int(let place) = arguments[1] else {
        return nil
      }
      guard place >= 0, place <= text.count else { return .failure(.indexOutOfRange(place)) }
      return .string(place == text.count ? "" : String(text[Int(place)]))
    }
    addSearches()
    addEdits()
    add("join") { arguments in
      guard (1...2).contains(arguments.count), case .list(let values) = arguments[0] else { return nil }
      var separator = ""
      if arguments.count == 2 {
        guard case .string(let text) = arguments[1] else { return nil }
        separator = text
      }
      var texts: [String] = []
      for value in values {
        guard case .string(let text) = value else { return nil }
        texts.append(text)
      }
      return .string(texts.joined(separator: separator))
    }
    addUnary("strings.quote") { value in
      guard case .string(let text) = value else { return nil }
      return .string(text.celQuoted)
    }
    add("format") { arguments in
      guard arguments.count == 2, case .string(let pattern) = arguments[0], case .list(let values) = arguments[1] else {
        return nil
      }
      return StringFormat(pattern, values).result
    }
  }

  private mutating func addBinary(
    _ name: String, _ function: @escaping @Sendable ([Unicode.Scalar], [Unicode.Scalar]) -> Value
  ) {
    add(name) { arguments in
      guard arguments.count == 2, let left = arguments[0].scalars, let right = arguments[1].scalars else { return nil }
      return function(left, right)
    }
  }

  private mutating func addSearches() {
    add("indexOf") { arguments in
      guard let search = Search(arguments) else { return nil }
      guard let offset = search.offset else { return .int(search.isEmptyPattern ? 0 : Int64(search.first(from: 0))) }
      guard offset >= 0, offset <= search.text.count else { return .failure(.indexOutOfRange(offset)) }
      return .int(search.isEmptyPattern ? offset : Int64(search.first(from: Int(offset))))
    }
    add("lastIndexOf") { arguments in
      guard let search = Search(arguments) else { return nil }
      let end = Int64(search.text.count)
      if let offset = search.offset, offset < 0 || offset > end { return .failure(.indexOutOfRange(offset)) }
      let start = search.offset ?? end
      return .int(search.isEmptyPattern ? start : Int64(search.last(from: Int(start))))
    }
  }

  private struct Search {
    let text: [Unicode.Scalar]
    let pattern: [Unicode.Scalar]
    let offset: Int64?

    init?(_ arguments: [Value]) {
      guard (2...3).contains(arguments.count), let text = arguments[0].scalars, let pattern = arguments[1].scalars
      else {
        return nil
      }
      self.text = text
      self.pattern = pattern
      if arguments.count == 3 {
        guard case .int(let offset) = arguments[2] else { return nil }
        self.offset = offset
      } else {
        offset = nil
      }
    }

    var isEmptyPattern: Bool { pattern.isEmpty }

    func first(from start: Int) -> Int {
      guard pattern.count <= text.count, start <= text.count - pattern.count else { return -1 }
      return (start...(text.count - pattern.count)).first { text[$0...].starts(with: pattern) } ?? -1
    }

    func last(from start: Int) -> Int {
      guard pattern.count <= text.count else { return -1 }
      return (0...min(start, text.count - pattern.count)).reversed().first { text[$0...].starts(with: pattern) } ?? -1
    }
  }

  private mutating func addEdits() {
    addText("lowerAscii") { text in
      text.map { ("A"..."Z").contains($0) ? Unicode.Scalar(UInt8($0.value + 32)) : $0 }
    }
    addText("upperAscii") { text in
      text.map { ("a"..."z").contains($0) ? Unicode.Scalar(UInt8($0.value - 32)) : $0 }
    }
    addText("reverse") { $0.reversed() }
    addText("trim") { text in
      let isBlank = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
      return text.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
    }
    add("substring") { arguments in
      guard (2...3).contains(arguments.count), let text = arguments[0].scalars, case .int(let start) = arguments[1]
      else {
        return nil
      }
      var end = Int64(text.count)
      if arguments.count == 3 {
        guard case .int(let given) = arguments[2] else { return nil }
        end = given
      }
      guard start >= 0, start <= text.count else { return .failure(.indexOutOfRange(start)) }
      guard end >= start, end <= text.count else { return .failure(.indexOutOfRange(end)) }
      return .string(String(text[Int(start)..<Int(end)]))
    }
    add("replace") { arguments in
      guard (3...4).contains(arguments.count), let text = arguments[0].scalars, let old = arguments[1].scalars,
        let new = arguments[2].scalars
      else { return nil }
      return Self.limit(arguments, 3).map { .string(String(Self.replace(text, old, new, limit: $0))) }
    }
    add("split") { arguments in
      guard (2...3).contains(arguments.count), let text = arguments[0].scalars, let separator = arguments[1].scalars
      else { return nil }
      return Self.limit(arguments, 2).map { limit in
        .list(Self.split(text, separator, limit: limit).map { .string(String($0)) })
      }
    }
  }

  private mutating func addText(
    _ name: String, _ function: @escaping @Sendable ([Unicode.Scalar]) -> [Unicode.Scalar]
  ) {
    addUnary(name) { value in value.scalars.map { .string(String(function($0))) } }
  }

  /// A limit at `place`, -1 for none where it is absent; nil where it is no integer.
  private static func limit(_ arguments: [Value], _ place: Int) -> Int64? {
    if arguments.count <= place { return -1 }
    if case .int(let limit) = arguments[place] { return limit }
    return nil
  }

  private static func replace(
    _ text: [Unicode.Scalar], _ old: [Unicode.Scalar], _ new: [Unicode.Scalar], limit: Int64
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var left = limit < 0 ? Int64.max : limit
    var place = 0
    while place <= text.count {
      if left > 0, place + old.count <= text.count, text[place...].starts(with: old) {
        result += new
        left -= 1
        if old.isEmpty {
          if place < text.count { result.append(text[place]) }
          place += 1
        } else {
          place += old.count
        }
      } else {
        if place < text.count { result.append(text[place]) }
        place += 1
      }
    }
    return result
  }

  private static func split(
    _ text: [Unicode.Scalar], _ separator: [Unicode.Scalar], limit: Int64
  ) -> [[Unicode.Scalar]] {
    if limit == 0 { return [] }
    var parts: [[Unicode.Scalar]] = []
    var current: [Unicode.Scalar] = []
    var place = 0
    let isLast = { limit > 0 && parts.count == Int(limit) - 1 }
    if separator.isEmpty {
      while place < text.count, !isLast() {
        parts.append([text[place]])
        place += 1
      }
      return place < text.count ? parts + [Array(text[place...])] : parts
    }
    while place < text.count {
      if !isLast(), text[place...].starts(with: separator) {
        parts.append(current)
        current = []
        place += separator.count
      } else {
        current.append(text[place])
        place += 1
      }
    }
    return parts + [current]
  }
}

extension Value {
  /// The Unicode scalars of a string.
  var scalars: [Unicode.Scalar]? {
    if case .string(let text) = self { Array(text.unicodeScalars) } else { nil }
  }
}

extension String {
  init(_ scalars: some Sequence<Unicode.Scalar>) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }

  /// The text as a literal in double quotes.
  var celQuoted: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\u{7}": text += "\\a"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{B}": text += "\\v"
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
