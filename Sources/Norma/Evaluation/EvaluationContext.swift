internal import CEL

/// What is fixed for a whole audit.
struct EvaluationContext: Sendable {
  /// The day of the audit.
  let asOf: CivilDate
  /// The first day of the stretch that is judged.
  let since: CivilDate
  /// The zone in which days begin and end.
  let timeZone: TimeZoneRules
  /// The calendar of workdays.
  let calendar: WorkdayCalendar
  /// The parameters by name.
  let parameters: ParameterTable
  /// The datasets by name.
  let datasets: [String: Dataset]
  /// How they refer to each other.
  let relationships: Relationships
  /// The functions of expressions.
  let functions: FunctionLibrary
  /// How many rows of evidence are kept per finding.
  let evidenceLimit: Int
  /// Whether the rows that meet a rule are kept as well, since something is made of every obligation.
  var keepsEveryObligation = false
  /// How many rows of a rule with the same outcome anybody looks at: the first ones. Nothing is kept of the others but what is
  /// counted.
  var listedRows = Int.max
  /// The rows of other datasets, as far as they have been read or worked out.
  var relations = Relations.none
  /// Whether only what is overdue or open matters, so that the periods of rules without a due date are judged while they are
  /// open.
  var onlyDue = false
  /// How many threads evaluate rules.
  var jobs = 1
  /// The conditions of all rules.
  let conditions = ConditionGraph()

  /// Returns a dataset that was checked.
  func dataset(_ name: String) -> Dataset {
    guard let dataset = datasets[name] else { preconditionFailure("no dataset \(name) among those that were checked") }
    return dataset
  }

  /// The constants of conditions that are not judged period by period.
  var constants: Constants { constants(in: nil) }

  /// The constants of conditions in `period`; its parameters are those at its end, or at the audit's day where there is
  /// no period or it is `once`.
  func constants(in period: Period?) -> Constants {
    let date = period.flatMap { $0.unit == .once ? nil : $0.last } ?? asOf
    return Constants(
      asOf: asOf, period: period, parameters: parameters.values(on: date), relations: relations)
  }

  /// Whether a condition can differ from one period to the next: a parameter with a first day is not set before it.
  func dependsOnPeriod(_ expression: PlanExpression) -> Bool {
    expression.usesPeriod || expression.parameters.contains { parameters.isDated($0) }
  }

  /// The judged periods of a rule.
  func periods(_ plan: RulePlan, _ owed: Owed) -> JudgedPeriods {
    var withLead = false
    if case .judgeGroups(_, _, .within(_, _, _, isChange: true)) = plan.obligations { withLead = true }
    let periods = JudgedPeriods(
      owed.recurrence, window: owed.window, since: since, from: plan.from, until: plan.until, asOf: asOf,
      withLead: withLead)
    if case .judgeGroups(_, _, .deadline) = plan.obligations { return periods }
    return onlyDue ? periods.open(on: asOf, withLead: withLead) : periods
  }

  /// Whether an obligation of a rule can be overdue, or be open and end within `horizon` days. O(periods).
  func mayBeDue(_ plan: RulePlan, horizon: Int) -> Bool {
    switch plan.obligations {
    case .judgeRows, .judgeMatches: return false
    case .judgeResponses, .judgeGroups(_, _, .deadline): return true
    case .judgeGroups(_, let owed, _), .judgePairs(_, _, let owed, _):
      return periods(plan, owed).open(on: asOf, withLead: false).periods.contains {
        Int($0.last.dayNumber - asOf.dayNumber) <= horizon
      }
    }
  }

  /// The days of a period that are measured: of an open one those up to the audit's; `once` begins with the rule, or else
  /// with the project's stretch.
  func measuredDays(_ period: Period) -> MeasuredDays {
    let first = period.unit == .once && !period.hasBeginning ? min(since, period.last) : period.first
    return MeasuredDays(first: first.dayNumber, last: min(period.last, asOf).dayNumber)
  }

  /// Returns the day of a timestamp in the audit's zone.
  func day(ofMicroseconds microseconds: Int64) -> CivilDate {
    CivilDate(Timestamp(microseconds: microseconds), in: timeZone) ?? .earliest
  }
}

/// Parameters by name, from which the values of a day are had at once: most have one value for all days.
struct ParameterTable: Sendable {
  private let all: [String: Parameter]
  /// The values of those that have the same on all days.
  private let fixed: [String: ParameterValue]
  private let dated: [String: Parameter]

  init(_ parameters: [String: Parameter]) {
    all = parameters
    let isFixed = { (parameter: Parameter) in parameter.values.count == 1 && parameter.values[0].from == nil }
    fixed = parameters.filter { isFixed($0.value) }.compactMapValues { $0.values.first?.value }
    dated = parameters.filter { !isFixed($0.value) && !$0.value.values.isEmpty }
  }

  subscript(name: String) -> Parameter? { all[name] }

  /// Whether a parameter's value hangs on the day.
  func isDated(_ name: String) -> Bool { dated[name] != nil }

  /// Returns the values in force on a day, of those that are set. O(parameters with dates).
  func values(on date: CivilDate) -> [String: ParameterValue] {
    var values = fixed
    for (name, parameter) in dated { values[name] = parameter.value(on: date) }
    return values
  }
}

/// What an expression sees beside the row.
///
/// Every rule asks for them for every batch, whichever job has read it: copies would make jobs wait for each other, since they
/// count references to what both hold.
final class Constants: Sendable {
  /// The day of the audit.
  let asOf: CivilDate
  /// The period that is judged; nil where there is none.
  let period: Period?
  /// The values of the parameters that are set.
  let parameters: [String: ParameterValue]
  /// The rows of other datasets.
  let relations: Relations
  /// For the rows at hand the fields that their file has no column for, by the names of the variables that tell.
  let missingColumns: Set<String>
  /// The names by which expressions speak of the day of the audit, the period and the parameters, unless a field is called so.
  static let names: Set<String> = ["asOf", "period", "param"]

  init(
    asOf: CivilDate, period: Period?, parameters: [String: ParameterValue], relations: Relations = .none,
    missingColumns: Set<String> = []
  ) {
    self.asOf = asOf
    self.period = period
    self.parameters = parameters
    self.relations = relations
    self.missingColumns = missingColumns
  }

  /// Returns the same constants with other rows of other datasets.
  func with(_ relations: Relations) -> Constants {
    Constants(
      asOf: asOf, period: period, parameters: parameters, relations: relations, missingColumns: missingColumns)
  }

  /// Returns the same constants for rows of a file that lacks some columns.
  func with(missingColumns: Set<String>) -> Constants {
    if missingColumns == self.missingColumns { return self }
    return Constants(
      asOf: asOf, period: period, parameters: parameters, relations: relations, missingColumns: missingColumns)
  }

  /// The constants for the rows of a batch, which come from one file.
  func reading(_ batch: Batch, of dataset: Dataset) -> Constants {
    if batch.hasAllColumns && missingColumns.isEmpty { return self }
    let missing = dataset.fields.indices.filter { !batch.hasColumn(forField: $0) }
    return with(missingColumns: Set(missing.map { RowStep.hasColumn(dataset.fields[$0].name) }))
  }
}
