internal import CEL

/// In which order rules are judged that follow the outcomes of others.
struct RuleStages {
  /// Circles of rules that follow each other, each from a rule back to itself.
  let circles: [[String]]
  /// For each rule that follows others their ids.
  private let needs: [String: [String]]
  private let places: [String: Int]

  /// What a rule follows.
  private enum Followed: Hashable {
    case rules(Set<String>)
    case prefix(String)
    /// Every rule that follows none.
    case all
    /// The rules of the scorecards with these ids; nil for all of them.
    case scorecards(Set<String>?)
  }

  /// Orders the rules of a rule base by what they follow. O(rules²) for those that follow others.
  init(_ plans: [RulePlan], _ ruleBase: RuleBase) {
    var followed: [String: Set<Followed>] = [:]
    var followers: [String] = []
    let made = Self.datasetsOfOutcomes(ruleBase)
    for plan in plans where plan.datasets.contains(where: made.contains) {
      let found = Self.followed(by: plan, ruleBase)
      if found.isEmpty { continue }
      followed[plan.rule] = found
      followers.append(plan.rule)
    }
    // Most follow none, and stand in the first stage.
    let ids = followers.isEmpty ? [] : plans.map(\.rule)
    let known = Set(ids)
    var needs: [String: [String]] = [:]
    for (rule, found) in followed {
      var names: Set<String> = []
      for one in found {
        switch one {
        case .rules(let rules): names.formUnion(rules.intersection(known))
        case .prefix(let prefix): names.formUnion(ids.filter { $0.hasPrefix(prefix) })
        case .all: names.formUnion(ids.filter { followed[$0] == nil })
        case .scorecards(let wanted):
          for scorecard in ruleBase.scorecards where wanted?.contains(scorecard.id.value) ?? true {
            names.formUnion(ids.filter { scorecard.counts($0) })
          }
        }
      }
      needs[rule] = names.sorted()
    }
    var level: [String: Int] = [:]
    var circles: [[String]] = []
    var path: [String] = []
    func visit(_ rule: String) -> Int {
      if let known = level[rule] { return known }
      if let start = path.firstIndex(of: rule) {
        circles.append(Array(path[start...]) + [rule])
        return 0
      }
      path.append(rule)
      let stage = (needs[rule] ?? []).map { visit($0) + 1 }.max() ?? (followed[rule] == nil ? 0 : 1)
      path.removeLast()
      level[rule] = stage
      return stage
    }
    for rule in followers { _ = visit(rule) }
    self.circles = circles
    self.needs = needs
    places = level
  }

  /// The stage in which a rule is judged.
  func stage(of rule: String) -> Int { places[rule] ?? 0 }

  /// Returns the rules that others follow directly.
  func followed(by rules: some Sequence<String>) -> Set<String> {
    rules.reduce(into: []) { $0.formUnion(needs[$1] ?? []) }
  }

  /// Returns rules with all that they follow, directly or through others. O(rules).
  func withFollowed(_ rules: some Sequence<String>) -> Set<String> {
    var found: Set<String> = []
    var open = Array(rules)
    while let rule = open.popLast() {
      if found.insert(rule).inserted { open += needs[rule] ?? [] }
    }
    return found
  }

  // MARK: What is followed

  /// The datasets that hold what became of rules, or are derived from such.
  private static func datasetsOfOutcomes(_ ruleBase: RuleBase) -> Set<String> {
    let derived = ruleBase.derivations.keys.filter { ruleBase.roots(of: [$0]).contains { ruleBase.isMadeByAudit($0) } }
    return Set(derived).union([RuleBase.outcomesName, RuleBase.scorecardsName])
  }

  private static func followed(by plan: RulePlan, _ ruleBase: RuleBase) -> Set<Followed> {
    var found: Set<Followed> = []
    for rows in plan.scans { found.formUnion(followed(rows.dataset, where: rows.conditions, ruleBase)) }
    let scanned = Set(plan.scans.map(\.dataset))
    for name in plan.datasets where !scanned.contains(name) { found.formUnion(followed(name, where: [], ruleBase)) }
    return found
  }

  private static func followed(
    _ dataset: String, where conditions: [PlanExpression], _ ruleBase: RuleBase
  ) -> Set<Followed> {
    switch dataset {
    case RuleBase.outcomesName:
      switch constraint("rule", conditions) {
      case .all: return [.all]
      case let other: return [other]
      }
    case RuleBase.scorecardsName:
      if case .rules(let ids) = constraint("scorecard", conditions) { return [.scorecards(ids)] }
      return [.scorecards(nil)]
    default:
      guard let derivation = ruleBase.derivations[dataset] else { return [] }
      var found = followed(derivation.from, where: derivation.filter.map { [$0] } ?? [], ruleBase)
      for name in derivation.relations.datasets where name != derivation.from {
        found.formUnion(followed(name, where: [], ruleBase))
      }
      return found
    }
  }

  /// What conditions say of a field that must hold for a row to count.
  private static func constraint(_ field: String, _ conditions: [PlanExpression]) -> Followed {
    for condition in conditions {
      for node in conjuncts(condition.checked.expression) {
        if let found = constraint(field, node) { return found }
      }
    }
    return .all
  }

  private static func conjuncts(_ node: Expression) -> [Expression] {
    if case .call("_&&_", _, let arguments) = node.kind { return arguments.flatMap { conjuncts($0) } }
    return [node]
  }

  private static func constraint(_ field: String, _ node: Expression) -> Followed? {
    func text(_ node: Expression) -> String? {
      if case .literal(.string(let text)) = node.kind { text } else { nil }
    }
    switch node.kind {
    case .call("_==_", _, let arguments) where arguments.contains { $0.kind == .identifier(field) }:
      return arguments.compactMap(text).first.map { .rules([$0]) }
    case .call("@in", _, let arguments):
      guard arguments[0].kind == .identifier(field), case .list(let entries, _) = arguments[1].kind else { return nil }
      let names = entries.compactMap(text)
      return names.count == entries.count ? .rules(Set(names)) : nil
    case .call("startsWith", let target?, let arguments) where target.kind == .identifier(field):
      return arguments.first.flatMap(text).map { .prefix($0) }
    default: return nil
    }
  }
}

extension RulePlan {
  /// The scans of the plan with their conditions.
  var scans: [RowPlan] {
    switch obligations {
    case .judgeRows(let rows, _, _): [rows]
    case .judgeResponses(let rows, let response, _):
      if case .event(let events, _, _) = response.done { [rows, events] } else { [rows] }
    case .judgeGroups(let group, _, _): [group.rows.filtered(by: group.measure)]
    case .judgePairs(let left, let right, _, _): [left.rows, right.rows]
    case .judgeMatches(let match): [match.left, match.right]
    }
  }
}

extension RowPlan {
  /// The rows with the conditions of a measure that leaves rows out.
  fileprivate func filtered(by measure: Measure) -> RowPlan {
    switch measure {
    case .share(let population?, _): .filter(self, population)
    case .share(nil, _): self
    default: measure.conditions.reduce(self) { .filter($0, $1) }
    }
  }
}
