/// Judges what an engine measured of one rule, and keeps what a report needs of it.
struct RuleJudgment {
  let rule: Rule
  let plan: RulePlan
  var context: EvaluationContext
  let horizon: Int?
  let judge: Judge

  /// The outcomes of all obligations.
  var counts = OutcomeCounts()
  /// What became of the obligations that are findings.
  private(set) var exceptions: [Exception] = []
  /// What became of every obligation, where something is made of it.
  var obligations: [JudgedObligation] = []
  /// The open obligations that fall due within the horizon.
  private(set) var upcoming: [AuditReport.Upcoming] = []
  /// The years of due dates of which the calendar holds no holidays.
  var yearsWithoutHolidays: Set<Int> = []

  /// An obligation that is a finding, before its evidence is looked up.
  struct Exception {
    let subject: Subject
    let period: Period
    let verdict: Verdict
    let facts: FindingFacts
    let waiver: Waiver?
    /// Where its rows are found.
    let place: Place
    /// Its row of the roster; nil where there is none.
    var rosterSubject: Int?

    enum Place {
      /// The group in the result's evidence.
      case group(subject: Int, period: Int)
      /// The groups on both sides of a comparison; nil where a side does not name the subject.
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
    addUnnamed(result.openKeys, in: result.periods.dropFirst(result.leadCount))
    guard case .judgeGroups(_, _, let judgment) = plan.obligations else {
      preconditionFailure("groups were measured for a rule that judges none")
    }
    let dues = dues(result.periods, judgment)
    for (place, subject) in result.subjects.enumerated() {
      for slot in result.leadCount..<max(result.leadCount, result.periods.count) {
        let period = result.periods[slot]
        guard let owing = owing(subject, period, roster) else { continue }
        let figures = result.figures(place, slot)
        let before = slot > 0 ? result.figures(place, slot - 1) : nil
        var judged = verdict(figures, before: before, judgment, dues[slot], owing)
        if !owing.isKnown { openOrUndetermined(&judged.verdict, period, dues[slot]) }
        record(judged, owing, place: .group(subject: place, period: slot), &waivers)
      }
    }
  }

  /// Judges the figures of two groups against each other.
  mutating func judge(left: GroupResult, right: GroupResult, roster: Roster?, waivers: inout WaiverTable) {
    guard case .judgePairs(_, _, _, let tolerance) = plan.obligations else {
      preconditionFailure("two groups were measured for a rule that does not compare any")
    }
    addUnnamed(left.openKeys + right.openKeys, in: left.periods)
    var places: [[Cell]: Int] = [:]
    for (place, subject) in right.subjects.enumerated() where !subject.key.contains(.unknown) {
      places[subject.key] = place
    }
    for (place, subject) in left.subjects.enumerated() {
      // A roster's subjects stand in the same order on both sides, also those without a known key.
      guard let other = subject.rosterRow ?? places[subject.key] else {
        preconditionFailure("a subject of one side is missing on the other")
      }
      let both = GroupResult.Subject(
        key: subject.key, rosterRow: subject.rosterRow,
        isCertain: subject.isCertain || right.subjects[other].isCertain)
      for (slot, period) in left.periods.enumerated() {
        guard let owing = owing(both, period, roster) else { continue }
        guard case .amount(let mine) = left.figures(place, slot), case .amount(let theirs) = right.figures(other, slot)
        else { preconditionFailure("what is held against each other is no amount") }
        var judged = pair(mine, theirs, tolerance, owing)
        if !owing.isKnown { openOrUndetermined(&judged.verdict, period, nil) }
        record(judged, owing, place: .pair(left: place, right: other, period: slot), &waivers)
      }
    }
  }

  private func pair(_ left: AmountBounds, _ right: AmountBounds, _ tolerance: Tolerance, _ owing: Owing) -> Judged {
    let figures = Figures.pair(left: left, right: right, difference: PairDifference.bounds(left, right))
    do throws(BoundProblem) {
      let number = try BoundValue.number(
        tolerance.quantity, subject: owing.row, context: context, context.constants(in: owing.period))
      let allowed = PairDifference.tolerance(number, isShare: tolerance.isShare, left, right)
      return Judged(
        verdict: judge.pair(PairDifference.bounds(left, right), allowed: allowed, owing.standing),
        limits: .init(atLeast: nil, atMost: number), figures: figures)
    } catch {
      return Judged(verdict: undetermined(error, owing.period), figures: figures)
    }
  }

  /// Who owes in a period.
  struct Owing {
    let subject: Subject
    let period: Period
    let isOwed: Truth
    /// Whether it is known who it is.
    let isKnown: Bool
    /// The subject's row of the roster.
    let row: BoundValue.SubjectRow?
    /// The subject's place in the roster.
    var rosterSubject: Int?

    var standing: Judge.Standing { .init(period: period, isCertainlyOwed: isOwed == .yes) }
  }

  private func owing(_ subject: GroupResult.Subject, _ period: Period, _ roster: Roster?) -> Owing? {
    let member = subject.rosterRow.flatMap { roster?.subjects[$0] }
    var isOwed: Truth = subject.isCertain ? .yes : .unknown
    if let member, let roster {
      switch roster.owes(member, period) {
      case .no: return nil
      case .unknown: isOwed = .unknown
      case .yes: break
      }
    }
    let parts = zip(plan.parts, subject.key).map { Subject.Part($0.name, $1) }
    let row = member.flatMap { member in
      plan.parts.first.flatMap { part in
        roster.map { BoundValue.SubjectRow(name: part.name, roster: $0.dataset, cells: member.cells) }
      }
    }
    return Owing(
      subject: Subject(parts, occurrence: member?.occurrence ?? 1), period: period, isOwed: isOwed,
      isKnown: member.map { $0.key != .unknown } ?? true, row: row, rosterSubject: subject.rosterRow)
  }

