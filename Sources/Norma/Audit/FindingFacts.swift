/// The facts of a finding from which its kind makes a sentence.
public struct FindingFacts: Sendable {
  /// What the rule is called.
  public let title: LocalizedText
  /// The outcome, beneath a waiver if there is one.
  public let outcome: Outcome
  /// Why it is undetermined; nil for other outcomes.
  public let doubt: Doubt?
  /// What was measured.
  public let figures: Figures
  /// The least that the figure may be; nil for no limit.
  public let atLeast: Rational?
  /// The greatest that the figure may be; nil for no limit.
  public let atMost: Rational?
  /// The due date; nil where there is none.
  public let due: CivilDate?
  /// The days since the due date; nil where there are none.
  public let daysOverdue: Int?

  /// Returns the bounds of a number as text.
  func text(_ bounds: Bounds<Int>) -> String {
    bounds.isExact ? "\(bounds.low)" : "\(bounds.low)–\(bounds.high)"
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

  /// What was expected, in words.
  func expected(in language: Language) -> String {
    let isShare = if case .share = figures { true } else { false }
    func text(_ limit: Rational) -> String { isShare ? Self.percentage(limit) : limit.description }
    switch (atLeast, atMost) {
    case (let low?, let high?) where low == high:
      return language == .zh ? "正好 \(text(low))" : "exactly \(text(low))"
    case (let low?, let high?):
      return language == .zh ? "\(text(low)) 到 \(text(high))" : "\(text(low)) to \(text(high))"
    case (let low?, nil): return language == .zh ? "不低于 \(text(low))" : "at least \(text(low))"
    case (nil, let high?): return language == .zh ? "不超过 \(text(high))" : "at most \(text(high))"
    case (nil, nil): return language == .zh ? "尚未确定" : "not set"
    }
  }

  /// What was expected, as formulas do: `>= 90%`.
  var expectation: String? {
    let isShare = if case .share = figures { true } else { false }
    func text(_ limit: Rational) -> String { isShare ? Self.percentage(limit) : limit.description }
    switch (atLeast, atMost) {
    case (let low?, let high?) where low == high: return "= \(text(low))"
    case (let low?, let high?): return "\(text(low)) .. \(text(high))"
    case (let low?, nil): return ">= \(text(low))"
    case (nil, let high?): return "<= \(text(high))"
    case (nil, nil): return nil
    }
  }

  /// What was found, as short as possible.
  var finding: String? {
    switch figures {
    case .share(let counts): counts.share.map { percentages($0) }
    case .count(let count): text(count)
    case .earliest(let earliest): earliest.certain?.description
    case .requirements: nil
    }
  }

  /// Why it is undetermined, where that is not the unknown cells alone.
  func reason(in language: Language) -> String {
    switch (doubt, language) {
    case (.unsetParameter(let name)?, .zh): "参数 \(name) 还没有设定，无法判断："
    case (.unsetParameter(let name)?, .en): "the parameter \(name) is not set, so this can't be judged: "
    case (.noBound?, .zh): "要求的数值算不出来，无法判断："
    case (.noBound?, .en): "the bound can't be worked out, so this can't be judged: "
    case (.uncertainSubject?, .zh): "还不清楚是否应由该对象负责："
    case (.uncertainSubject?, .en): "it is not known whether this is owed at all: "
    default: ""
    }
  }

  /// How many more rows must have it for the least share to be reached; nil where that is no question.
  func shortfall(_ counts: ShareCounts) -> Int? {
    guard outcome == .breached, let atLeast, counts.denominator.isExact,
      let needed = atLeast.multiplied(by: Rational(Int64(counts.certain)))
    else { return nil }
    let missing = Int(needed.ceiling) - counts.numerator.high
    return missing > 0 ? missing : nil
  }
}
