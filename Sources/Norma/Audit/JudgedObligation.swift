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
  /// Whether it is known who owes it.
  let isKnown: Bool
  /// Whether the data names it; else it is one that rows of which the subject isn't known may bring.
  let isNamed: Bool
  /// Who answers for a row that is judged by itself.
  let answerable: [Subject.Part]
}

extension RuleJudgment {
  /// Takes in obligations that nobody names, one for each key of a row of which a part isn't known, in each period: what
  /// follows from outcomes must not take the named ones for all.
  mutating func addUnnamed(_ keys: [[Cell]], in periods: some Collection<Period>) {
    guard context.keepsEveryObligation else { return }
    for key in keys {
      for period in periods {
        obligations.append(
          JudgedObligation(
            subject: Subject(zip(plan.parts, key).map { Subject.Part($0.name, $1) }), period: period,
            verdict: Verdict(.undetermined, doubt: .uncertainSubject), outcome: .undetermined,
            figures: .requirements(failed: [], unknown: []),
            isOwed: .unknown, isKnown: false, isNamed: false, answerable: []))
      }
    }
  }

  /// The period of rules whose obligations stand once.
  var once: Period { Period.once(from: plan.from, asOf: context.asOf, until: plan.until) }

  /// The obligations as reports name them.
  var reported: [AuditReport.Obligation] {
    obligations.filter(\.isNamed).map {
      AuditReport.Obligation(
        rule: rule.id, subject: $0.subject, period: $0.period.key, outcome: $0.outcome, due: $0.verdict.due,
        figures: $0.figures)
    }
  }
}
