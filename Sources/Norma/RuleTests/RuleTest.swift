/// Rows of invented data with what a rule has to make of them.
///
/// A test depends on nothing but the rule files: neither on a project's parameters, waivers, calendar or time zone, nor on
/// whether the rule is enabled, so that it says the same wherever the rule is used.
public struct RuleTest: Sendable {
  /// The rule that is tested.
  public let rule: Rule
  /// What the test is called; nil where it has no name.
  public let name: LocalizedText?
  /// The place of the test among those of its list, from 1.
  public let number: Int
  /// Where it stands.
  public let location: SourceLocation
  /// The day of the audit.
  public let asOf: CivilDate
  /// The rows by dataset, in the order of the file.
  public let data: [(dataset: String, table: InlineTable)]
  /// The obligations that are looked at, in the order of the file.
  public let expectations: [ExpectedObligation]
  /// Whether the expectations name every obligation that the rule may find.
  public let isComplete: Bool

  /// The rule base with the test's parameters.
  let ruleBase: RuleBase
  /// The plan of the rule under these parameters.
  let plan: RulePlan
  let since: CivilDate?
  let timeZone: TimeZoneRules
  let calendar: WorkdayCalendar

  /// What the test is called, or its number where it has no name.
  public func title(_ language: Language) -> String {
    name?[language] ?? (language == .zh ? "第 \(number) 个测试" : "test \(number)")
  }
}

/// An obligation that a test looks at.
public struct ExpectedObligation: Sendable {
  /// The fields of the subject with their texts, nil for an empty one; none for the organization.
  public let subject: [(field: String, value: String?)]
  /// The key of the period; nil where the rule has only one for the subject.
  public let period: String?
  /// The outcome that has to come out.
  public let outcome: Outcome
  /// The due date that has to come out; nil where the test does not care.
  public let due: CivilDate?
  /// The figures that have to come out.
  public let figures: [ExpectedFigure]
  /// Why this is expected; nil where the test does not say.
  public let note: LocalizedText?
  /// Where it stands.
  public let location: SourceLocation

  /// Whether it speaks of `subject`.
  func names(_ subject: Subject) -> Bool {
    let values = subject.values
    guard values.count == self.subject.count else { return false }
    return zip(values, subject.parts).allSatisfy { found, part in
      guard let wanted = self.subject.first(where: { $0.field == found.name }) else { return false }
      let text = wanted.value ?? ""
      if found.value == text { return true }
      switch part.value {
      case .integer(let number): return subject.occurrence == 1 && Rational(decimal: text) == Rational(number)
      case .decimal(let number): return subject.occurrence == 1 && Rational(decimal: text) == number
      default: return false
      }
    }
  }
}

/// A figure that a test expects.
public struct ExpectedFigure: Sendable {
  /// The name, as reports write it.
  public let name: Located<String>
  /// The value as it was written.
  public let text: String
  let value: Value

  enum Value: Hashable, Sendable {
    case nothing
    case number(Rational)
    case day(CivilDate)
    /// Bounds, of which nil is none; or the places of requirements.
    case list([Rational?])
  }
}
