/// An obligation with its outcome, whatever that is: what a finding is made from, and what is met or pending too.
public struct JudgedObligation: Hashable, Sendable {
  /// The rule's id.
  public let rule: String
  /// Who owes it.
  public let subject: Subject
  /// The key of the period.
  public let period: String
  /// The outcome; `waived` where a waiver covers it.
  public let outcome: Outcome
  /// The due date without grace; nil where the kind has none.
  public let due: CivilDate?
  /// What was measured.
  public let figures: Figures
}
