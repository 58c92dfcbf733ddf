/// How the obligations of one rule are worked out: plain data, printable and comparable, without names left to resolve.
///
/// Three levels, each a small closed set of operators. Rows are read and narrowed, groups are figures over rows, and
/// obligations are owed, measured and judged. Every engine runs the same plan.
public struct RulePlan: Hashable, Sendable {
  /// The rule's id.
  public let rule: String
  /// The first day on which the rule is in force; nil means always.
  public let from: CivilDate?
  /// The last day on which the rule is in force; nil means for ever.
  public let until: CivilDate?
  /// What to do.
  public let obligations: ObligationPlan
  /// What the obligations read, which is asked again and again.
  let contents: PlanContents

  init(rule: String, from: CivilDate?, until: CivilDate?, obligations: ObligationPlan) {
    self.rule = rule
    self.from = from
    self.until = until
    self.obligations = obligations
    contents = PlanContents(obligations)
  }

  /// Compares all that plans say.
  public static func == (left: RulePlan, right: RulePlan) -> Bool {
    // The contents follow from the obligations.
    (left.rule, left.from, left.until) == (right.rule, right.from, right.until) && left.obligations == right.obligations
  }

  /// Hashes the rule's id.
  public func hash(into hasher: inout Hasher) { hasher.combine(rule) }

  /// Whether the rule is in force on a day.
  func isInForce(on date: CivilDate) -> Bool {
    (from.map { $0 <= date } ?? true) && (until.map { date <= $0 } ?? true)
  }
}

/// Yields obligations with their outcomes.
public indirect enum ObligationPlan: Hashable, Sendable {
  /// One obligation per row: it is met if all requirements hold. `answerable` says to whom a scorecard counts it.
  case judgeRows(RowPlan, requirements: [Requirement], answerable: [SubjectPart])
  /// One obligation per row: something is done within a time.
  case judgeResponses(RowPlan, response: ResponsePlan, answerable: [SubjectPart])
  /// One obligation per subject that owes and per period, judged by the figure of its group.
  case judgeGroups(GroupPlan, owed: Owed, judgment: Judgment)
  /// One obligation per subject and period: the figures of two groups agree.
  case judgePairs(left: GroupPlan, right: GroupPlan, owed: Owed, tolerance: Tolerance)
  /// One obligation per key: the rows of two registers that belong together hold the same values.
  case judgeMatches(MatchPlan)
}

/// Yields rows, each with certainty: there, or only possibly there.
public indirect enum RowPlan: Hashable, Sendable {
  /// All rows of a dataset, each as certain as the dataset holds it.
  case scan(dataset: String)
  /// The rows for which the condition is not false; one for which it is unknown is only possibly there.
  case filter(RowPlan, PlanExpression)
}

/// Yields one figure per group of rows.
public indirect enum GroupPlan: Hashable, Sendable {
  /// Places rows by subject and period, and measures each group.
  case group(RowPlan, by: [SubjectPart], placement: Placement, measure: Measure)
}

/// A condition that a row must meet, with the words for one that doesn't.
public struct Requirement: Hashable, Sendable {
  /// The condition.
  public let condition: PlanExpression
  /// What to say where it doesn't hold; nil for the rule's own title.
  public let say: LocalizedText?
}

/// One part of what identifies a subject.
public enum SubjectPart: Hashable, Sendable {
  /// The value of a field.
  case field(String)
  /// The value of an expression, under a name.
  case computed(name: String, PlanExpression)
  /// A field that takes each of the given values.
  case listed(name: String, values: [Cell])

  /// The name under which reports show it.
  public var name: String {
    switch self {
    case .field(let name), .computed(let name, _), .listed(let name, _): name
    }
  }

  /// The values that it is said to take; nil where the rows show them.
  var listedValues: [Cell]? {
    if case .listed(_, let values) = self { values } else { nil }
  }
}

/// Which period a row counts in, and from when on it is seen.
public enum Placement: Hashable, Sendable {
  /// In every period: the register as it is.
  case everywhere
  /// In the period of a date field; a row dated after the audit is not seen.
  case dated(String)
  /// In the period of a date field and all after it.
  case cumulative(String)
  /// In the period named by a field, seen from the day of another on.
  case reported(for: String, isPeriodKey: Bool, on: String)

  /// The field that says when a row is seen.
  var seenBy: String? {
    switch self {
    case .everywhere: nil
    case .dated(let field), .cumulative(let field): field
    case .reported(_, _, let on): on
    }
  }

