internal import CEL

/// A number that figures are held against, prepared for many of them.
struct Bound {
  private let constant: Rational?
  private let expression: BoundExpression?
  /// Whether the subject's row of the roster is read.
  let readsSubject: Bool

  /// Prepares a bound; an expression knows the subject's row of `roster` by the name `subject`.
  init(_ quantity: PlanQuantity, subject: String?, roster: Dataset?, functions: FunctionLibrary) {
    switch quantity {
    case .constant(let number):
      (constant, expression) = (number, nil)
      readsSubject = false
    case .expression(let plan):
      constant = nil
      expression = BoundExpression(plan, subject: subject, roster: roster, functions: functions)
      readsSubject = roster != nil && subject.map { plan.checked.variableNames.contains($0) } ?? false
    }
  }

  /// Returns the number, given the subject's row; throws where it is none, null, or hangs on a parameter that nobody has
  /// set.
  func number(_ subject: [Cell]?, _ constants: Constants) throws(BoundProblem) -> Rational {
    if let constant { return constant }
    guard let expression else { preconditionFailure("a bound is neither number nor expression") }
    return try expression.value(subject, constants)
  }
}

/// How far two amounts lie apart.
enum PairDifference {
  /// Returns the least and the greatest difference of two amounts that are known within bounds.
  static func bounds(_ left: AmountBounds, _ right: AmountBounds) -> AmountBounds {
    let hasRows = left.hasRows && right.hasRows
    let mayHaveRows = left.mayHaveRows && right.mayHaveRows
    // The greatest is between opposite ends, the least where they come nearest.
    func gap(_ high: Rational?, _ low: Rational?) -> Rational? {
      high.flatMap { high in low.flatMap { high.subtracting($0) } }
    }
    let ends = [gap(left.high, right.low), gap(right.high, left.low)]
    let greatest: Rational? = ends.contains { $0 == nil } ? nil : ends.compactMap { $0 }.max()
    let apart = [gap(left.low, right.high), gap(right.low, left.high)].compactMap { $0 }.max() ?? .zero
    return AmountBounds(low: max(.zero, apart), high: greatest, hasRows: hasRows, mayHaveRows: mayHaveRows)
  }

  /// Returns the least and the greatest tolerance: a number as it is, a share of the larger of the two amounts.
  static func tolerance(
    _ number: Rational, isShare: Bool, _ left: AmountBounds, _ right: AmountBounds
  ) -> (low: Rational?, high: Rational?) {
    guard isShare else { return (number, number) }
    /// The bounds of how large an amount is, without its sign.
    func size(_ bounds: AmountBounds) -> (low: Rational, high: Rational?) {
      let low = bounds.low.map { $0 > 0 ? $0 : .zero } ?? .zero
      let below = bounds.high.map { $0 < 0 ? $0.magnitude : .zero } ?? .zero
      let high = bounds.low.flatMap { least in bounds.high.map { max(least.magnitude, $0.magnitude) } }
      return (max(low, below), high)
    }
    let (mine, theirs) = (size(left), size(right))
    let high = mine.high.flatMap { mine in theirs.high.map { max(mine, $0) } }
    return (max(mine.low, theirs.low).multiplied(by: number), high.flatMap { $0.multiplied(by: number) })
  }

  /// Whether two numbers lie within a tolerance.
  static func isWithin(_ left: Rational, _ right: Rational, _ number: Rational, isShare: Bool) -> Bool {
    guard let difference = left.subtracting(right)?.magnitude else { return false }
    let larger = max(left.magnitude, right.magnitude)
    guard let allowed = isShare ? larger.multiplied(by: number) : number else { return false }
    return difference <= allowed
  }
}

/// The change of an amount against the one before, as a share.
enum PreviousChange {
  /// Returns the bounds of (now - before) / before; nil where there is nothing before, or it may be zero or less.
  static func bounds(before: AmountBounds, now: AmountBounds) -> AmountBounds? {
    guard before.hasRows, now.hasRows, let least = before.low, least > 0 else { return nil }
    func change(_ now: Rational?, _ before: Rational?) -> Rational? {
      now.flatMap { now in before.flatMap { now.divided(by: $0)?.subtracting(Rational(1)) } }
    }
    // A positive amount now is least against the greatest before; a negative one against the least.
    let low: Rational?
    if let amount = now.low, amount >= 0 {
      low = before.high == nil ? Rational(-1) : change(amount, before.high)
    } else {
      low = change(now.low, least)
    }
    let high: Rational?
    if let amount = now.high, amount < 0 {
      high = before.high == nil ? Rational(-1) : change(amount, before.high)
    } else {
      high = change(now.high, least)
    }
    return AmountBounds(low: low, high: high)
  }
}
