/// How the outcomes of rules become a score for each of their subjects.
public struct Scorecard: Sendable {
  /// The name; unique across the rule base.
  public let id: Located<String>
  /// What it is called.
  public let title: LocalizedText
  /// The field whose values are scored.
  public let each: Located<String>
  /// The periods that are scored.
  public let recurrence: Recurrence
  /// Patterns of the ids of rules that count.
  public let rules: [Located<String>]
  /// The score of whoever has broken nothing.
  public let start: Rational
  /// The most that the rules of a pattern may deduct, each of them.
  public let caps: [Cap]
  /// The grades, the best first.
  public let grades: [Grade]

  /// The most that a rule may deduct.
  public struct Cap: Sendable {
    /// The rule's id, or a pattern of ids.
    public let rule: Located<String>
    /// The most.
    public let most: Rational
  }

  /// A grade with what follows from it.
  public struct Grade: Sendable {
    /// The least score; nil for any.
    public let atLeast: Rational?
    /// What it is called.
    public let name: LocalizedText
    /// What follows, by name: a share, an amount, a text.
    public let consequences: [Consequence]
  }

  /// Something that follows from a grade.
  public struct Consequence: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: Cell
  }

  /// Returns the grade of a score; nil where none is that low. O(grades).
  func grade(of score: Rational) -> Grade? {
    grades.first { grade in grade.atLeast.map { $0 <= score } ?? true }
  }

  /// Whether a rule counts.
  func counts(_ rule: String) -> Bool { rules.contains { WildcardPattern($0.value).matches(rule) } }

  /// The most that a rule may deduct; nil for no limit.
  func cap(of rule: String) -> Rational? { caps.first { WildcardPattern($0.rule.value).matches(rule) }?.most }
}
