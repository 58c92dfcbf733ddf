/// The constraint of a field in the form of its column's values.
struct FieldLimits<Value: Hashable & Comparable> {
  let oneOf: Set<Value>?
  let minimum: Value?
  let maximum: Value?

  /// Returns the first limit that `value` breaks, nil if it keeps all.
  @inline(__always)
  func problem(of value: Value) -> DataProblem? {
    if let oneOf, !oneOf.contains(value) { return .notOneOf }
    if let minimum, value < minimum { return .belowMinimum }
    if let maximum, value > maximum { return .aboveMaximum }
    return nil
  }
}

extension FieldLimits where Value == Rational {
  init(_ constraint: FieldConstraint) {
    self.init(
      oneOf: constraint.oneOf.map { Set($0.map(Self.number)) }, minimum: constraint.minimum.map(Self.number),
      maximum: constraint.maximum.map(Self.number))
  }

  private static func number(_ value: FieldValue) -> Rational {
    guard case .number(let number) = value else { preconditionFailure("\(value) limits a field of numbers") }
    return number
  }

  private static func number(_ bound: FieldBound) -> Rational {
    guard case .value(let value) = bound else { preconditionFailure("a date limits a field of numbers") }
    return number(value)
  }
}

extension FieldLimits where Value == Int128 {
  /// Limits of whole numbers: a limit between two of them is as good as the next one inside.
  init(_ constraint: FieldConstraint) {
    let exact = FieldLimits<Rational>(constraint)
    self.init(
      oneOf: exact.oneOf.map { Set($0.filter(\.isInteger).map(\.numerator)) }, minimum: exact.minimum?.ceiling,
      maximum: exact.maximum?.floor)
  }
}

extension FieldLimits where Value == Int32 {
  /// Limits of days, as day numbers.
  init(_ constraint: FieldConstraint, asOf: CivilDate) {
    self.init(
      oneOf: constraint.oneOf.map { Set($0.map { Self.day($0) }) },
      minimum: constraint.minimum.map { Self.day($0, asOf) }, maximum: constraint.maximum.map { Self.day($0, asOf) })
  }

  private static func day(_ value: FieldValue) -> Int32 {
    guard case .date(let date) = value else { preconditionFailure("\(value) limits a field of dates") }
    return date.dayNumber
  }

  private static func day(_ bound: FieldBound, _ asOf: CivilDate) -> Int32 {
    switch bound {
    case .asOf: asOf.dayNumber
    case .value(let value): day(value)
    }
  }
}

/// The constraint of a text field; texts are ordered by their Unicode scalars.
struct TextLimits {
  private let oneOf: Set<[UInt8]>?
  private let minimum: [UInt8]?
  private let maximum: [UInt8]?
  private let pattern: PatternMatcher?

  init(_ constraint: FieldConstraint, pattern: PatternMatcher?) {
    self.oneOf = constraint.oneOf.map { Set($0.map(Self.text)) }
    self.minimum = constraint.minimum.map(Self.text)
    self.maximum = constraint.maximum.map(Self.text)
    self.pattern = pattern
  }

  /// Whether every text is allowed.
  var allowEverything: Bool { oneOf == nil && minimum == nil && maximum == nil && pattern == nil }

  /// Returns the first limit that `text` breaks, nil if it keeps all. O(length).
  func problem(of text: String) -> DataProblem? {
    // UTF-8 bytes have the order of the scalars that they spell, and no two canonical forms are equal.
    let bytes = Array(text.utf8)
    if let oneOf, !oneOf.contains(bytes) { return .notOneOf }
    if let minimum, bytes.lexicographicallyPrecedes(minimum) { return .belowMinimum }
    if let maximum, maximum.lexicographicallyPrecedes(bytes) { return .aboveMaximum }
    if let pattern, !pattern.matchesWhole(text) { return .notMatchingPattern }
    return nil
  }

  private static func text(_ value: FieldValue) -> [UInt8] {
    guard case .text(let text) = value else { preconditionFailure("\(value) limits a field of texts") }
    return Array(text.utf8)
  }

  private static func text(_ bound: FieldBound) -> [UInt8] {
    guard case .value(let value) = bound else { preconditionFailure("a date limits a field of texts") }
    return text(value)
  }
}
