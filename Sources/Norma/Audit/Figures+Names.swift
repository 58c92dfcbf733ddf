extension Figures {
  /// The figures with the names that reports give them, as bounds.
  var named: [(name: String, bounds: AmountBounds)] {
    switch self {
    case .share(let figure):
      [("numerator", AmountBounds(figure.numerator)), ("denominator", AmountBounds(figure.denominator))]
    case .count(let count), .events(let count, nil): [("count", AmountBounds(count))]
    case .events(let count, let gap?): [("count", AmountBounds(count)), ("longest_gap", AmountBounds(gap))]
    case .amount(let bounds): [("value", bounds)]
    case .change(let before, let now, let share):
      [
        ("value", share ?? AmountBounds(low: nil, high: nil, hasRows: false, mayHaveRows: false)), ("before", before),
        ("now", now),
      ]
    case .pair(let left, let right, let difference): [("left", left), ("right", right), ("difference", difference)]
    case .balance(let balance): [("value", balance.judged)]
    case .earliest, .response, .match, .requirements: []
    }
  }

  /// Whether what was measured is known.
  var isExact: Bool {
    switch self {
    case .share(let figure): figure.numerator.isExact && figure.denominator.isExact
    case .count(let count): count.isExact
    case .events(let count, let gap): count.isExact && gap?.isExact ?? true
    case .amount(let bounds): bounds.exact != nil || !bounds.mayHaveRows
    case .change(let before, let now, _): before.exact != nil && now.exact != nil
    case .pair(let left, let right, _): left.exact != nil && right.exact != nil
    case .balance(let balance): balance.highest.exact != nil && balance.lowest.exact != nil
    case .earliest(let earliest): earliest.certain == earliest.possible
    case .response(let days): !days.isOpen
    case .match(let result): result.open.isEmpty && result.left.isExact && result.right.isExact
    case .requirements(_, let unknown): unknown.isEmpty
    }
  }
}
