/// Judges what an engine measured of one rule, and keeps what a report needs of it.
struct RuleJudgment {
  let rule: Rule
  let plan: RulePlan
  let context: EvaluationContext
  let horizon: Int?
  private let judge: Judge

  /// The outcomes of all obligations.
  private(set) var counts = OutcomeCounts()
  /// What became of the obligations that are findings.
  private(set) var exceptions: [Exception] = []
  /// All obligations, where they are asked for.
  private(set) var obligations: [JudgedObligation] = []
  /// The open obligations that fall due within the horizon.
  private(set) var upcoming: [AuditReport.Upcoming] = []
  /// The years of due dates of which the calendar holds no holidays.
  private(set) var yearsWithoutHolidays: Set<Int> = []

  /// An obligation that is a finding, before its evidence is looked up.
  struct Exception {
    let subject: Subject
    let period: Period
    let verdict: Verdict
    let facts: FindingFacts
    let waiver: Waiver?
    /// The group in the result's evidence, or the row of a rule that judges rows.
    let place: Place

    enum Place {
      case group(subject: Int, period: Int)
      case row(Int32)
    }
  }

  init(_ rule: Rule, _ plan: RulePlan, context: EvaluationContext, horizon: Int?) {
    self.rule = rule
    self.plan = plan
    self.context = context
    self.horizon = horizon
    judge = Judge(asOf: context.asOf)
  }

  // MARK: Groups

  /// Judges the groups of a rule.
  mutating func judge(_ result: GroupResult, roster: Roster?, waivers: inout WaiverTable) {
    guard case .judgeGroups(.group(_, let parts, _, _), let owed, let judgment) = plan.obligations else {
      preconditionFailure("groups were measured for a rule that judges rows")
    }
    let dues = dues(result.periods, judgment)
    for (place, subject) in result.subjects.enumerated() {
      let rosterSubject = subject.rosterRow.flatMap { roster?.subjects[$0] }
      let isKnown = rosterSubject.map { $0.key != .unknown } ?? true
      let key = Subject(
        zip(parts, subject.key).map { Subject.Part($0.name, $1) }, occurrence: rosterSubject?.occurrence ?? 1)
      for (slot, period) in result.periods.enumerated() {
        var isOwed: Truth = subject.isCertain ? .yes : .unknown
        if let rosterSubject, let roster {
          let owes = roster.owes(rosterSubject, period)
          if owes == .no { continue }
          if owes == .unknown { isOwed = .unknown }
        }
        let figures = result.figures[place * result.periods.count + slot]
        var judged = verdict(figures, judgment, dues[slot], rosterSubject, period, isOwed == .yes)
        if !isKnown { judged = openOrUndetermined(judged, period, dues[slot]) }
        record(
          judged, figures: figures, subject: key, period: period, owed: owed,
          place: .group(subject: place, period: slot), &waivers)
      }
    }
  }

  private struct Due {
    let date: CivilDate
    let last: CivilDate
  }

  private struct Judged {
    var verdict: Verdict
    var atLeast: Rational?
    var atMost: Rational?
  }

  /// The due date of each period; nil where the kind has none, or a parameter that it needs is not set.
  private mutating func dues(_ periods: [Period], _ judgment: Judgment) -> [Result<Due, UnsetParameter>?] {
    guard case .deadline(let plan) = judgment else { return periods.map { _ in nil } }
    return periods.map { period in
      let constants = context.constants(in: period)
      do throws(UnsetParameter) {
        let rule = try DueValue.rule(plan.rule, constants)
        let date = rule.date(of: period, calendar: context.calendar, roll: plan.roll)
        var last = date
        if let grace = plan.grace {
          last = try DueValue.span(grace, constants).added(to: date, calendar: context.calendar) ?? date
        }
        if plan.roll != .none || rule.countsWorkdays, !context.calendar.holds(date.year) {
          yearsWithoutHolidays.insert(date.year)
        }
        return .success(Due(date: date, last: last))
      } catch {
        return .failure(error)
      }
    }
  }

