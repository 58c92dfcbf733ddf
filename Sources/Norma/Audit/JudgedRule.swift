/// A rule that is judged.
final class JudgedRule: Sendable {
  let rule: Rule
  let plan: RulePlan
  /// When it is judged: after those that it follows.
  let stage: Int
  /// Whether the report shows it.
  let isShown: Bool

  init(rule: Rule, plan: RulePlan, stage: Int, isShown: Bool) {
    self.rule = rule
    self.plan = plan
    self.stage = stage
    self.isShown = isShown
  }
}
