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
  let parameters: [String: Parameter]
  /// The datasets by name.
  let datasets: [String: Dataset]
  /// The functions of expressions.
  let functions: FunctionLibrary
  /// How many rows of evidence are kept per finding.
  let evidenceLimit: Int
  /// Whether the rows that meet a rule are kept as well, since something is made of every obligation.
  var keepsEveryObligation = false

  /// The constants of conditions that are not judged period by period.
  var constants: Constants { constants(in: nil) }

  /// The constants of conditions in `period`; its parameters are those at its end, or at the audit's day where there is
  /// no period or it is `once`.
  func constants(in period: Period?) -> Constants {
    let date = period.flatMap { $0.unit == .once ? nil : $0.last } ?? asOf
    return Constants(
      asOf: asOf, period: period, parameters: parameters.compactMapValues { $0.value(on: date) })
  }

  /// Whether a condition can differ from one period to the next.
  func dependsOnPeriod(_ expression: PlanExpression) -> Bool {
    expression.usesPeriod || expression.parameters.contains { (parameters[$0]?.values.count ?? 0) > 1 }
  }

  /// The judged periods of a rule.
  func periods(_ plan: RulePlan, _ owed: Owed) -> [Period] {
    JudgedPeriods(
      unit: owed.unit, window: owed.window, since: since, from: plan.from, until: plan.until, asOf: asOf
    ).periods
  }

  /// Returns the day of a timestamp in the audit's zone.
  func day(ofMicroseconds microseconds: Int64) -> CivilDate {
    CivilDate(Timestamp(microseconds: microseconds), in: timeZone) ?? .earliest
  }
}

/// What an expression sees beside the row.
struct Constants: Sendable {
  /// The day of the audit.
  let asOf: CivilDate
  /// The period that is judged; nil where there is none.
  let period: Period?
  /// The values of the parameters that are set.
  let parameters: [String: ParameterValue]
}
