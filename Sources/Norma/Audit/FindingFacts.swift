/// The facts of a finding from which its kind makes a sentence.
///
/// There may be one for every row of a register, and each is passed along many times: copies share it.
public final class FindingFacts: Sendable {
  let judged: JudgedRule
  /// Who owes it.
  public let subject: Subject
  /// The period that it is owed for.
  public let period: Period
  let verdict: Verdict
  /// What was measured.
  public let figures: Figures
  let limits: Judge.Limits
  /// The longest gap that may lie between events; nil for no limit.
  public let reach: CalendarSpan?
  /// The day of the audit.
  public let asOf: CivilDate

  init(
    judged: JudgedRule, subject: Subject, period: Period, verdict: Verdict, figures: Figures, limits: Judge.Limits,
    reach: CalendarSpan?, asOf: CivilDate
  ) {
    self.judged = judged
    self.subject = subject
    self.period = period
    self.verdict = verdict
    self.figures = figures
    self.limits = limits
    self.reach = reach
    self.asOf = asOf
  }

  /// What the rule is called.
  public var title: LocalizedText { judged.rule.title }
  /// The outcome, beneath a waiver if there is one.
  public var outcome: Outcome { verdict.outcome }
  /// Why it is undetermined; nil for other outcomes.
  public var doubt: Doubt? { verdict.doubt }
  /// The due date; nil where there is none.
  public var due: CivilDate? { verdict.due }
  /// The days since the due date; nil where there are none.
  public var daysOverdue: Int? { verdict.daysOverdue }
  /// The least that the figure may be; nil for no limit.
  public var atLeast: Rational? { limits.atLeast }
  /// The greatest that the figure may be; nil for no limit.
  public var atMost: Rational? { limits.atMost }

  // MARK: Figures

  /// Whether the figure is a share, so that bounds are percentages.
  var isShare: Bool {
    switch figures {
    case .share, .change: true
    default: false
    }
  }

  /// Returns the bounds of a number as text.
  func text(_ bounds: Bounds<Int>) -> String {
    bounds.isExact ? "\(bounds.low)" : "\(bounds.low)–\(bounds.high)"
  }

  /// Returns the bounds of an amount as text.
  func text(_ bounds: AmountBounds) -> String {
    guard bounds.mayHaveRows else { return "–" }
    func text(_ number: Rational) -> String { isShare ? Self.percentage(number) : number.description }
    switch (bounds.hasRows ? bounds.low : nil, bounds.hasRows ? bounds.high : nil) {
    case (let low?, let high?): return low == high ? text(low) : "\(text(low))–\(text(high))"
    case (let low?, nil): return "≥ \(text(low))"
    case (nil, let high?): return "≤ \(text(high))"
    case (nil, nil): return "?"
    }
  }

  /// Returns the bounds of a share as percentages.
  func percentages(_ share: Bounds<Rational>) -> String {
    let (low, high) = (Self.percentage(share.low), Self.percentage(share.high))
    return low == high ? low : "\(low)–\(high)"
  }

  /// Returns a share as a percentage with at most two places, never rounded onto the limit that it misses.
  static func percentage(_ share: Rational) -> String {
    guard let percent = share.multiplied(by: Rational(100)) else { return share.description }
    return percent.formatted(places: 2) + "%"
  }

  private func limit(_ number: Rational) -> String {
    isShare ? Self.percentage(number) : number.description
  }

  /// What was expected, in words.
  func expected(in language: Language) -> String {
    switch (atLeast, atMost) {
    case (let low?, let high?) where low == high:
      return language == .zh ? "正好 \(limit(low))" : "exactly \(limit(low))"
    case (let low?, let high?):
      return language == .zh ? "\(limit(low)) 到 \(limit(high))" : "\(limit(low)) to \(limit(high))"
    case (let low?, nil): return language == .zh ? "不低于 \(limit(low))" : "at least \(limit(low))"
    case (nil, let high?): return language == .zh ? "不超过 \(limit(high))" : "at most \(limit(high))"
    case (nil, nil): return language == .zh ? "尚未确定" : "not set"
    }
  }

  /// What was expected, as formulas do: `>= 90%`.
  var expectation: String? {
    if case .pair = figures { return atMost.map { "<= \($0)" } }
    var parts: [String] = []
    switch (atLeast, atMost) {
    case (let low?, let high?) where low == high: parts.append("= \(limit(low))")
    case (let low?, let high?): parts.append("\(limit(low)) .. \(limit(high))")
    case (let low?, nil): parts.append(">= \(limit(low))")
    case (nil, let high?): parts.append("<= \(limit(high))")
    case (nil, nil): break
    }
    if let reach { parts.append("gap <= \(reach)") }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// What was found, as short as possible.
  var finding: String? {
    switch figures {
    case .share(let figure): figure.share.map { percentages($0) }
    case .count(let count), .events(let count, nil): text(count)
    case .events(let count, let gap?): "\(text(count)), gap \(text(gap))d"
    case .amount(let bounds): bounds.mayHaveRows ? text(bounds) : nil
    case .change(_, _, let share): share.map { text($0) }
    case .balance(let balance): text(balance.judged)
    case .pair(_, _, let difference): difference.mayHaveRows ? text(difference) : nil
    case .earliest(let earliest): earliest.certain?.description
    case .response(let days): days.done?.description
    case .match, .requirements: nil
    }
  }

  /// How many more rows must have it for the least share to be reached; nil where that is no question.
  func shortfall(_ figure: ShareFigure) -> Int? {
    guard outcome == .breached, let atLeast, figure.denominator.isExact,
      let needed = atLeast.multiplied(by: Rational(figure.denominator.low))
    else { return nil }
    let missing = Int(needed.ceiling) - figure.numerator.high
    return missing > 0 ? missing : nil
  }
}
