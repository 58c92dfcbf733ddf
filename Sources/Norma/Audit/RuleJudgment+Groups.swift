extension RuleJudgment {
  /// Judges the groups of a rule. O(groups).
  mutating func judge(_ result: GroupResult, roster: Roster?, waivers: inout WaiverTable) {
    addUnnamed(result.openKeys, in: result.periods.dropFirst(result.leadCount))
    guard case .judgeGroups(_, _, let judgment) = plan.obligations else {
      preconditionFailure("groups were measured for a rule that judges none")
    }
    let terms = terms(result.periods, judgment, roster)
    // Where every obligation is kept, so are the figures.
    let enough = context.keepsEveryObligation ? nil : result.enough
    for (place, subject) in result.subjects.enumerated() {
      let member = subject.rosterRow.flatMap { roster?.subjects[$0] }
      for slot in result.leadCount..<max(result.leadCount, result.periods.count) {
        if let enough, enough[place * result.periods.count + slot] {
          if owes(subject, roster, terms.periods[slot]) != .no { counts.add(.met) }
          continue
        }
        guard let owed = owed(subject, member, roster, terms.periods[slot]) else { continue }
        let before = slot > 0 ? { result.figures(place, slot - 1) } : nil
        var judged = verdict(result.figures(place, slot), before: before, terms, slot, owed)
        if !owed.isKnown { openOrUndetermined(&judged.verdict, terms.periods[slot]) }
        record(judged, owed, subject, .group(subject: place, period: slot), &waivers)
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
    let terms = left.periods.map { PeriodTerms($0, context.constants(in: $0)) }
    let bound = bound(tolerance.quantity, roster)
    for (place, subject) in left.subjects.enumerated() {
      // A roster's subjects stand in the same order on both sides, also those without a known key.
      guard let other = subject.rosterRow ?? places[subject.key] else {
        preconditionFailure("a subject of one side is missing on the other")
      }
      let both = GroupResult.Subject(
        key: subject.key, rosterRow: subject.rosterRow,
        isCertain: subject.isCertain || right.subjects[other].isCertain)
      let member = subject.rosterRow.flatMap { roster?.subjects[$0] }
      for slot in left.periods.indices {
        guard let owed = owed(both, member, roster, terms[slot]) else { continue }
        guard case .amount(let mine) = left.figures(place, slot), case .amount(let theirs) = right.figures(other, slot)
        else { preconditionFailure("what is held against each other is no amount") }
        var judged = pair(mine, theirs, bound, isShare: tolerance.isShare, owed)
        if !owed.isKnown { openOrUndetermined(&judged.verdict, terms[slot]) }
        record(judged, owed, both, .pair(left: place, right: other, period: slot), &waivers)
      }
    }
  }

  private func pair(
    _ left: AmountBounds, _ right: AmountBounds, _ bound: Bound, isShare: Bool, _ owed: OwedPeriod
  ) -> Judged {
    let difference = PairDifference.bounds(left, right)
    let figures = Figures.pair(left: left, right: right, difference: difference)
    do throws(BoundProblem) {
      let number = try bound.number(owed.member?.cells, owed.terms.constants)
      let allowed = PairDifference.tolerance(number, isShare: isShare, left, right)
      return Judged(
        verdict: judge.pair(difference, allowed: allowed, owed.standing),
        limits: .init(atLeast: nil, atMost: number), figures: figures)
    } catch {
      return Judged(verdict: undetermined(error, owed.terms.period), figures: figures)
    }
  }

  // MARK: Terms

  /// What holds for all subjects in a period.
  private final class PeriodTerms {
    let period: Period
    let constants: Constants
    /// The due date; nil where the kind has none, a failure where a parameter that it needs is not set.
    let due: Result<Due, UnsetParameter>?

    init(_ period: Period, _ constants: Constants, due: Result<Due, UnsetParameter>? = nil) {
      self.period = period
      self.constants = constants
      self.due = due
    }
  }

  private struct Due {
    let date: CivilDate
    let last: CivilDate
  }

  /// What the groups of a rule are judged by.
  private struct Terms {
    let judgment: Judgment
    let periods: [PeriodTerms]
    let atLeast: Bound?
    let atMost: Bound?
    /// The limits of each period, where they are the same for all subjects.
    let limits: [Result<Judge.Limits, BoundProblem>]?

    /// Returns the limits that hold for a subject in a period, given its row of the roster.
    func limits(_ slot: Int, subject: [Cell]?) throws(BoundProblem) -> Judge.Limits {
      if let limits { return try limits[slot].get() }
      return try Self.limits(atLeast, atMost, subject, periods[slot].constants)
    }

    private static func limits(
      _ atLeast: Bound?, _ atMost: Bound?, _ subject: [Cell]?, _ constants: Constants
    ) throws(BoundProblem) -> Judge.Limits {
      Judge.Limits(
        atLeast: try atLeast?.number(subject, constants), atMost: try atMost?.number(subject, constants))
    }

    init(_ judgment: Judgment, _ periods: [PeriodTerms], atLeast: Bound?, atMost: Bound?) {
      self.judgment = judgment
      self.periods = periods
      self.atLeast = atLeast
      self.atMost = atMost
      guard !(atLeast?.readsSubject ?? false), !(atMost?.readsSubject ?? false) else {
        limits = nil
        return
      }
      limits = periods.map { terms in
        do throws(BoundProblem) {
          return .success(try Self.limits(atLeast, atMost, nil, terms.constants))
        } catch {
          return .failure(error)
        }
      }
    }
  }

  private mutating func terms(_ periods: [Period], _ judgment: Judgment, _ roster: Roster?) -> Terms {
    var (atLeast, atMost): (PlanQuantity?, PlanQuantity?)
    switch judgment {
    case .within(let least, let most, _, _), .events(let least, let most, _): (atLeast, atMost) = (least, most)
    case .deadline: break
    }
    var terms: [PeriodTerms] = []
    for period in periods {
      let constants = context.constants(in: period)
      var due: Result<Due, UnsetParameter>?
      if case .deadline(let plan) = judgment { due = self.due(plan, period, constants) }
      terms.append(PeriodTerms(period, constants, due: due))
    }
    return Terms(
      judgment, terms, atLeast: atLeast.map { bound($0, roster) }, atMost: atMost.map { bound($0, roster) })
  }

  private func bound(_ quantity: PlanQuantity, _ roster: Roster?) -> Bound {
    Bound(quantity, subject: plan.parts.first?.name, roster: roster?.dataset, functions: context.functions)
  }

  private mutating func due(
    _ plan: DuePlan, _ period: Period, _ constants: Constants
  ) -> Result<Due, UnsetParameter> {
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

  // MARK: Who owes

  /// A period that a subject owes, or may owe.
  private struct OwedPeriod {
    let terms: PeriodTerms
    let isOwed: Truth
    /// Whether it is known who it is.
    let isKnown: Bool
    /// The subject as the roster has it; nil where there is no roster.
    let member: Roster.RosterSubject?

    var standing: Judge.Standing { .init(period: terms.period, isCertainlyOwed: isOwed == .yes) }
  }

  /// Returns nil for a period that the subject does not owe.
  private func owed(
    _ subject: GroupResult.Subject, _ member: Roster.RosterSubject?, _ roster: Roster?, _ terms: PeriodTerms
  ) -> OwedPeriod? {
    var isOwed: Truth = subject.isCertain ? .yes : .unknown
    switch owes(subject, roster, terms) {
    case .no: return nil
    case .unknown: isOwed = .unknown
    case .yes: break
    }
    return OwedPeriod(
      terms: terms, isOwed: isOwed, isKnown: member.map { $0.key != .unknown } ?? true, member: member)
  }

  /// Whether a subject of the roster owes a period; without a roster everyone does.
  @inline(__always)
  private func owes(_ subject: GroupResult.Subject, _ roster: Roster?, _ terms: PeriodTerms) -> Truth {
    guard let place = subject.rosterRow, let roster else { return .yes }
    if roster.owesAlways { return roster.subjects[place].isCertain ? .yes : .unknown }
    return roster.owes(place, terms.period, terms.constants)
  }

  /// Takes in an obligation of a group with its verdict; of most that are met nothing is kept but their number.
  private mutating func record(
    _ judged: Judged, _ owed: OwedPeriod, _ subject: GroupResult.Subject, _ place: Exception.Place,
    _ waivers: inout WaiverTable
  ) {
    guard keeps(judged.verdict.outcome) else {
      counts.add(judged.verdict.outcome)
      return
    }
    let parts = zip(plan.parts, subject.key).map { Subject.Part($0.name, $1) }
    let owing = Owing(
      subject: Subject(parts, occurrence: owed.member?.occurrence ?? 1), period: owed.terms.period,
      isOwed: owed.isOwed, isKnown: owed.isKnown, rosterSubject: subject.rosterRow)
    record(judged, owing, place: place, &waivers)
  }

  // MARK: Verdicts

  private func verdict(
    _ figures: Figures, before: (() -> Figures)?, _ terms: Terms, _ slot: Int, _ owed: OwedPeriod
  ) -> Judged {
    switch terms.judgment {
    case .deadline:
      guard case .earliest(let earliest) = figures else { preconditionFailure("a deadline is held against no day") }
      switch terms.periods[slot].due {
      case .success(let due)?:
        return Judged(
          verdict: judge.deadline(earliest, due: due.date, last: due.last, owed.standing), figures: figures)
      case .failure(let unset)?:
        return Judged(verdict: Verdict(.undetermined, doubt: .unsetParameter(unset.name)), figures: figures)
      case nil: preconditionFailure("a deadline without a due date")
      }
    case .within(_, _, let empty, let isChange):
      var figures = figures
      if isChange { figures = change(before?(), figures) }
      if case .balance(var balance) = figures {
        balance.isLimitedAbove = terms.atMost != nil
        figures = .balance(balance)
      }
      return judged(terms, slot, figures, owed) { limits in measured(figures, limits, empty, owed.standing) }
    case .events(_, _, let longest):
      guard case .events(let count, let gap) = figures else { preconditionFailure("events were not counted") }
      var reach: CalendarSpan?
      do throws(UnsetParameter) {
        if let longest { reach = try DueValue.span(longest, owed.terms.constants) }
      } catch {
        return Judged(verdict: undetermined(.unset(error.name), owed.terms.period), figures: figures)
      }
      var judged = judged(terms, slot, figures, owed) { limits in
        judge.events(count, gap, limits: limits, reach: reach?.days, owed.standing)
      }
      judged.reach = reach
      return judged
    }
  }

  private func judged(
    _ terms: Terms, _ slot: Int, _ figures: Figures, _ owed: OwedPeriod, _ verdict: (Judge.Limits) -> Verdict
  ) -> Judged {
    do throws(BoundProblem) {
      let limits = try terms.limits(slot, subject: owed.member?.cells)
      return Judged(verdict: verdict(limits), limits: limits, figures: figures)
    } catch {
      return Judged(verdict: undetermined(error, owed.terms.period), figures: figures)
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
  private func openOrUndetermined(_ verdict: inout Verdict, _ terms: PeriodTerms) {
    let isOpen =
      if case .success(let due)? = terms.due { context.asOf <= due.last } else { judge.isOpen(terms.period) }
    let date = verdict.due
    verdict = isOpen ? Verdict(.pending, due: date) : Verdict(.undetermined, doubt: .uncertainSubject, due: date)
  }
}
