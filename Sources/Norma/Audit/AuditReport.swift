/// All that an audit found out, ready to be rendered; formats add nothing to it and leave nothing out.
public struct AuditReport: Sendable {
  /// Who was audited.
  public let organization: LocalizedText
  /// The day as of which it was.
  public let asOf: CivilDate
  /// Periods that ended before this day were not judged.
  public let since: CivilDate
  /// The files that were read.
  public let inputs: [Input]
  /// The obligations by outcome.
  public let summary: OutcomeCounts
  /// The rules that were judged, in the order of the rule base.
  public let rules: [RuleSummary]
  /// The obligations that are late, overdue, breached, undetermined or waived, by rule, subject and period, as many as the
  /// audit was asked to list; `rules` counts all of them.
  public let findings: [Finding]
  /// The cells and rows that could not be taken as they stand, as many as the audit was asked to list.
  public let dataFindings: [LocatedDataFinding]
  /// How many there are in all.
  public let dataFindingCount: Int
  /// The unknown cells on which undetermined obligations hang, those on which most hang first, as many as the audit was asked
  /// to list.
  public let cellsToSupply: [CellToSupply]
  /// The open obligations that fall due soon, the earliest first.
  public let upcoming: [Upcoming]
  /// What else is worth knowing.
  public let notes: [Note]
  /// Every obligation, where they were asked for; by rule.
  public let obligations: [Obligation]
  /// What the subjects of scorecards scored.
  public internal(set) var scores: [Score] = []

  /// An obligation with what became of it.
  public struct Obligation: Hashable, Sendable {
    /// The rule's id.
    public let rule: String
    /// Who owes it.
    public let subject: Subject
    /// The key of the period.
    public let period: String
    /// The outcome; `waived` where a waiver covers it.
    public let outcome: Outcome
    /// The due date; nil where the kind has none.
    public let due: CivilDate?
    /// What was measured.
    public let figures: Figures
  }

  /// A file of a dataset.
  public struct Input: Hashable, Sendable {
    /// The dataset.
    public let dataset: String
    /// The file, as its path below the project's folder.
    public let file: String
    /// The SHA-256 digest of its bytes, in hex digits; empty where the options did not ask for it.
    public let sha256: String
    /// The rows.
    public let rows: Int
  }

  /// A rule with the obligations that it states, by outcome.
  public struct RuleSummary: Sendable {
    /// The id.
    public let id: String
    /// What the rule is called.
    public let title: LocalizedText
    /// The keyword of the rule's kind.
    public let kind: String
    /// How bad it is.
    public let severity: Severity
    /// The department that answers for it.
    public let department: LocalizedText?
    /// The obligations by outcome.
    public internal(set) var counts: OutcomeCounts
  }

  /// A data finding with its file's name.
  public struct LocatedDataFinding: Hashable, Sendable {
    /// The finding.
    public let finding: DataFinding
    /// The file, as its path below the project's folder.
    public let file: String
    /// Whether the field's values are masked.
    public let isMasked: Bool
  }

  /// An open obligation that falls due soon.
  public struct Upcoming: Hashable, Sendable {
    /// The rule's id.
    public let rule: String
    /// What the rule is called.
    public let title: LocalizedText
    /// How bad it is.
    public let severity: Severity
    /// The department that answers for it.
    public let department: LocalizedText?
    /// Who owes it.
    public let subject: Subject
    /// The key of the period.
    public let period: String
    /// The due date, or the last day of the period where the kind has no due date.
    public let due: CivilDate
    /// The days from the audit to the due date.
    public let daysLeft: Int
  }
}

/// How many obligations had each outcome.
public struct OutcomeCounts: Hashable, Sendable {
  /// The numbers in the order of the outcomes.
  private var counts = [Int](repeating: 0, count: Outcome.allCases.count)

  /// Creates counts of none.
  public init() {}

  /// The number of obligations with `outcome`.
  public subscript(outcome: Outcome) -> Int { counts[outcome.place] }

  /// The number of all obligations.
  public var obligations: Int { counts.reduce(0, +) }

  /// The number of obligations that are findings.
  public var findings: Int { Outcome.allCases.reduce(0) { $0 + ($1.isFinding ? self[$1] : 0) } }

  mutating func add(_ outcome: Outcome, count: Int = 1) {
    counts[outcome.place] += count
  }

  mutating func add(_ other: OutcomeCounts) {
    for place in counts.indices { counts[place] += other.counts[place] }
  }
}

/// Something worth knowing that is no finding.
public enum Note: Hashable, Sendable {
  /// A rule was not audited, since nothing is said about where a dataset comes from.
  case ruleWithoutData(rule: String, datasets: [String])
  /// A waiver's last day is past.
  case waiverExpired(rule: String, until: CivilDate, reason: LocalizedText)
  /// A waiver covers nothing.
  case waiverUnused(rule: String, reason: LocalizedText)
  /// A waiver ends within 14 days.
  case waiverEnding(rule: String, until: CivilDate, reason: LocalizedText)
  /// Due dates lie in a year of which the calendar holds no holidays.
  case calendarLacksYear(Int)
  /// Rows name no subject of a roster.
  case rowsOfNobody(rule: String, dataset: String, field: String, rows: Int)
  /// A parameter that nobody has set.
  case parameterUnset(String, title: LocalizedText?)
  /// A column of a file that belongs to no field.
  case unusedColumn(dataset: String, file: String, column: String)
  /// A column without a heading.
  case unnamedColumn(dataset: String, file: String, position: Int)
  /// An optional field without a column.
  case missingColumn(dataset: String, file: String, field: String)
}
