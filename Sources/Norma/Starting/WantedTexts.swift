internal import CEL

/// The texts that rules look for in fields: whoever fills in a sheet has to write them so.
struct WantedTexts {
  private var found: [String: [String: Set<String>]] = [:]
  private let ruleBase: RuleBase

  /// Goes through the conditions of rules and of the datasets that they are derived from. O(expressions).
  init(of plans: [RulePlan], in ruleBase: RuleBase) {
    self.ruleBase = ruleBase
    for plan in plans {
      for (dataset, expression) in plan.expressions { add(expression, dataset) }
      for derivation in ruleBase.derivations(for: plan.datasets) {
        for expression in derivation.expressions { add(expression, derivation.from) }
      }
    }
  }

  /// The texts that are looked for in a field, in order.
  func texts(of field: String, in dataset: String) -> [String] { (found[dataset]?[field] ?? []).sorted() }

  private mutating func add(_ plan: PlanExpression, _ dataset: String?) {
    visit(plan.checked.expression, plan.checked, dataset, [:])
  }

  /// Visits a node with the dataset of its own row, and those of the rows that have names.
  private mutating func visit(
    _ node: Expression, _ checked: CheckedExpression, _ dataset: String?, _ rows: [String: String]
  ) {
    if case .comprehension(let macro) = node.kind {
      visit(macro.range, checked, dataset, rows)
      var inner = rows
      if case .list(.object(let name)) = checked.type(of: macro.range).nonNull {
        inner[macro.second ?? macro.variable] = name
      }
      visit(macro.body, checked, dataset, inner)
      return
    }
    if case .call(let name, let target, let arguments) = node.kind,
      ["_==_", "contains", "startsWith", "@in"].contains(name)
    {
      let operands = (target.map { [$0] } ?? []) + arguments
      for (one, other) in [(0, 1), (1, 0)] where operands.count == 2 {
        guard let place = field(operands[one], checked, dataset, rows) else { continue }
        found[place.dataset, default: [:]][place.field, default: []].formUnion(Self.texts(operands[other]))
      }
    }
    for child in node.children { visit(child, checked, dataset, rows) }
  }

  private func field(
    _ node: Expression, _ checked: CheckedExpression, _ dataset: String?, _ rows: [String: String]
  ) -> (dataset: String, field: String)? {
    switch node.kind {
    case .identifier(let name): return dataset.map { ($0, name) }
    case .select(let row, let name):
      if case .identifier(let local) = row.kind, let owner = rows[local] { return (owner, name) }
      if case .object(let owner) = checked.type(of: row).nonNull { return (owner, name) }
      return nil
    default: return nil
    }
  }

  private static func texts(_ node: Expression) -> [String] {
    switch node.kind {
    case .literal(.string(let text)): [text]
    case .list(let entries, _): entries.flatMap(texts)
    default: []
    }
  }
}
