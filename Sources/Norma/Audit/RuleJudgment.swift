/// Judges what an engine measured of one rule, and keeps what a report needs of it.
struct RuleJudgment {
  let judged: JudgedRule
  var context: EvaluationContext
  let horizon: Int?
  /// How many findings with the same outcome the report lists.
  let listed: Int
  let judge: Judge

  var rule: Rule { judged.rule }
  var plan: RulePlan { judged.plan }

  /// The outcomes of all obligations.
  var counts = OutcomeCounts()
  /// What became of the obligations that are findings.
  private(set) var exceptions: [Exception] = []
  /// The undetermined rows that the report does not list, where rows are judged and nobody has told yet which cells they hang
  /// on.
  var unlistedRows: [Int32] = []
  /// All undetermined rows with the cells on which they hang, where rows are judged and the engine has told.
  var openRows: OpenRows?
  /// What became of every obligation, where something is made of it.
  var obligations: [JudgedObligation] = []
  /// The open obligations that fall due within the horizon.
  private(set) var upcoming: [AuditReport.Upcoming] = []
  /// The years of due dates of which the calendar holds no holidays.
  var yearsWithoutHolidays: Set<Int> = []

  /// An obligation that is a finding, before its evidence is looked up.
  struct Exception {
    let facts: FindingFacts
    let waiver: Waiver?
    /// Its place among those of the rule with its outcome: in the order of the rows, or by subject and period.
    fileprivate(set) var ordinal: Int
    /// Where its rows are found.
    let place: Place
    /// Its row of the roster; nil where there is none.
    let rosterSubject: Int?

    enum Place {
      /// The group in the result's evidence.
      case group(subject: Int, period: Int)
      /// The groups on both sides of a comparison.
      case pair(left: Int, right: Int, period: Int)
      /// The row of a rule that judges rows.
      case row(Int32)
      /// The row of a rule that judges responses, with the rows of the other dataset that may show one.
      case response(Int32, openEvents: [Int32])
      /// The rows of a key on both sides.
      case match(left: [Int32], right: [Int32])
    }
  }

  /// A verdict with the bounds that it was given by.
  struct Judged {
    var verdict: Verdict
    var limits = Judge.Limits(atLeast: nil, atMost: nil)
    var figures: Figures
    var reach: CalendarSpan?
  }

  init(_ judged: JudgedRule, context: EvaluationContext, horizon: Int?, listed: Int) {
    self.judged = judged
    self.context = context
    self.horizon = horizon
    self.listed = listed
    judge = Judge(asOf: context.asOf)
  }

  /// Who owes in a period.
  struct Owing {
    let subject: Subject
    let period: Period
    let isOwed: Truth
    /// Whether it is known who it is.
    let isKnown: Bool
    /// The subject's place in the roster.
    var rosterSubject: Int?
  }

  /// Whether the report says more of the rule than how many obligations had which outcome.
  var hasFindings: Bool { !exceptions.isEmpty || !unlistedRows.isEmpty }

  /// The findings that are overdue, without the rows behind them.
  var overdue: [Finding] {
    exceptions.filter { $0.facts.outcome == .overdue }.map {
      Finding(
        judged, $0.facts, ordinal: $0.ordinal, waiver: $0.waiver, evidence: Evidence(total: 0, rows: []), missing: [],
        missingCount: 0)
    }
  }

  // MARK: Records

  /// Whether more than a number is kept of obligations with an outcome.
  func keeps(_ outcome: Outcome) -> Bool {
    outcome.isFinding || context.keepsEveryObligation || outcome == .pending && horizon != nil
  }

  /// Takes in an obligation with its verdict, and what a waiver makes of it.
  mutating func record(
    _ judged: Judged, _ owing: Owing, answerable: [Subject.Part] = [], place: Exception.Place,
    _ waivers: inout WaiverTable
  ) {
    let verdict = judged.verdict
    let waiver =
      verdict.outcome.isFinding
      ? waivers.waiver(rule: rule.id, subject: owing.subject, period: owing.period) : nil
    let outcome = waiver == nil ? verdict.outcome : .waived
    let ordinal = counts[outcome]
    counts.add(outcome)
    if context.keepsEveryObligation {
      obligations.append(
        JudgedObligation(
          subject: owing.subject, period: owing.period, verdict: verdict, outcome: outcome, figures: judged.figures,
          isOwed: owing.isOwed, isKnown: owing.isKnown, isNamed: true, answerable: answerable))
    }
    guard verdict.outcome.isFinding else {
      if verdict.outcome == .pending { noteUpcoming(verdict, owing.subject, owing.period) }
      return
    }
    let facts = FindingFacts(
      judged: self.judged, subject: owing.subject, period: owing.period, verdict: verdict, figures: judged.figures,
      limits: judged.limits, reach: judged.reach, asOf: context.asOf)
    exceptions.append(
      Exception(
        facts: facts, waiver: waiver, ordinal: ordinal, place: place, rosterSubject: owing.rosterSubject))
  }

  /// Puts the findings in the order of their subjects and periods. O(n log n), or O(n) where they are.
  mutating func arrange() {
    let keys = exceptions.map { ($0.facts.subject.canonicalText, $0.facts.period.key) }
    if !zip(keys, keys.dropFirst()).allSatisfy({ $0 <= $1 }) {
      exceptions = exceptions.indices.sorted { keys[$0] < keys[$1] }.map { exceptions[$0] }
    }
    // Those of rows are numbered as the rows stand, which is known without their subjects.
    if plan.judgesRows { return }
    var numbers = OutcomeCounts()
    for place in exceptions.indices {
      let outcome = exceptions[place].waiver == nil ? exceptions[place].facts.outcome : .waived
      exceptions[place].ordinal = numbers[outcome]
      numbers.add(outcome)
    }
  }

  private mutating func noteUpcoming(_ verdict: Verdict, _ subject: Subject, _ period: Period) {
    guard let horizon, period.unit != .once || verdict.due != nil else { return }
    let due = verdict.due ?? period.last
    let daysLeft = Int(due.dayNumber - context.asOf.dayNumber)
    guard daysLeft <= horizon else { return }
    upcoming.append(
      AuditReport.Upcoming(
        rule: rule.id, title: rule.title, severity: rule.severity, department: rule.department, subject: subject,
        period: period.key, due: due, daysLeft: daysLeft))
  }
}
