/// What a subject scored in a period.
public struct Score: Sendable {
  /// The scorecard.
  public let scorecard: String
  /// What it is called.
  public let title: LocalizedText
  /// Who is scored.
  public let subject: Subject
  /// The key of the period.
  public let period: String
  /// The lowest and the highest score that it may be.
  public let score: Bounds<Rational>
  /// The grade; nil where the two scores have different ones, or none.
  public let grade: LocalizedText?
  /// What follows from the grade.
  public let consequences: [Scorecard.Consequence]
  /// What was deducted, by rule.
  public let deductions: [Deduction]

  /// What a rule deducts.
  public struct Deduction: Hashable, Sendable {
    /// The rule's id.
    public let rule: String
    /// The late, overdue and breached obligations.
    public let broken: Int
    /// The undetermined ones.
    public let undetermined: Int
    /// The least and the most that it deducts.
    public let points: Bounds<Rational>
  }
}

/// Adds up the outcomes of rules into scores.
struct ScoreKeeper {
  let scorecard: Scorecard
  let context: EvaluationContext

  private struct Tally {
    var broken = 0
    var undetermined = 0
  }

  private struct Place: Hashable {
    let subject: Cell
    let period: String
  }

  /// Returns the scores of everyone whom the obligations name, by subject and period. O(obligations + scores × rules).
  func scores(_ judgments: [RuleJudgment]) -> [Score] {
    let counted = judgments.filter { scorecard.counts($0.rule.id) }
    var tallies: [Place: [String: Tally]] = [:]
    // What rows may bring of which it isn't known whose they are.
    var unnamed: [Place: [String: Tally]] = [:]
    // What is owed by someone who isn't known may be owed by anyone.
    var nobodys: [String: [String: Tally]] = [:]
    for judgment in counted {
      let rule = judgment.rule.id
      for obligation in judgment.obligations {
        guard let value = subject(of: obligation), let period = period(of: obligation) else { continue }
        let tally = Tally(
          broken: obligation.outcome.isBroken ? 1 : 0, undetermined: obligation.outcome == .undetermined ? 1 : 0)
        if value == .null { continue }
        if !obligation.isNamed, !value.isOpen {
          unnamed[Place(subject: value, period: period), default: [:]][rule, default: Tally()].undetermined += 1
          continue
        }
        if value.isOpen {
          nobodys[period, default: [:]][rule, default: Tally()].undetermined += tally.broken + tally.undetermined
        } else {
          let place = Place(subject: value, period: period)
          tallies[place, default: [:]][rule, default: Tally()].broken += tally.broken
          tallies[place, default: [:]][rule, default: Tally()].undetermined += tally.undetermined
        }
      }
    }
    let weights = Dictionary(counted.map { ($0.rule.id, $0.rule.weight) }) { first, _ in first }
    let order = counted.map(\.rule.id)
    return tallies.map { place, tally in
      var tally = tally
      for open in [nobodys[place.period], unnamed[place]] {
        for (rule, open) in open ?? [:] { tally[rule, default: Tally()].undetermined += open.undetermined }
      }
      return score(place, tally, weights, order)
    }.sorted { ($0.subject.canonicalText, $0.period) < ($1.subject.canonicalText, $1.period) }
  }

  /// Whose score an obligation counts in; nil where it says nothing of the scored field.
  private func subject(of obligation: JudgedObligation) -> Cell? {
    (obligation.answerable + obligation.subject.parts).first { $0.name == scorecard.each.value }?.value
  }

  /// The period of the scorecard that holds the last day of the obligation's own.
  private func period(of obligation: JudgedObligation) -> String? {
    if scorecard.recurrence.unit == .once { return "once" }
    let day = obligation.period.unit == .once ? context.asOf : obligation.period.last
    switch scorecard.recurrence {
    case .unit(let unit): return Period(unit, containing: day)?.key
    case .rule:
      let periods = JudgedPeriods(
        scorecard.recurrence, window: nil, since: context.since, from: nil, until: nil, asOf: max(day, context.asOf))
      return periods.periods.last { $0.first <= day && day <= $0.last }?.key
    }
  }

  private func score(
    _ place: Place, _ tallies: [String: Tally], _ weights: [String: Rational], _ order: [String]
  ) -> Score {
    var deductions: [Score.Deduction] = []
    var (least, most) = (Rational.zero, Rational.zero)
    for rule in order {
      guard let tally = tallies[rule], tally.broken + tally.undetermined > 0 else { continue }
      let cap = scorecard.cap(of: rule)
      func points(_ count: Int) -> Rational {
        let points = (weights[rule] ?? Rational(1)).multiplied(by: Rational(count)) ?? .zero
        return cap.map { min($0, points) } ?? points
      }
      let (low, high) = (points(tally.broken), points(tally.broken + tally.undetermined))
      least = least.adding(low) ?? least
      most = most.adding(high) ?? most
      deductions.append(
        .init(rule: rule, broken: tally.broken, undetermined: tally.undetermined, points: Bounds(low, high)))
    }
    let low = scorecard.start.subtracting(most) ?? scorecard.start
    let high = scorecard.start.subtracting(least) ?? scorecard.start
    let grades = (scorecard.grade(of: low), scorecard.grade(of: high))
    let grade = grades.0?.name == grades.1?.name ? grades.0 : nil
    return Score(
      scorecard: scorecard.id.value, title: scorecard.title,
      subject: Subject([.init(scorecard.each.value, place.subject)]), period: place.period, score: Bounds(low, high),
      grade: grade?.name, consequences: grade?.consequences ?? [], deductions: deductions)
  }
}
