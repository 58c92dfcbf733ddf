/// When an obligation recurs.
public enum Recurrence: Hashable, Sendable, CustomStringConvertible {
  /// With every period of a unit of the calendar; `once` does not recur.
  case unit(PeriodUnit)
  /// With every occurrence of a rule, counted from `start`; nil for 1 January of the year before the one that is judged.
  case rule(RecurrenceRule, start: CivilDate?)

  /// The unit of the periods.
  public var unit: PeriodUnit {
    switch self {
    case .unit(let unit): unit
    case .rule: .rule
    }
  }

  /// The unit's name, or the rule.
  public var description: String {
    switch self {
    case .unit(let unit): unit.rawValue
    case .rule(let rule, let start): rule.description + (start.map { " from \($0)" } ?? "")
    }
  }
}

/// The periods of a rule that an audit judges.
struct JudgedPeriods {
  /// The periods in ascending order.
  let periods: [Period]
  /// How many of the first of them are only measured, for those after them to be held against.
  let leadCount: Int

  /// Finds the periods that end on or after the later of `since` and `from`, and begin on or before the earlier of `asOf`
  /// and `until`, narrowed to `window` first. `once` is judged unless the rule is not yet in force. With a lead, the
  /// nearest period before the first of them that `window` keeps comes first. O(periods).
  init(
    _ recurrence: Recurrence, window: PeriodWindow?, since: CivilDate, from: CivilDate?, until: CivilDate?,
    asOf: CivilDate, withLead: Bool = false
  ) {
    if recurrence.unit == .once {
      let isInForce = (from.map { $0 <= asOf } ?? true)
      periods = isInForce ? [.once(from: from, asOf: asOf, until: until)] : []
      leadCount = 0
      return
    }
    let start = max(since, from ?? since)
    let end = min(asOf, until ?? asOf)
    func kept(_ period: Period) -> Period? { window.map { period.narrowed(to: $0) } ?? period }
    var lead: Period?
    var periods: [Period] = []
    for period in Self.sequence(recurrence, since: since, around: start, through: end, withLead: withLead) {
      guard let kept = kept(period), kept.first <= end else { continue }
      if kept.last >= start { periods.append(kept) } else { lead = kept }
    }
    if withLead, let lead, !periods.isEmpty {
      self.periods = [lead] + periods
      leadCount = 1
    } else {
      self.periods = periods
      leadCount = 0
    }
  }

  private init(periods: [Period], leadCount: Int) {
    self.periods = periods
    self.leadCount = leadCount
  }

  /// Those of the judged periods that are not over on a day, with the period before the first of them where they have a
  /// lead. `once` never is open.
  func open(on day: CivilDate, withLead: Bool) -> JudgedPeriods {
    guard let first = periods.indices.first(where: { $0 >= leadCount && periods[$0].last >= day }),
      periods[first].unit != .once
    else { return JudgedPeriods(periods: [], leadCount: 0) }
    let lead = withLead && first > 0 ? 1 : 0
    return JudgedPeriods(periods: Array(periods[(first - lead)...]), leadCount: lead)
  }

  /// The periods of a recurrence from the one that holds `start`, or with a lead from 12 years before, that begin at the
  /// latest on `end`.
  private static func sequence(
    _ recurrence: Recurrence, since: CivilDate, around start: CivilDate, through end: CivilDate, withLead: Bool
  ) -> [Period] {
    switch recurrence {
    case .unit(let unit):
      // A window of one month of a leap year's kind is kept at least every twelve years.
      let years = withLead ? (unit == .day || unit == .week ? 2 : 12) : 0
      let first = CivilDate(year: max(1, start.year - years), month: withLead ? 1 : start.month, day: 1) ?? start
      var periods: [Period] = []
      var period = Period(unit, containing: withLead ? first : start)
      while let current = period, current.first <= end {
        periods.append(current)
        period = current.next
      }
      return periods
    case .rule(let rule, let anchor):
      let anchor = anchor ?? CivilDate(year: since.year - 1, month: 1, day: 1) ?? since
      var days = rule.occurrences(from: anchor, through: end)
      guard let last = days.last else { return [] }
      // The period that is open ends where the next one begins, and never if there is none.
      for years in [1, 10, 40] {
        let horizon = CivilDate(year: min(9999, end.year + years), month: 12, day: 31) ?? .latest
        guard let next = rule.occurrences(from: anchor, through: horizon).first(where: { $0 > last }) else { continue }
        days.append(next)
        break
      }
      if days[days.count - 1] == last { days.append(.latest) }
      return zip(days, days.dropFirst()).map { Period(ofRuleFrom: $0, through: $1.adding(days: -1) ?? $1) }
    }
  }
}
