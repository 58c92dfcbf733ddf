/// What is wrong with the types of an expression: facts, with a description for those who need no better words.
public struct TypeIssue: Error, Hashable, Sendable {
  /// What is wrong.
  public let problem: Problem
  /// Where, in Unicode scalars of the source.
  public let range: Range<Int>
  /// The node.
  public let node: Int

  /// The ways in which types can be wrong.
  public enum Problem: Hashable, Sendable {
    /// Nothing has this name; the names that there are.
    case undeclared(String, candidates: [String])
    /// No function has this name; the names that there are.
    case noSuchFunction(String, candidates: [String])
    /// The function does not take these types; what it takes.
    case noSuchOverload(String, arguments: [CELType], available: [Overload])
    /// The record has no such field; the fields that it has.
    case noSuchField(String, of: CELType, candidates: [String])
    case notIterable(CELType)
    case notBoolean(CELType)
    case notOptional(CELType)
    case invalidRegularExpression(String)
  }
}

extension TypeIssue: CustomStringConvertible {
  /// The issue in English.
  public var description: String {
    switch problem {
    case .undeclared(let name, _): "undeclared reference to `\(name)`"
    case .noSuchFunction(let name, _): "there is no function `\(name)`"
    case .noSuchOverload(let name, let arguments, _):
      "found no matching overload for `\(name)` applied to (\(arguments.map(\.description).joined(separator: ", ")))"
    case .noSuchField(let field, let type, _): "undefined field `\(field)` of \(type)"
    case .notIterable(let type): "\(type) can't be gone through"
    case .notBoolean(let type): "expected bool, found \(type)"
    case .notOptional(let type): "expected an optional, found \(type)"
    case .invalidRegularExpression(let pattern): "invalid regular expression `\(pattern)`"
    }
  }
}
