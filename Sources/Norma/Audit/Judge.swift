/// Turns figures into outcomes; pure, and the same for every engine.
struct Judge {
  /// The day of the audit.
  let asOf: CivilDate

  /// The bounds that hold for one obligation; a side is nil where the rule has none.
  struct Limits: Hashable {
    let atLeast: Rational?
    let atMost: Rational?
  }

  /// Judges a share of a population.
  func share(
    _ counts: ShareCounts, limits: Limits, empty: EmptyOutcome, period: Period, isCertainlyOwed: Bool
  ) -> Verdict {
    if isOpen(period) { return Verdict(.pending) }
    guard let share = counts.share else {
      switch empty {
      case .undetermined: return Verdict(.undetermined, doubt: .emptyPopulation)
      case .met: return Verdict(.met)
      case .breached: return certain(Verdict(.breached), isCertainlyOwed, period)
      }
    }
    var verdict = within(share, limits)
    if counts.mayBeEmpty, verdict.outcome.rawValue != empty.rawValue {
      verdict = Verdict(.undetermined, doubt: .unknownCells)
    }
    return certain(verdict, isCertainlyOwed, period)
  }

  /// Judges a number of rows, which only rises as time goes on.
  func count(_ count: Bounds<Int>, limits: Limits, period: Period, isCertainlyOwed: Bool) -> Verdict {
    let bounds = Bounds(Rational(count.low), Rational(count.high))
    guard isOpen(period) else { return certain(within(bounds, limits), isCertainlyOwed, period) }
    if let atMost = limits.atMost {
      return certain(Verdict(bounds.low > atMost ? .breached : .pending), isCertainlyOwed, period)
    }
    if let atLeast = limits.atLeast, bounds.low >= atLeast { return Verdict(.met) }
    return Verdict(.pending)
  }

  /// Judges when something came in. `due` is the due date without grace, `last` the last day in time.
  func deadline(
    _ earliest: EarliestDay, due: CivilDate, last: CivilDate, period: Period, isCertainlyOwed: Bool
  ) -> Verdict {
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
    return certain(verdict, isCertainlyOwed, nil)
  }

  /// Judges a row by its requirements.
  func row(isCertain: Bool, requirements: [Truth]) -> Verdict {
    if requirements.contains(.no) { return certain(Verdict(.breached), isCertain, nil) }
    if requirements.contains(.unknown) { return Verdict(.undetermined, doubt: .unknownCells) }
    return Verdict(.met)
  }

  /// Whether a period can still change: it is not over at the end of the audit's day. `once` never is open.
  func isOpen(_ period: Period) -> Bool {
    period.unit != .once && asOf <= period.last
  }

  private func within(_ figure: Bounds<Rational>, _ limits: Limits) -> Verdict {
    let (low, high) = (limits.atLeast, limits.atMost)
    let isMet = (low.map { figure.low >= $0 } ?? true) && (high.map { figure.high <= $0 } ?? true)
    if isMet { return Verdict(.met) }
    let isBreached = (low.map { figure.high < $0 } ?? false) || (high.map { figure.low > $0 } ?? false)
    return isBreached ? Verdict(.breached) : Verdict(.undetermined, doubt: .unknownCells)
  }

  /// An obligation that may not be owed at all accuses nobody; while its period is open it is pending.
  private func certain(_ verdict: Verdict, _ isCertainlyOwed: Bool, _ period: Period?) -> Verdict {
    if isCertainlyOwed || verdict.outcome == .met || verdict.outcome == .pending { return verdict }
    if let period, isOpen(period) { return Verdict(.pending, due: verdict.due) }
    return Verdict(.undetermined, doubt: .uncertainSubject, due: verdict.due)
  }
}