  private func verdict(
    _ figures: Figures, _ judgment: Judgment, _ due: Result<Due, UnsetParameter>?,
    _ subject: Roster.RosterSubject?, _ period: Period, _ isCertainlyOwed: Bool
  ) -> Judged {
    switch (judgment, figures) {
    case (.deadline, .earliest(let earliest)):
      switch due {
      case .success(let due)?:
        return Judged(
          verdict: judge.deadline(
            earliest, due: due.date, last: due.last, period: period, isCertainlyOwed: isCertainlyOwed))
      case .failure(let unset)?: return Judged(verdict: Verdict(.undetermined, doubt: .unsetParameter(unset.name)))
      case nil: preconditionFailure("a deadline without a due date")
      }
    case (.within(let atLeast, let atMost, let empty), _):
      let constants = context.constants(in: period)
      do throws(BoundProblem) {
        let limits = Judge.Limits(
          atLeast: try limit(atLeast, subject, constants), atMost: try limit(atMost, subject, constants))
        let verdict =
          switch figures {
          case .share(let counts):
            judge.share(counts, limits: limits, empty: empty, period: period, isCertainlyOwed: isCertainlyOwed)
          case .count(let count):
            judge.count(count, limits: limits, period: period, isCertainlyOwed: isCertainlyOwed)
          case .earliest, .requirements:
            preconditionFailure("a bound is held against something that is no number")
          }
        return Judged(verdict: verdict, atLeast: limits.atLeast, atMost: limits.atMost)
      } catch {
        let verdict = judge.isOpen(period) ? Verdict(.pending) : Verdict(.undetermined, doubt: error.doubt)
        return Judged(verdict: verdict)
      }
    case (.deadline, _): preconditionFailure("a deadline is held against something that is no day")
    }
  }

  /// The name under which a bound sees the subject's row of the roster.
  private var subjectName: String? {
    guard case .judgeGroups(.group(_, let parts, _, _), _, _) = plan.obligations else { return nil }
    return parts.first?.name
  }

  private func limit(
    _ quantity: PlanQuantity?, _ subject: Roster.RosterSubject?, _ constants: Constants
  ) throws(BoundProblem) -> Rational? {
    switch quantity {
    case nil: return nil
    case .constant(let number)?: return number
    case .expression(let expression)?:
      let roster = plan.roster.flatMap { context.datasets[$0] }
      let name: String? = roster == nil ? nil : subjectName
      return try BoundExpression(expression, rosterName: name, roster: roster, functions: context.functions)
        .value(subject?.cells, constants)
    }
  }

  /// A subject without a known key is open while its period is, and can't be judged after.
  private func openOrUndetermined(_ judged: Judged, _ period: Period, _ due: Result<Due, UnsetParameter>?) -> Judged {
    var judged = judged
    let isOpen = if case .success(let due)? = due { context.asOf <= due.last } else { judge.isOpen(period) }
    let dueDate = judged.verdict.due
    judged.verdict =
      isOpen ? Verdict(.pending, due: dueDate) : Verdict(.undetermined, doubt: .uncertainSubject, due: dueDate)
    return judged
  }

  // MARK: Rows

  /// Judges the rows of a rule.
  mutating func judge(_ result: RowResult, subject: (Int32) -> Subject, waivers: inout WaiverTable) {
    guard plan.isInForce(on: context.asOf) else { return }
    counts.add(.met, count: result.met)
    let period = Period.once(from: plan.from, asOf: context.asOf, until: plan.until)
    for row in result.metRows {
      keep(Verdict(.met), .met, .requirements(failed: [], unknown: []), subject(row), period)
    }
    for exception in result.exceptions {
      let truths = exception.requirements
      let verdict = judge.row(isCertain: exception.isCertain, requirements: truths)
      let figures = Figures.requirements(
        failed: truths.indices.filter { truths[$0] == .no }, unknown: truths.indices.filter { truths[$0] == .unknown })
      record(
        Judged(verdict: verdict), figures: figures, subject: subject(exception.row), period: period, owed: nil,
        place: .row(exception.row), &waivers)
    }
  }