  /// The fields that it reads.
  var fields: [String] {
    switch self {
    case .everywhere: []
    case .dated(let field), .cumulative(let field): [field]
    case .reported(let reported, _, let on): [reported, on]
    }
  }
}

/// Who owes, and when.
public struct Owed: Hashable, Sendable {
  /// Who owes.
  public let subjects: Subjects
  /// When it recurs.
  public let recurrence: Recurrence
  /// The part of a year that counts, nil for all of it.
  public let window: PeriodWindow?
  /// Whether a subject that was active in a part of a period owes it.
  public let owesPartialPeriods: Bool
}

/// Where subjects come from.
public enum Subjects: Hashable, Sendable {
  /// The organization alone.
  case organization
  /// Every combination of values that the rows show; parts with listed values take each of them.
  case discovered
  /// Every row of a dataset that meets the condition, whether or not data mentions it.
  case roster(dataset: String, key: String, among: PlanExpression?, active: Dataset.Activity?)
  /// Every combination of listed values.
  case listed
}

/// How the figure of a group becomes an outcome.
public enum Judgment: Hashable, Sendable {
  /// The figure lies between two bounds, either of which may be absent. With `isChange`, its change from the period before
  /// as a share.
  case within(atLeast: PlanQuantity?, atMost: PlanQuantity?, empty: EmptyOutcome, isChange: Bool)
  /// The number of events lies between two bounds, and no gap between them is longer than allowed.
  case events(atLeast: PlanQuantity?, atMost: PlanQuantity?, longestGap: SpanPlan?)
  /// The day lies at or before a due date.
  case deadline(due: DuePlan)
}

/// The outcome of a figure of nothing.
public enum EmptyOutcome: String, Hashable, Sendable, CaseIterable {
  case undetermined, met, breached
}

/// A number that a figure is held against.
public enum PlanQuantity: Hashable, Sendable {
  case constant(Rational)
  case expression(PlanExpression)
}

/// How far two figures may lie apart.
public struct Tolerance: Hashable, Sendable {
  /// The number, or the share of the larger amount.
  public let quantity: PlanQuantity
  /// Whether it is a share.
  public let isShare: Bool

  /// No difference at all.
  static let zero = Tolerance(quantity: .constant(.zero), isShare: false)
}

/// When something is due.
public struct DuePlan: Hashable, Sendable {
  /// The rule for the due date.
  public let rule: DueRulePlan
  /// Where a due date that is no workday moves.
  public let roll: Roll
  /// What is added after that; nil for nothing.
  public let grace: SpanPlan?
}

/// A rule for a due date that is fixed or set by a parameter.
public enum DueRulePlan: Hashable, Sendable {
  case fixed(DueRule)
  case parameter(String)
}

/// A span that is fixed or set by a parameter.
public enum SpanPlan: Hashable, Sendable {
  case fixed(CalendarSpan)
  case parameter(String)
}

/// What has to be done within a time, and by what it is seen to be done.
public struct ResponsePlan: Hashable, Sendable {
  /// The field that says since when it is owed.
  public let since: String
  /// What shows that it is done.
  public let done: Done
  /// The time for it.
  public let within: Within

  /// What shows that it is done.
  public enum Done: Hashable, Sendable {
    /// A date field of the row itself.
    case field(String)
    /// The first row of another dataset that belongs to it and is not before its beginning.
    case event(RowPlan, on: String, match: [MatchPair])
  }

  /// The time for a response.
  public enum Within: Hashable, Sendable {
    case span(SpanPlan)
    /// Hours, from moment to moment.
    case hours(Int)
  }
}

/// A field of one dataset with the field of another that holds its value.
public struct MatchPair: Hashable, Sendable {
  /// The field of the first, or left, dataset.
  public let ours: String
  /// The field of the other, or right, dataset.
  public let theirs: String
}

/// Two registers whose rows belong together by a key, and what they should agree on.
public struct MatchPlan: Hashable, Sendable {
  /// The rows of one register.
  public let left: RowPlan
  /// The rows of the other.
  public let right: RowPlan
  /// The fields of the key.
  public let match: [MatchPair]
  /// The fields that should hold the same.
  public let compare: [MatchPair]
  /// Whether keys that only one register has are left out.
  public let onlyBoth: Bool
  /// How far numbers may lie apart.
  public let tolerance: Tolerance
}
