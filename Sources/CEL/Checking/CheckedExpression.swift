/// An expression with the type of every node, and the names that it reads.
public struct CheckedExpression: Hashable, Sendable {
  /// The expression.
  public let expression: Expression
  /// The types by node.
  public let types: [CELType]
  /// The qualified names of all variables that it reads.
  public let variableNames: Set<String>

  /// The type of the whole.
  public var type: CELType { types[expression.id] }

  /// Returns the type of a node.
  public func type(of node: Expression) -> CELType { types[node.id] }
}