  struct Due {
    let date: CivilDate
    let last: CivilDate
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
    _ figures: Figures, before: Figures?, _ judgment: Judgment, _ due: Result<Due, UnsetParameter>?, _ owing: Owing
  ) -> Judged {
    let constants = context.constants(in: owing.period)
    switch judgment {
    case .deadline:
      guard case .earliest(let earliest) = figures else { preconditionFailure("a deadline is held against no day") }
      switch due {
      case .success(let due)?:
        return Judged(
          verdict: judge.deadline(earliest, due: due.date, last: due.last, owing.standing), figures: figures)
      case .failure(let unset)?:
        return Judged(verdict: Verdict(.undetermined, doubt: .unsetParameter(unset.name)), figures: figures)
      case nil: preconditionFailure("a deadline without a due date")
      }
    case .within(let atLeast, let atMost, let empty, let isChange):
      var figures = figures
      if isChange { figures = change(before, figures) }
      if case .balance(var balance) = figures {
        balance.isLimitedAbove = atMost != nil
        figures = .balance(balance)
      }
      return judged(atLeast, atMost, figures, owing, constants) { limits in
        measured(figures, limits, empty, owing.standing)
      }
    case .events(let atLeast, let atMost, let longest):
      guard case .events(let count, let gap) = figures else { preconditionFailure("events were not counted") }
      var reach: CalendarSpan?
      do throws(UnsetParameter) {
        if let longest { reach = try DueValue.span(longest, constants) }
      } catch {
        return Judged(verdict: undetermined(.unset(error.name), owing.period), figures: figures)
      }
      var judged = judged(atLeast, atMost, figures, owing, constants) { limits in
        judge.events(count, gap, limits: limits, reach: reach?.days, owing.standing)
      }
      judged.reach = reach
      return judged
    }
  }

  private func judged(
    _ atLeast: PlanQuantity?, _ atMost: PlanQuantity?, _ figures: Figures, _ owing: Owing, _ constants: Constants,
    _ verdict: (Judge.Limits) -> Verdict
  ) -> Judged {
    do throws(BoundProblem) {
      var low: Rational?
      var high: Rational?
      if let atLeast { low = try BoundValue.number(atLeast, subject: owing.row, context: context, constants) }
      if let atMost { high = try BoundValue.number(atMost, subject: owing.row, context: context, constants) }
      let limits = Judge.Limits(atLeast: low, atMost: high)
      return Judged(verdict: verdict(limits), limits: limits, figures: figures)
    } catch {
      return Judged(verdict: undetermined(error, owing.period), figures: figures)
    }
  }

  /// The change against the period before.
  private func change(_ before: Figures?, _ now: Figures) -> Figures {
    guard case .amount(let now) = now else { preconditionFailure("what changes is no amount") }
    guard case .amount(let before)? = before else {
      return .change(
        before: AmountBounds(low: nil, high: nil, hasRows: false, mayHaveRows: false), now: now, share: nil)
    }
    return .change(before: before, now: now, share: PreviousChange.bounds(before: before, now: now))
  }

  private func measured(
    _ figures: Figures, _ limits: Judge.Limits, _ empty: EmptyOutcome, _ standing: Judge.Standing
  ) -> Verdict {
    switch figures {
    case .share(let figure): judge.share(figure, limits: limits, empty: empty, standing)
    case .count(let count): judge.count(count, limits: limits, standing)
    case .amount(let bounds):
      judge.amount(bounds, limits: limits, trend: trend, empty: empty, standing)
    case .change(_, _, let share): judge.change(share, limits: limits, standing)
    case .balance(let balance): judge.balance(balance, limits: limits, standing)
    default: preconditionFailure("a bound is held against something that is no number")
    }
  }

  private var trend: Trend {
    if case .judgeGroups(let group, _, _) = plan.obligations { group.measure.trend } else { .either }
  }

  /// A bound that can't be worked out leaves an open period open.
  private func undetermined(_ problem: BoundProblem, _ period: Period) -> Verdict {
    judge.isOpen(period) ? Verdict(.pending) : Verdict(.undetermined, doubt: problem.doubt)
  }

  /// A subject without a known key is open while its period is, and can't be judged after.
  private func openOrUndetermined(_ verdict: inout Verdict, _ period: Period, _ due: Result<Due, UnsetParameter>?) {
    let isOpen = if case .success(let due)? = due { context.asOf <= due.last } else { judge.isOpen(period) }
    let date = verdict.due
    verdict = isOpen ? Verdict(.pending, due: date) : Verdict(.undetermined, doubt: .uncertainSubject, due: date)
  }

  // MARK: Records

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
      title: rule.title, subject: owing.subject, period: owing.period, outcome: verdict.outcome, doubt: verdict.doubt,
      figures: judged.figures, atLeast: judged.limits.atLeast, atMost: judged.limits.atMost, reach: judged.reach,
      due: verdict.due, daysOverdue: verdict.daysOverdue, asOf: context.asOf)
    exceptions.append(
      Exception(
        subject: owing.subject, period: owing.period, verdict: verdict, facts: facts, waiver: waiver, place: place,
        rosterSubject: owing.rosterSubject))
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
