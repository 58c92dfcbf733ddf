/// What can be wrong with a file as YAML, before anyone asks what it means.
public enum YAMLProblem: Hashable, Sendable {
  /// The text breaks YAML's grammar; a full-width character nearby may be the cause.
  case syntax(YAMLSyntax, suspect: FullWidthSuspect?)
  case duplicateKey(String, firstLine: Int)
  case keyNotText
  /// A value that begins with `!`, which YAML takes for its type: a negation would be lost.
  case tag(String)
  case unknownAnchor(String)
  case severalDocuments
  case tooDeep(limit: Int)
  case tooManyNodes(limit: Int)
  case aliasesTooLarge(limit: Int)
}

/// A full-width or typographic character where YAML or CEL wants a plain one.
public struct FullWidthSuspect: Hashable, Sendable {
  /// The character found.
  public let found: String
  /// The plain one it probably stands for.
  public let plain: String
  /// The line it stands on.
  public let line: Int
  /// The Unicode scalar within the line, from 1.
  public let column: Int
}

/// The ways in which a text can break YAML's grammar, by what a person would do about them.
public enum YAMLSyntax: Hashable, Sendable, CaseIterable {
  case tabIndentation
  case reservedCharacter
  case unclosedQuote
  case unclosedBracket
  case missingColon
  case nestedColon
  case badIndentation
  case badEscape
  case badCharacter
  case other

  /// Classifies the message of libyaml 0.2.5, the only place that tells its errors apart.
  init(libyaml problem: String, context: String) {
    switch problem {
    case _ where problem.contains("tab character"), _ where problem.contains("'\\t'"):
      self = .tabIndentation
    case "found character that cannot start any token",
      _ where context.contains("scanning a tag"):
      self = .reservedCharacter
    case "found unexpected end of stream", "found unexpected document indicator":
      self = context.contains("quoted") ? .unclosedQuote : .unclosedBracket
    case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
      self = .unclosedBracket
    case "could not find expected ':'":
      self = .missingColon
    case "mapping values are not allowed in this context":
      self = .nestedColon
    case "did not find expected key", "did not find expected '-' indicator",
      "block sequence entries are not allowed in this context", "did not find expected <document start>":
      self = .badIndentation
    case _ where problem.contains("escape"), "did not find expected hexdecimal number":
      self = .badEscape
    case _ where problem.contains("UTF-8"), "control characters are not allowed",
      _ where problem.contains("Unicode"):
      self = .badCharacter
    default:
      self = .other
    }
  }
}
