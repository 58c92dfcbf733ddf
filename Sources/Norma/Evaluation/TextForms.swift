internal import CEL

/// Decides in which form the texts of a field are read.
enum TextForms {
  /// Returns the text fields of a dataset whose values the plans that read it do no more than hold against each other, against texts that
  /// are written down, and against null: for them codes of a dictionary would cost more than they save. O(nodes).
  static func sliced(of dataset: Dataset, for plans: [RulePlan]) -> Set<String> {
    var coded = Set(dataset.fields.compactMap(\.reference).flatMap { $0.match.map(\.ours) })
    for plan in plans {
      coded.formUnion(plan.structuralFields(of: dataset.name))
      for (owner, expression) in plan.expressions {
        coded.formUnion(expression.relations.ownFields)
        if owner == dataset.name { coded.formUnion(names(in: expression.checked.expression)) }
      }
    }
    return Set(dataset.fields.filter { $0.type == .text }.map(\.name)).subtracting(coded)
  }

  /// The names that stand anywhere but as a side of such a comparison.
  private static func names(in node: Expression) -> Set<String> {
    if case .identifier(let name) = node.kind { return [name] }
    if case .call(let function, nil, let sides) = node.kind, Comparison(function)?.isEquality == true,
      sides.allSatisfy(isPlain)
    {
      return []
    }
    return node.children.reduce(into: []) { $0.formUnion(names(in: $1)) }
  }

  private static func isPlain(_ node: Expression) -> Bool {
    switch node.kind {
    case .identifier, .literal(.null), .literal(.string): true
    default: false
    }
  }
}
