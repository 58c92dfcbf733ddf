/// An obligation with what became of it, for what is made of all of them: scorecards, other rules, and tests of rules.
struct JudgedObligation: Sendable {
  let subject: Subject
  let period: Period
  /// The verdict, beneath a waiver if there is one.
  let verdict: Verdict
  /// The outcome; `waived` where a waiver covers it.
  let outcome: Outcome
  let figures: Figures
  /// Whether it is certainly owed.
  let isOwed: Truth
  /// Who answers for a row that is judged by itself.
  let answerable: [Subject.Part]
}

extension RuleJudgment {
  /// The obligations as reports name them.
  var reported: [AuditReport.Obligation] {
    obligations.map {
      AuditReport.Obligation(
        rule: rule.id, subject: $0.subject, period: $0.period.key, outcome: $0.outcome, due: $0.verdict.due,
        figures: $0.figures)
    }
  }
}
