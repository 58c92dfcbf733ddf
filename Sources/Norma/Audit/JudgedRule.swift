/// A rule that is judged.
final class JudgedRule: Sendable {
  let rule: Rule
  let plan: RulePlan
  /// When it is judged: after those that it follows.
  let stage: Int
  /// Whether the report shows it.
  let isShown: Bool
  /// Whether other rules or scorecards follow its outcomes, so that all of them are kept.
  let isFollowed: Bool

  init(rule: Rule, plan: RulePlan, stage: Int, isShown: Bool, isFollowed: Bool) {
    self.rule = rule
    self.plan = plan
    self.stage = stage
    self.isShown = isShown
    self.isFollowed = isFollowed
  }
}
