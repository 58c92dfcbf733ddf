/// An expression with the type of every node, and what every name and call means.
public struct CheckedExpression: Hashable, Sendable {
  /// The expression.
  public let expression: Expression
  /// The types by node.
  public let types: [CELType]
  /// The qualified names of variables, by node.
  public let variables: [Int: String]
  /// The ids of the overloads that a call may be, by node: one, or several where types show only when it is run.
  public let overloads: [Int: [String]]

  /// The type of the whole.
  public var type: CELType { types[expression.id] }

  /// Returns the type of a node.
  public func type(of node: Expression) -> CELType { types[node.id] }

  /// Returns the names of all variables that the expression reads.
  public var variableNames: Set<String> { Set(variables.values) }
}
