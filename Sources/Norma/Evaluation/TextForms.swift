internal import CEL

/// Decides in which form the texts of a field are read.
enum TextForms {
  /// Returns the text fields of a dataset whose values the plans that read it do no more than hold against each other, against texts that
  /// are written down, and against null: for them codes of a dictionary would cost more than they save. O(nodes).
  static func sliced(of dataset: Dataset, for plans: [RulePlan]) -> Set<String> {
    var names = Set(dataset.fields.filter { $0.type == .text }.map(\.name))
    for field in dataset.fields { names.subtract(field.reference?.match.map(\.ours) ?? []) }
    for plan in plans where !names.isEmpty {
      names.subtract(plan.structuralFields(of: dataset.name))
      for (owner, expression) in plan.expressions {
        names.subtract(expression.relations.ownFields)
        if owner == dataset.name { removeNames(in: expression.checked.expression, from: &names) }
      }
    }
    return names
  }

  /// Takes out the names that stand anywhere but as a side of such a comparison.
  private static func removeNames(in node: Expression, from names: inout Set<String>) {
    if case .identifier(let name) = node.kind {
      names.remove(name)
      return
    }
    if case .call(let function, nil, let sides) = node.kind, Comparison(function)?.isEquality == true,
      sides.allSatisfy(isPlain)
    {
      return
    }
    for child in node.children { removeNames(in: child, from: &names) }
  }

  private static func isPlain(_ node: Expression) -> Bool {
    switch node.kind {
    case .identifier, .literal(.null), .literal(.string): true
    default: false
    }
  }
}
