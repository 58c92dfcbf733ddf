/// Turns figures into outcomes; pure, and the same for every engine.
struct Judge {
  /// The day of the audit.
  let asOf: CivilDate

  /// The bounds that hold for one obligation; a side is nil where the rule has none.
  struct Limits: Hashable, Sendable {
    let atLeast: Rational?
    let atMost: Rational?
  }

  /// How an obligation stands apart from what was measured.
  struct Standing {
    /// The period that it is owed for.
    let period: Period
    /// Whether it is certainly owed.
    let isCertainlyOwed: Bool
  }

  // MARK: Figures

  /// Judges a share of a population.
  func share(_ figure: ShareFigure, limits: Limits, empty: EmptyOutcome, _ standing: Standing) -> Verdict {
    if isOpen(standing.period) { return Verdict(.pending) }
    guard let share = figure.share else { return certain(Verdict(ofNothing: empty), standing) }
    var verdict = within(share, limits)
    if figure.mayBeEmpty, verdict.outcome.rawValue != empty.rawValue {
      verdict = Verdict(.undetermined, doubt: .unknownCells)
    }
    return certain(verdict, standing)
  }

  /// Judges a number of rows, which only rises as time goes on.
  func count(_ count: Bounds<Int>, limits: Limits, _ standing: Standing) -> Verdict {
    amount(AmountBounds(count), limits: limits, trend: .rising, empty: .undetermined, standing)
  }

  /// Judges an amount. In an open period it is decided only by what can't turn back.
  func amount(
    _ bounds: AmountBounds, limits: Limits, trend: Trend, empty: EmptyOutcome, _ standing: Standing
  ) -> Verdict {
    if isOpen(standing.period) { return openAmount(bounds, limits, trend, standing) }
    if !bounds.hasRows {
      if bounds.mayHaveRows { return certain(Verdict(.undetermined, doubt: .unknownCells), standing) }
      return certain(
        empty == .undetermined ? Verdict(.undetermined, doubt: .noFigure) : Verdict(ofNothing: empty), standing)
    }
    return certain(within(bounds, limits), standing)
  }

  private func openAmount(_ bounds: AmountBounds, _ limits: Limits, _ trend: Trend, _ standing: Standing) -> Verdict {
    let (lower, upper) = bounds.hasRows ? (bounds.low, bounds.high) : (nil, nil)
    switch trend {
    case .rising:
      if let lower, let most = limits.atMost, lower > most { return certain(Verdict(.breached), standing) }
      if let lower, limits.atMost == nil, let least = limits.atLeast, lower >= least { return Verdict(.met) }
    case .falling:
      if let upper, let least = limits.atLeast, upper < least { return certain(Verdict(.breached), standing) }
      if let upper, limits.atLeast == nil, let most = limits.atMost, upper <= most { return Verdict(.met) }
    case .either: break
    }
    return Verdict(.pending)
  }

  /// Judges the change of an amount against the one before.
  func change(_ share: AmountBounds?, limits: Limits, _ standing: Standing) -> Verdict {
    if isOpen(standing.period) { return Verdict(.pending) }
    guard let share else { return certain(Verdict(.undetermined, doubt: .nothingBefore), standing) }
    return certain(within(share, limits), standing)
  }

  /// Judges running totals: none may leave the bounds, and one that has can't turn back.
  func balance(_ balance: BalanceBounds, limits: Limits, _ standing: Standing) -> Verdict {
    var isMet = true
    var isBreached = false
    if let most = limits.atMost {
      if balance.highest.mayHaveRows { isMet = isMet && balance.highest.high.map { $0 <= most } ?? false }
      if balance.highest.hasRows, let low = balance.highest.low, low > most { isBreached = true }
    }
    if let least = limits.atLeast {
      if balance.lowest.mayHaveRows { isMet = isMet && balance.lowest.low.map { $0 >= least } ?? false }
      if balance.lowest.hasRows, let high = balance.lowest.high, high < least { isBreached = true }
    }
    if isBreached { return certain(Verdict(.breached), standing) }
    if isOpen(standing.period) { return Verdict(.pending) }
    return certain(isMet ? Verdict(.met) : Verdict(.undetermined, doubt: .unknownCells), standing)
  }

  /// Judges a number of events and the longest gap between them. `reach` is the longest that is allowed, in days.
  func events(
    _ count: Bounds<Int>, _ gap: Bounds<Int>?, limits: Limits, reach: Int?, _ standing: Standing
  ) -> Verdict {
    let number = self.count(count, limits: limits, standing)
    guard let gap, let reach else { return number }
    let isTooLong = gap.low > reach
    if isTooLong || number.outcome == .breached { return certain(Verdict(.breached), standing) }
    if isOpen(standing.period) { return Verdict(.pending) }
    if number.outcome == .met, gap.high <= reach { return Verdict(.met) }
    return certain(Verdict(.undetermined, doubt: .unknownCells), standing)
  }

