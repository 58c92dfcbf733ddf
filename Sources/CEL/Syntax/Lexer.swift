/// Splits the source of an expression into tokens (CEL language definition, "Syntax").
struct Lexer {
  private let source: [Unicode.Scalar]
  private var place = 0

  init(_ source: [Unicode.Scalar]) {
    self.source = source
  }

  /// Returns all tokens, the last of which is the end. O(length).
  static func tokens(_ source: [Unicode.Scalar]) throws(SyntaxIssue) -> [Token] {
    var lexer = Lexer(source)
    var tokens: [Token] = []
    // Few texts have more tokens.
    tokens.reserveCapacity(source.count / 4 + 2)
    while true {
      tokens.append(try lexer.next())
      if case .end? = tokens.last?.kind { return tokens }
    }
  }

  private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
    place + offset < source.count ? source[place + offset] : nil
  }

  private func text(_ range: Range<Int>) -> String {
    if source[range].allSatisfy(\.isASCII) {
      return String(unsafeUninitializedCapacity: range.count) { buffer in
        for (place, scalar) in source[range].enumerated() { buffer[place] = UInt8(truncatingIfNeeded: scalar.value) }
        return range.count
      }
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: source[range])
    return String(view)
  }

  private func token(_ kind: Token.Kind, from start: Int) -> Token { Token(kind: kind, range: start..<place) }

  private mutating func next() throws(SyntaxIssue) -> Token {
    skipBlanks()
    let start = place
    guard let first = peek() else { return token(.end, from: start) }
    if Self.isIdentifierStart(first) {
      if let string = try prefixedString() { return string }
      while let scalar = peek(), Self.isIdentifierPart(scalar) { place += 1 }
      return token(.identifier(text(start..<place)), from: start)
    }
    if Self.isDigit(first) || first == "." && peek(1).map(Self.isDigit) == true { return try number() }
    if first == "\"" || first == "'" { return try string(isRaw: false, isBytes: false, from: start) }
    if first == "`" { return try quotedIdentifier() }
    if let sign = sign(first) {
      place += sign.utf8.count
      return token(.sign(sign), from: start)
    }
    throw SyntaxIssue(
      problem: .unexpectedCharacter(String(first), plain: Self.plain(first)), range: start..<start + 1)
  }

  /// The sign that begins here; nil where none does.
  private func sign(_ first: Unicode.Scalar) -> String? {
    switch (first, peek(1)) {
    case ("=", "="): "=="
    case ("!", "="): "!="
    case ("<", "="): "<="
    case (">", "="): ">="
    case ("&", "&"): "&&"
    case ("|", "|"): "||"
    case ("+", _), ("-", _), ("*", _), ("/", _), ("%", _), ("<", _), (">", _), ("!", _), ("?", _), (":", _), (".", _),
      (",", _), ("(", _), (")", _), ("[", _), ("]", _), ("{", _), ("}", _):
      String(first)
    default: nil
    }
  }

  private mutating func skipBlanks() {
    while let scalar = peek() {
      if scalar == "/" && peek(1) == "/" {
        while let other = peek(), other != "\n" { place += 1 }
      } else if scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{C}" {
        place += 1
      } else {
        return
      }
    }
  }

  // MARK: Numbers

  private mutating func number() throws(SyntaxIssue) -> Token {
    let start = place
    if peek() == "0", peek(1) == "x" || peek(1) == "X" {
      place += 2
      let digits = place
      while let scalar = peek(), scalar.properties.isASCIIHexDigit { place += 1 }
      if place == digits { try invalidNumber(from: start) }
      return try integer(from: start)
    }
    skipDigits()
    var isDouble = false
    if peek() == ".", peek(1).map(Self.isDigit) == true {
      isDouble = true
      place += 1
      skipDigits()
    }
    if peek() == "e" || peek() == "E" {
      let sign = peek(1) == "+" || peek(1) == "-" ? 1 : 0
      if peek(1 + sign).map(Self.isDigit) == true {
        isDouble = true
        place += 1 + sign
        skipDigits()
      }
    }
    if isDouble {
      try checkNumberEnds(from: start)
      return token(.double(text(start..<place)), from: start)
    }
    return try integer(from: start)
  }

  private mutating func integer(from start: Int) throws(SyntaxIssue) -> Token {
    let digits = text(start..<place)
    if peek() == "u" || peek() == "U" {
      place += 1
      try checkNumberEnds(from: start)
      return token(.uint(digits), from: start)
    }
    try checkNumberEnds(from: start)
    return token(.int(digits), from: start)
  }

  private mutating func skipDigits() {
    while let scalar = peek(), Self.isDigit(scalar) { place += 1 }
  }

  private mutating func checkNumberEnds(from start: Int) throws(SyntaxIssue) {
    if let scalar = peek(), Self.isIdentifierStart(scalar), scalar.isASCII { try invalidNumber(from: start) }
  }

  private mutating func invalidNumber(from start: Int) throws(SyntaxIssue) -> Never {
    while let scalar = peek(), Self.isIdentifierPart(scalar) { place += 1 }
    throw SyntaxIssue(problem: .invalidNumber(text(start..<place)), range: start..<place)
  }

  // MARK: Strings

  private mutating func prefixedString() throws(SyntaxIssue) -> Token? {
    var (isRaw, isBytes) = (false, false)
    var length = 0
    while length < 2, let scalar = peek(length) {
      if (scalar == "r" || scalar == "R") && !isRaw {
        isRaw = true
      } else if (scalar == "b" || scalar == "B") && !isBytes {
        isBytes = true
      } else {
        break
      }
      length += 1
    }
    guard length > 0, let quote = peek(length), quote == "\"" || quote == "'" else { return nil }
    let start = place
    place += length
    return try string(isRaw: isRaw, isBytes: isBytes, from: start)
  }

  private mutating func string(isRaw: Bool, isBytes: Bool, from start: Int) throws(SyntaxIssue) -> Token {
    guard let quote = peek() else { preconditionFailure("a string begins with a quote") }
    let isTriple = peek(1) == quote && peek(2) == quote
    place += isTriple ? 3 : 1
    var scalars = String.UnicodeScalarView()
    var bytes: [UInt8] = []
    func add(_ scalar: Unicode.Scalar) {
      if isBytes { bytes.append(contentsOf: String(scalar).utf8) } else { scalars.append(scalar) }
    }
    while true {
      guard let scalar = peek(), isTriple || scalar != "\n" && scalar != "\r" else {
        throw SyntaxIssue(problem: .unterminatedString, range: start..<place)
      }
      if scalar == quote, !isTriple || peek(1) == quote && peek(2) == quote {
        place += isTriple ? 3 : 1
        break
      }
      if scalar == "\\", !isRaw {
        switch try escape(isBytes: isBytes) {
        case .scalar(let scalar): add(scalar)
        case .byte(let byte): bytes.append(byte)
        }
      } else {
        place += 1
        // CR LF and CR within triple quotes are line feeds.
        if scalar == "\r", peek() == "\n" { place += 1 }
        add(scalar == "\r" ? "\n" : scalar)
      }
    }
    return token(isBytes ? .bytes(bytes) : .string(String(scalars)), from: start)
  }

  private enum Escaped {
    case scalar(Unicode.Scalar)
    case byte(UInt8)
  }

  private mutating func escape(isBytes: Bool) throws(SyntaxIssue) -> Escaped {
    let start = place
    place += 1
    guard let scalar = peek() else { throw SyntaxIssue(problem: .unterminatedString, range: start..<place) }
    place += 1
    switch scalar {
    case "a": return .scalar("\u{7}")
    case "b": return .scalar("\u{8}")
    case "f": return .scalar("\u{C}")
    case "n": return .scalar("\n")
    case "r": return .scalar("\r")
    case "t": return .scalar("\t")
    case "v": return .scalar("\u{B}")
    case "\\", "\"", "'", "`", "?": return .scalar(scalar)
    case "x", "X": return try code(digits: 2, radix: 16, from: start, isBytes: isBytes)
    case "u" where !isBytes: return try code(digits: 4, radix: 16, from: start, isBytes: false)
    case "U" where !isBytes: return try code(digits: 8, radix: 16, from: start, isBytes: false)
    case "0"..."3":
      place -= 1
      return try code(digits: 3, radix: 8, from: start, isBytes: isBytes)
    default: throw SyntaxIssue(problem: .invalidEscape(text(start..<place)), range: start..<place)
    }
  }

  private mutating func code(digits: Int, radix: Int, from start: Int, isBytes: Bool) throws(SyntaxIssue) -> Escaped {
    let end = min(place + digits, source.count)
    let range = place..<end
    place = end
    guard range.count == digits, let value = UInt32(text(range), radix: radix), source[range.lowerBound] != "+" else {
      throw SyntaxIssue(problem: .invalidEscape(text(start..<place)), range: start..<place)
    }
    if isBytes, let byte = UInt8(exactly: value) { return .byte(byte) }
    guard !isBytes, let scalar = Unicode.Scalar(value) else {
      throw SyntaxIssue(problem: .invalidEscape(text(start..<place)), range: start..<place)
    }
    return .scalar(scalar)
  }

  private mutating func quotedIdentifier() throws(SyntaxIssue) -> Token {
    let start = place
    place += 1
    while let scalar = peek(), Self.isIdentifierPart(scalar) || "./- ".unicodeScalars.contains(scalar) { place += 1 }
    guard peek() == "`", place > start + 1 else {
      throw SyntaxIssue(problem: .unterminatedString, range: start..<place)
    }
    place += 1
    return token(.quotedIdentifier(text(start + 1..<place - 1)), from: start)
  }

  // MARK: Characters

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  static func isIdentifierStart(_ scalar: Unicode.Scalar) -> Bool {
    // Whatever begins a word is part of one, or a word would have no end.
    scalar == "_" || isIdentifierPart(scalar) && (scalar.isASCII ? !isDigit(scalar) : scalar.properties.isXIDStart)
  }

  static func isIdentifierPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_": return true
    case "\0"..."\u{7F}": return false
    default: break
    }
    // Full-width digits and letters count as parts of words in Unicode, but here they are slips.
    return scalar.properties.isXIDContinue && !(0xFF00...0xFFEF).contains(scalar.value)
  }

  private static func plain(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "“", "”", "「", "」": "\""
    case "‘", "’": "'"
    case "。": "."
    case "、": ","
    case "【": "["
    case "】": "]"
    case "《": "<"
    case "》": ">"
    case "≥": ">="
    case "≤": "<="
    case "≠": "!="
    case "×": "*"
    case "÷": "/"
    case "—", "–", "−": "-"
    case "\u{3000}", "\u{A0}": " "
    default:
      (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0).map { String($0) } : nil
    }
  }
}
