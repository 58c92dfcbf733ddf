/// What can be wrong with the text of an expression: facts, with a description for those who need no better words.
public struct SyntaxIssue: Error, Hashable, Sendable {
  /// What is wrong.
  public let problem: Problem
  /// Where, in Unicode scalars of the source.
  public let range: Range<Int>

  /// The ways in which a text can fail to be an expression.
  public enum Problem: Hashable, Sendable {
    /// Something else should stand here; the texts of what was found and what would do.
    case unexpected(found: String, expected: [String])
    case unexpectedEnd(expected: [String])
    /// A character that no expression has; the plain one that it probably stands for, where it is full-width.
    case unexpectedCharacter(String, plain: String?)
    case unterminatedString
    case invalidEscape(String)
    case invalidNumber(String)
    case reservedWord(String)
    /// A macro with the wrong kind of argument.
    case invalidMacro(String, expected: String)
    case tooLong(limit: Int)
    case tooLarge(limit: Int)
    case tooDeep(limit: Int)
  }
}

extension SyntaxIssue: CustomStringConvertible {
  /// The issue in English.
  public var description: String {
    switch problem {
    case .unexpected(let found, let expected):
      "unexpected `\(found)`" + (expected.isEmpty ? "" : ", expected " + expected.joined(separator: " or "))
    case .unexpectedEnd(let expected):
      "unexpected end" + (expected.isEmpty ? "" : ", expected " + expected.joined(separator: " or "))
    case .unexpectedCharacter(let found, let plain):
      "unexpected character `\(found)`" + (plain.map { ", write `\($0)`" } ?? "")
    case .unterminatedString: "unterminated string"
    case .invalidEscape(let text): "invalid escape `\(text)`"
    case .invalidNumber(let text): "invalid number `\(text)`"
    case .reservedWord(let word): "`\(word)` is a reserved word"
    case .invalidMacro(let name, let expected): "`\(name)` expects \(expected)"
    case .tooLong(let limit): "longer than \(limit) characters"
    case .tooLarge(let limit): "more than \(limit) parts"
    case .tooDeep(let limit): "nested deeper than \(limit) levels"
    }
  }
}
