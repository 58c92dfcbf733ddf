public import CEL

/// A condition, figure or bound that was checked: names and types are settled.
public struct PlanExpression: Hashable, Sendable {
  /// The text as it was written.
  public let text: String
  /// The expression with its types.
  public let checked: CheckedExpression
  /// The fields of the row that it reads.
  public let fields: Set<String>
  /// The parameters that it reads.
  public let parameters: Set<String>
  /// Whether it reads the period.
  public let usesPeriod: Bool

  init(text: String, checked: CheckedExpression, dataset: Dataset?) {
    self.text = text
    self.checked = checked
    let names = checked.variableNames
    fields = names.intersection(dataset?.fields.map(\.name) ?? [])
    usesPeriod = names.contains("period") && !fields.contains("period")
    parameters = fields.contains("param") ? [] : Self.parameters(of: checked.expression)
  }

  private static func parameters(of node: Expression) -> Set<String> {
    if case .select(let operand, let field) = node.kind, case .identifier("param") = operand.kind { return [field] }
    return node.children.reduce(into: []) { $0.formUnion(parameters(of: $1)) }
  }
}
