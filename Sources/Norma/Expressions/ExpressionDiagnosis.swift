internal import CEL

/// Finds out what someone probably meant by an expression that can't be read or does not fit.
struct ExpressionDiagnosis {
  private let source: ExpressionSource
  private let scalars: [Unicode.Scalar]

  init(_ source: ExpressionSource) {
    self.source = source
    scalars = Array(source.text.unicodeScalars)
  }

  /// Names what is wrong with the text.
  func problem(for issue: SyntaxIssue) -> ExpressionProblem {
    if let text = percentage { return .percentage(text) }
    switch issue.problem {
    case .unexpectedCharacter("=", _): return .singleEquals
    case .unexpectedCharacter(let found, let plain):
      let start = source.location(of: issue.range).range?.start ?? SourcePosition(line: 1, column: 1)
      return .syntax(
        found,
        suspect: plain.map { FullWidthSuspect(found: found, plain: $0, line: start.line, column: start.column) })
    case .unexpected(let found, _):
      if let word = word(before: issue.range.lowerBound), let instead = Self.words[word] {
        return .word(word, instead: instead)
      }
      if let instead = Self.words[found] { return .word(found, instead: instead) }
      if found == ">", issue.range.lowerBound > 0, scalars[issue.range.lowerBound - 1] == "<" {
        return .word("<>", instead: "!=")
      }
      return .syntax(found, suspect: nil)
    case .unexpectedEnd: return .syntax("", suspect: nil)
    case .unterminatedString: return .syntax("\"", suspect: nil)
    case .tooDeep: return .tooDeep
    case .tooLarge, .tooLong: return .tooLarge
    case .reservedWord(let word):
      return Self.words[word].map { .word(word, instead: $0) } ?? .other("`\(word)` is a reserved word")
    default: return .other(issue.description)
    }
  }

  private static let words: [String: String] = [
    "and": "&&", "AND": "&&", "And": "&&", "or": "||", "OR": "||", "Or": "||", "not": "!", "NOT": "!", "且": "&&",
    "并且": "&&", "和": "&&", "或": "||", "或者": "||", "不": "!", "等于": "==", "大于": ">", "小于": "<", "is": "==",
    "null": "null", "nil": "null", "None": "null", "True": "true", "False": "false", "TRUE": "true", "FALSE": "false",
  ]

  /// The word that ends right before `place`, blanks aside.
  private func word(before place: Int) -> String? {
    var end = min(place, scalars.count)
    while end > 0, scalars[end - 1] == " " { end -= 1 }
    var start = end
    while start > 0, scalars[start - 1].properties.isXIDContinue { start -= 1 }
    return start < end ? String(String.UnicodeScalarView(scalars[start..<end])) : nil
  }

  /// A number with a percent sign that no operand follows.
  private var percentage: String? {
    for (place, scalar) in scalars.enumerated() where scalar == "%" || scalar == "\u{FF05}" {
      var start = place
      while start > 0, scalars[start - 1].properties.numericType == .decimal || scalars[start - 1] == "." { start -= 1 }
      let next = scalars[(place + 1)...].first { $0 != " " }
      let isOperand =
        next.map { $0.properties.isXIDStart || $0.properties.numericType == .decimal || $0 == "(" } ?? false
      if start < place, !isOperand { return String(String.UnicodeScalarView(scalars[start...place])) }
    }
    return nil
  }

  /// Names what does not fit.
  func problem(for issue: TypeIssue) -> ExpressionProblem {
    switch issue.problem {
    case .undeclared(let name, let all):
      let candidates = all.filter { RowStep.field($0) == nil }
      if let instead = Self.words[name] { return .word(name, instead: instead) }
      return .undeclared(name, candidates: candidates)
    case .noSuchFunction(let name, let candidates): return .noSuchFunction(name, candidates: candidates)
    case .noSuchField(let name, let type, let candidates):
      return .noSuchMember(name, of: "\(type)", candidates: candidates.filter { RowStep.field($0) == nil })
    case .noSuchOverload(let name, let arguments, _): return overload(name, arguments, issue.range)
    case .notBoolean(let type): return .resultType("\(type)", wanted: "condition")
    case .notIterable(let type), .notOptional(let type): return .other("\(type) can't be used here")
    case .invalidRegularExpression(let pattern): return .badRegularExpression(pattern)
    }
  }

  private func overload(_ name: String, _ arguments: [CELType], _ range: Range<Int>) -> ExpressionProblem {
    let types = arguments.map(\.nonNull)
    let text = String(String.UnicodeScalarView(scalars[range.clamped(to: 0..<scalars.count)]))
    if types.contains(DateValue.type), types.contains(.string) {
      return .textBesideDate(Self.quoted(text) ?? "2026-01-01")
    }
    if types.contains(DateValue.type), types.contains(.int), let date = Self.bareDate(text) {
      return .unquotedDate(date)
    }
    let numbers: Set<CELType> = [.int, .uint, DecimalValue.type]
    if types.contains(.string), types.contains(where: { numbers.contains($0) }) {
      return .textBesideNumber(Self.quoted(text).map { "\"\($0)\"" } ?? text)
    }
    let sign = name.replacing("_", with: "").replacing("@", with: "")
    return .noOverload(sign, arguments: types.map { "\($0)" })
  }

  /// The first text in quotes.
  private static func quoted(_ text: String) -> String? {
    let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
    if parts.count >= 3 { return String(parts[1]) }
    let single = text.split(separator: "'", omittingEmptySubsequences: false)
    return single.count >= 3 ? String(single[1]) : nil
  }

  /// A date without quotes, such as `2026-01-31`.
  private static func bareDate(_ text: String) -> String? {
    guard let match = text.firstMatch(of: /[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}/) else { return nil }
    return String(match.output)
  }
}