  /// Judges how far two amounts lie apart. `allowed` are the least and the greatest tolerance that there may be.
  func pair(_ difference: AmountBounds, allowed: (low: Rational?, high: Rational?), _ standing: Standing) -> Verdict {
    if isOpen(standing.period) { return Verdict(.pending) }
    if !difference.hasRows {
      let doubt: Doubt = difference.mayHaveRows ? .unknownCells : .noFigure
      return certain(Verdict(.undetermined, doubt: doubt), standing)
    }
    if let greatest = difference.high, let lowest = allowed.low, greatest <= lowest { return Verdict(.met) }
    if let least = difference.low, let highest = allowed.high, least > highest {
      return certain(Verdict(.breached), standing)
    }
    return certain(Verdict(.undetermined, doubt: .unknownCells), standing)
  }

  // MARK: Days

  /// Judges when something came in. `due` is the due date without grace, `last` the last day in time.
  func deadline(_ earliest: EarliestDay, due: CivilDate, last: CivilDate, _ standing: Standing) -> Verdict {
    if let day = earliest.certain, day <= last { return Verdict(.met, due: due) }
    if asOf <= last { return Verdict(.pending, due: due) }
    var verdict = Verdict(.undetermined, doubt: .unknownCells, due: due)
    if let possible = earliest.possible {
      if let certain = earliest.certain, possible > last {
        verdict = Verdict(.late, due: due, daysOverdue: Int(certain.dayNumber - due.dayNumber))
      }
    } else {
      verdict = Verdict(.overdue, due: due, daysOverdue: Int(asOf.dayNumber - due.dayNumber))
    }
    return certain(verdict, standing, isOpen: false)
  }

  /// Judges when something was done. `isInTime` tells whether a moment is.
  func response(
    certain done: Moment?, possible: Moment?, due: CivilDate, isCertainlyOwed: Bool, isInTime: (Moment) -> Bool
  ) -> Verdict {
    if let done, isInTime(done) { return Verdict(.met, due: due) }
    if asOf <= due { return Verdict(.pending, due: due) }
    var verdict = Verdict(.undetermined, doubt: .unknownCells, due: due)
    if let possible {
      if !isInTime(possible), let done {
        verdict = Verdict(.late, due: due, daysOverdue: Int(done.day.dayNumber - due.dayNumber))
      }
    } else {
      verdict = Verdict(.overdue, due: due, daysOverdue: Int(asOf.dayNumber - due.dayNumber))
    }
    return isCertainlyOwed || verdict.outcome == .undetermined
      ? verdict : Verdict(.undetermined, doubt: .uncertainSubject, due: due)
  }

  // MARK: Rows

  /// Judges a row by its requirements.
  func row(isCertain: Bool, requirements: [Truth]) -> Verdict {
    if requirements.contains(.no) {
      return isCertain ? Verdict(.breached) : Verdict(.undetermined, doubt: .uncertainSubject)
    }
    if requirements.contains(.unknown) { return Verdict(.undetermined, doubt: .unknownCells) }
    return Verdict(.met)
  }

  /// Judges how the rows of one key compare, by all that may come out.
  func match(_ outcomes: KeyMatch.Outcomes) -> Verdict {
    let owed = outcomes.subtracting(.notOwed)
    if owed == .agrees { return Verdict(.met) }
    if outcomes == .differs { return Verdict(.breached) }
    return Verdict(.undetermined, doubt: owed == .differs ? .uncertainSubject : .unknownCells)
  }

  // MARK: Time and certainty

  /// Whether a period can still change: it is not over at the end of the audit's day. `once` never is open.
  func isOpen(_ period: Period) -> Bool {
    period.unit != .once && asOf <= period.last
  }

  private func within(_ figure: Bounds<Rational>, _ limits: Limits) -> Verdict {
    within(AmountBounds(low: figure.low, high: figure.high), limits)
  }

  private func within(_ figure: AmountBounds, _ limits: Limits) -> Verdict {
    let (least, most) = (limits.atLeast, limits.atMost)
    let isMet =
      (least.map { least in figure.low.map { $0 >= least } ?? false } ?? true)
      && (most.map { most in figure.high.map { $0 <= most } ?? false } ?? true)
    if isMet { return Verdict(.met) }
    let isBreached =
      (least.map { least in figure.high.map { $0 < least } ?? false } ?? false)
      || (most.map { most in figure.low.map { $0 > most } ?? false } ?? false)
    return isBreached ? Verdict(.breached) : Verdict(.undetermined, doubt: .unknownCells)
  }

  /// An obligation that may not be owed at all accuses nobody; while its period is open it is pending.
  private func certain(_ verdict: Verdict, _ standing: Standing, isOpen: Bool? = nil) -> Verdict {
    if standing.isCertainlyOwed || verdict.outcome == .met || verdict.outcome == .pending { return verdict }
    if isOpen ?? self.isOpen(standing.period) { return Verdict(.pending, due: verdict.due) }
    if verdict.outcome == .undetermined { return verdict }
    return Verdict(.undetermined, doubt: .uncertainSubject, due: verdict.due)
  }
}

extension Verdict {
  /// The verdict on a figure of nothing.
  fileprivate init(ofNothing empty: EmptyOutcome) {
    switch empty {
    case .undetermined: self.init(Outcome.undetermined, doubt: .emptyPopulation)
    case .met: self.init(Outcome.met)
    case .breached: self.init(Outcome.breached)
    }
  }
}
