/// Who is audited, by which rules, and where the data comes from: what `norma.yaml` says.
public struct Project: Sendable {
  /// The path of the file.
  public let path: String
  /// Who is audited; owes what no other subject owes.
  public let organization: LocalizedText
  /// The rules, with the project's parameters and waivers.
  public var ruleBase: RuleBase
  /// The plans of all rules by id.
  public let plans: [String: RulePlan]
  /// Periods that ended before this day are not judged; nil for 1 January of the audit's year.
  public let since: CivilDate?
  /// The time zone in which days begin and end.
  public let timeZone: TimeZoneRules
  /// The calendar of workdays.
  public let calendar: WorkdayCalendar
  /// The language of titles and messages.
  public let language: Language
  /// Patterns of rule ids that are judged although they ship disabled.
  public let enabled: [String]
  /// Where each dataset's rows come from.
  public let sources: [String: DataSource]

  /// The rules that are judged: those enabled, in the order of the rule base.
  public var judgedRules: [Rule] {
    let patterns = enabled.map { WildcardPattern($0) }
    return ruleBase.rules.filter { rule in rule.isEnabled || patterns.contains { $0.matches(rule.id) } }
  }
}

/// Where the rows of a dataset come from.
public struct DataSource: Hashable, Sendable {
  /// The files, or patterns of files, resolved against the project's folder.
  public let paths: [String]
  /// The encoding, nil where it is detected.
  public let encoding: String?
  /// The row that holds the headings, from 1; nil for the first row that is not blank.
  public let headerRow: Int?
  /// Where the source is declared.
  public let location: SourceLocation
  /// The rows themselves, where they stand beside a rule and not in files.
  var inlineTable: InlineTable?

  /// The files that the paths name now, in their order. A file that several of them name, however they spell it, is there once.
  var files: [String] {
    let named = paths.flatMap { WildcardPattern.expand(path: $0) }
    if named.count < 2 { return named }
    var known: Set<String> = []
    return named.filter { known.insert(FileSystem.realPath(of: $0)).inserted }
  }
}
