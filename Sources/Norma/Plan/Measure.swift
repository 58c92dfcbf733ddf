/// What is measured of a group.
public indirect enum Measure: Hashable, Sendable {
  /// The share of the rows of a population that have something.
  case share(population: PlanExpression?, having: PlanExpression)
  /// The number of rows.
  case count(where: PlanExpression?)
  /// The first day of a date field among the rows that meet all conditions.
  case earliest(of: String, where: [PlanExpression])
  /// The number of events, or of the distinct values that they have; with `day` also the longest gap between their days.
  case events(distinct: Amount?, day: String?, where: PlanExpression?)
  /// A figure over the amounts of rows.
  case figure(Aggregation, of: Amount?, where: [PlanExpression])
  /// The running total after each day.
  case balance(of: Amount?, day: String, where: [PlanExpression])

  /// The conditions on rows, in the order of evaluation.
  var conditions: [PlanExpression] {
    switch self {
    case .share(let population, let having): (population.map { [$0] } ?? []) + [having]
    case .count(let condition), .events(_, _, let condition): condition.map { [$0] } ?? []
    case .earliest(_, let conditions), .figure(_, _, let conditions), .balance(_, _, let conditions): conditions
    }
  }

  /// The expression whose value is measured; nil where rows are.
  var value: PlanExpression? {
    switch self {
    case .share, .count, .earliest: nil
    case .figure(_, let amount, _), .balance(let amount, _, _), .events(let amount, _, _): amount?.expression
    }
  }

  /// The date field of which the day is measured.
  var dayField: String? {
    switch self {
    case .earliest(let field, _), .balance(_, let field, _): field
    case .events(_, let field, _): field
    case .share, .count, .figure: nil
    }
  }
}

/// How the amounts of a group become one figure.
public enum Aggregation: String, Hashable, Sendable, CaseIterable {
  case count, sum
  case minimum = "min"
  case maximum = "max"
  case mean, distinct
}

/// What a row adds to a figure.
public struct Amount: Hashable, Sendable {
  /// The value; null counts for nothing.
  public let expression: PlanExpression
  /// Whether it is a field as it stands: where such a cell is unknown there is a value all the same.
  public let isField: Bool
  /// The least value that the field admits; nil for no limit.
  public let minimum: Rational?
  /// The greatest value that the field admits; nil for no limit.
  public let maximum: Rational?

  /// Creates an amount; a field that stands by itself has its own limits.
  init(_ expression: PlanExpression, of dataset: Dataset) {
    self.expression = expression
    let field = expression.fieldName.flatMap { dataset.index(of: $0) }.map { dataset.fields[$0] }
    isField = field != nil && !(field?.isDerived ?? false)
    func number(_ bound: FieldBound?) -> Rational? {
      if case .value(.number(let number))? = bound { number } else { nil }
    }
    minimum = number(field?.constraint.minimum)
    maximum = number(field?.constraint.maximum)
  }
}

/// Whether a figure can only go one way while its period is open.
enum Trend: Hashable, Sendable {
  case rising, falling, either
}

extension Measure {
  /// Which way the figure can go as rows are added.
  var trend: Trend {
    switch self {
    case .count, .events: return .rising
    case .figure(let aggregation, let amount, _):
      switch aggregation {
      case .count, .distinct, .maximum: return .rising
      case .minimum: return .falling
      case .mean: return .either
      case .sum:
        if let least = amount?.minimum, least >= 0 { return .rising }
        if let most = amount?.maximum, most <= 0 { return .falling }
        return .either
      }
    case .share, .earliest, .balance: return .either
    }
  }
}