  // MARK: Records

  private mutating func record(
    _ judged: Judged, figures: Figures, subject: Subject, period: Period, owed: Owed?, place: Exception.Place,
    _ waivers: inout WaiverTable
  ) {
    let verdict = judged.verdict
    guard verdict.outcome.isFinding else {
      counts.add(verdict.outcome)
      keep(verdict, verdict.outcome, figures, subject, period)
      if verdict.outcome == .pending { noteUpcoming(verdict, subject, period) }
      return
    }
    let waiver = waivers.waiver(rule: rule.id, subject: subject, period: period)
    let outcome = waiver == nil ? verdict.outcome : .waived
    counts.add(outcome)
    keep(verdict, outcome, figures, subject, period)
    let facts = FindingFacts(
      title: rule.title, outcome: verdict.outcome, doubt: verdict.doubt, figures: figures, atLeast: judged.atLeast,
      atMost: judged.atMost, due: verdict.due, daysOverdue: verdict.daysOverdue)
    exceptions.append(
      Exception(subject: subject, period: period, verdict: verdict, facts: facts, waiver: waiver, place: place))
  }

  private mutating func keep(
    _ verdict: Verdict, _ outcome: Outcome, _ figures: Figures, _ subject: Subject, _ period: Period
  ) {
    guard context.keepsEveryObligation else { return }
    obligations.append(
      JudgedObligation(
        rule: rule.id, subject: subject, period: period.key, outcome: outcome, due: verdict.due, figures: figures))
  }

  private mutating func noteUpcoming(_ verdict: Verdict, _ subject: Subject, _ period: Period) {
    guard let horizon, period.unit != .once else { return }
    let due = verdict.due ?? period.last
    let daysLeft = Int(due.dayNumber - context.asOf.dayNumber)
    guard daysLeft <= horizon else { return }
    upcoming.append(
      AuditReport.Upcoming(
        rule: rule.id, title: rule.title, severity: rule.severity, department: rule.department, subject: subject,
        period: period.key, due: due, daysLeft: daysLeft))
  }
}

/// A parameter that is needed and not set, or not what is needed.
struct UnsetParameter: Error, Hashable {
  let name: String
}

/// A bound that is no number.
enum BoundProblem: Error, Hashable {
  case unset(String)
  case noNumber

  var doubt: Doubt {
    switch self {
    case .unset(let name): .unsetParameter(name)
    case .noNumber: .noBound
    }
  }
}

/// Reads due dates and spans that a parameter may set.
enum DueValue {
  /// Returns the rule for a due date. A parameter's whole number is a number of days after the period.
  static func rule(_ plan: DueRulePlan, _ constants: Constants) throws(UnsetParameter) -> DueRule {
    switch plan {
    case .fixed(let rule): return rule
    case .parameter(let name):
      switch constants.parameters[name] {
      case .text(let text)?: if let rule = DueRule(text) ?? DueRule("+" + text) { return rule }
      case .integer(let days)?: if let rule = DueRule("+\(days)d") { return rule }
      case .date(let date)?: if let rule = DueRule(String(date.description.dropFirst(5))) { return rule }
      default: break
      }
      throw UnsetParameter(name: name)
    }
  }

  /// Returns a span. A parameter's whole number is a number of days.
  static func span(_ plan: SpanPlan, _ constants: Constants) throws(UnsetParameter) -> CalendarSpan {
    switch plan {
    case .fixed(let span): return span
    case .parameter(let name):
      switch constants.parameters[name] {
      case .text(let text)?: if let span = CalendarSpan(text) { return span }
      case .integer(let days)?: if let span = CalendarSpan("\(days)d") { return span }
      default: break
      }
      throw UnsetParameter(name: name)
    }
  }
}
