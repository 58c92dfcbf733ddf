internal import CEL

extension RulePlan {
  /// The parts of the rule's conditions that the columnar engine leaves to the reference interpreter, as they are written.
  func interpretedParts(in ruleBase: RuleBase) -> [String] {
    let relationships = ruleBase.relationships
    var parts: [String] = []
    for (name, plan) in expressions {
      guard let name, let dataset = ruleBase.datasets[name] else { continue }
      let compiler = KernelCompiler(plan.checked, dataset: dataset, relationships: relationships)
      let root = plan.checked.expression
      let scalars = Array(plan.text.unicodeScalars)
      let isCondition = plan.checked.type.nonNull == .bool
      let nodes = isCondition ? compiler.condition(root).interpreted : compiler.value(root) == nil ? [root] : []
      for node in nodes {
        let text = String(String.UnicodeScalarView(scalars[node.range.clamped(to: 0..<scalars.count)]))
        if !parts.contains(text) { parts.append(text) }
      }
    }
    return parts
  }
}
