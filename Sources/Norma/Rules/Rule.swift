/// A rule: who owes what, by when, on whose authority.
///
/// What is made of a rule base passes its rules along: copies share all that they say.
public final class Rule: Sendable {
  /// The name by which projects, waivers and reports speak of it; unique across the rule base.
  public let id: String
  /// What the rule is called.
  public let title: LocalizedText
  /// The document and clause that it enforces.
  public let citation: Citation?
  /// How bad it is when it is broken.
  public let severity: Severity
  /// The department that answers for it.
  public let department: LocalizedText?
  /// The first day on which it is in force; nil means always.
  public let from: CivilDate?
  /// The last day on which it is in force; nil means for ever.
  public let until: CivilDate?
  /// How much a broken obligation counts in a scorecard.
  public let weight: Rational
  /// What to do where it is broken.
  public let remedy: LocalizedText?
  /// Free words to find it by.
  public let tags: [String]
  /// Whether it is judged where a project does not turn it on.
  public let isEnabled: Bool
  /// The duties of a catalogue that it expresses.
  public let implements: [String]
  /// What it demands.
  let kind: any RuleKind
  /// The tests that stand with it, not yet read; nil where there are none.
  let tests: YAMLFragment?
  /// What it is a variant of; nil where its id is written as it is.
  let variant: Variant?
  /// Where its id stands.
  public let location: SourceLocation

  init(
    id: String, title: LocalizedText, citation: Citation?, severity: Severity, department: LocalizedText?,
    from: CivilDate?, until: CivilDate?, weight: Rational, remedy: LocalizedText?, tags: [String], isEnabled: Bool,
    implements: [String], kind: any RuleKind, tests: YAMLFragment?, variant: Variant?, location: SourceLocation
  ) {
    self.id = id
    self.title = title
    self.citation = citation
    self.severity = severity
    self.department = department
    self.from = from
    self.until = until
    self.weight = weight
    self.remedy = remedy
    self.tags = tags
    self.isEnabled = isEnabled
    self.implements = implements
    self.kind = kind
    self.tests = tests
    self.variant = variant
    self.location = location
  }

  /// One of the rules that are written as one.
  struct Variant: Sendable {
    /// The id with the names in it.
    let writtenID: String
    /// What the names stand for.
    let values: [String: String]
  }

  /// The clause of a document.
  public struct Citation: Hashable, Sendable {
    /// The document's name.
    public let document: LocalizedText?
    /// The place within it.
    public let clause: LocalizedText?
  }
}

/// How bad a broken rule is, the worst first.
public enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
  case critical, major, minor, info

  /// Orders severities, the lesser first.
  public static func < (left: Severity, right: Severity) -> Bool {
    left.rank > right.rank
  }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A value that a department sets, and that conditions and bounds read as `param.name`.
public struct Parameter: Sendable {
  /// The name behind `param.`.
  public let name: String
  /// What it decides.
  public let title: LocalizedText?
  /// Its values, each from its day on; empty where nobody has set it. A value without days holds from the beginning.
  public let values: [Dated]
  /// Where it is declared.
  public let location: SourceLocation
  /// Where a project sets it; nil where the rule file's own values hold.
  public var overrideLocation: SourceLocation?

  /// A value from a day on.
  public struct Dated: Hashable, Sendable {
    /// The first day; nil means from the beginning.
    public let from: CivilDate?
    /// The value.
    public let value: ParameterValue
    /// The value as people wrote it, such as `90%`.
    public let text: String
  }

  /// Returns the value in force on `date`; nil where none is. O(values).
  public func value(on date: CivilDate) -> ParameterValue? { dated(on: date)?.value }

  /// Returns the value in force on `date` as people wrote it; nil where none is. O(values).
  public func text(on date: CivilDate) -> String? { dated(on: date)?.text }

  private func dated(on date: CivilDate) -> Dated? {
    values.filter { $0.from.map { $0 <= date } ?? true }
      .max { ($0.from ?? CivilDate(dayNumber: .min)) < ($1.from ?? CivilDate(dayNumber: .min)) }
  }
}

/// The value of a parameter.
public enum ParameterValue: Hashable, Sendable {
  case boolean(Bool)
  case integer(Int64)
  case decimal(Rational)
  case date(CivilDate)
  /// A text, and also a span such as `15d` where one is wanted.
  case text(String)
  case list([ParameterValue])
}

/// A permission to break a rule for a while, given by someone who answers for it.
public final class Waiver: Sendable {
  /// A rule's id, or a pattern of ids with `*` and `?`.
  public let rule: Located<String>
  /// The fields and values that an obligation's subject must have; empty for any.
  public let subject: [String: String]
  /// The periods covered, as the keys of the first and the last; nil for all.
  public let periods: PeriodSpan?
  /// The last day on which it is in force.
  public let until: CivilDate
  /// Why it was given.
  public let reason: LocalizedText
  /// Who gave it.
  public let approvedBy: LocalizedText
  /// Where it stands.
  public let location: SourceLocation

  init(
    rule: Located<String>, subject: [String: String], periods: PeriodSpan?, until: CivilDate, reason: LocalizedText,
    approvedBy: LocalizedText, location: SourceLocation
  ) {
    self.rule = rule
    self.subject = subject
    self.periods = periods
    self.until = until
    self.reason = reason
    self.approvedBy = approvedBy
    self.location = location
  }

  /// The days that the covered periods lie in.
  public struct PeriodSpan: Hashable, Sendable {
    /// The text as written.
    public let text: String
    /// The first day, nil for `once`.
    public let first: CivilDate?
    /// The last day, nil for `once`.
    public let last: CivilDate?
  }
}

/// All that the files of a rule base say, read together.
public struct RuleBase: Sendable {
  /// The datasets by name.
  public internal(set) var datasets: [String: Dataset] = [:]
  /// The rules in the order of files and lines.
  public internal(set) var rules: [Rule] = []
  /// The parameters by name.
  public internal(set) var parameters: [String: Parameter] = [:]
  /// The workday calendars by name.
  public internal(set) var calendars: [String: WorkdayCalendar] = [:]
  /// The waivers of rule files.
  public internal(set) var waivers: [Waiver] = []
  /// Where each dataset is declared.
  public internal(set) var datasetLocations: [String: SourceLocation] = [:]

  /// How derived datasets are worked out, by name.
  var derivations: [String: Derivation] = [:]
  /// The scorecards in the order of files and lines.
  public internal(set) var scorecards: [Scorecard] = []

  /// How the datasets refer to each other.
  public var relationships: Relationships { Relationships(datasets) }

  /// Creates an empty rule base.
  public init() {}
}
