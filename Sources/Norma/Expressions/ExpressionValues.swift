internal import CEL

/// A date as a value of an expression; where the day isn't known, the days on which it may lie.
struct DateValue: OpaqueValue, Hashable {
  let lower: CivilDate
  let upper: CivilDate
  /// The field that it was read from, to be named where the day is needed.
  let attribute: String

  static let type = CELType.opaque("date", [])

  init(_ date: CivilDate) {
    lower = date
    upper = date
    attribute = ""
  }

  init(from lower: CivilDate, through upper: CivilDate, attribute: String) {
    self.lower = lower
    self.upper = upper
    self.attribute = attribute
  }

  var typeName: String { "date" }

  /// The day; nil where it isn't known.
  var day: CivilDate? { lower == upper ? lower : nil }

  func equals(_ other: Value) -> Value {
    guard case .opaque(let value) = other, let date = value as? DateValue else { return .bool(false) }
    if let day, let otherDay = date.day { return .bool(day == otherDay) }
    if upper < date.lower || date.upper < lower { return .bool(false) }
    return .unknown(openDay(with: date))
  }

  /// The fields of which the day is open, of this date and another.
  func openDay(with other: DateValue) -> UnknownSet {
    switch (day, other.day) {
    case (nil, nil): UnknownSet(attribute).union(UnknownSet(other.attribute))
    case (nil, _): UnknownSet(attribute)
    default: UnknownSet(other.attribute)
    }
  }
}

/// An exact number as a value of an expression.
struct DecimalValue: OpaqueValue, Hashable {
  let number: Rational

  static let type = CELType.opaque("decimal", [])

  var typeName: String { "decimal" }

  func equals(_ other: Value) -> Value {
    Rational(other).map { .bool($0 == number) } ?? .bool(false)
  }
}

/// A calendar span as a value of an expression.
struct SpanValue: OpaqueValue, Hashable {
  let span: CalendarSpan

  static let type = CELType.opaque("span", [])

  var typeName: String { "span" }

  func equals(_ other: Value) -> Value {
    guard case .opaque(let value) = other, let span = value as? SpanValue else { return .bool(false) }
    return .bool(span == self)
  }
}

extension Rational {
  /// The number that a value is; nil where it is none.
  init?(_ value: Value) {
    switch value {
    case .int(let number): self.init(number)
    case .uint(let number): self.init(numerator: Int128(number), denominator: 1)
    case .opaque(let value as DecimalValue): self = value.number
    default: return nil
    }
  }
}

extension Value {
  /// The value of a cell; `attribute` names it where it is unknown.
  init(_ cell: Cell, attribute: String) {
    switch cell {
    case .null: self = .null
    case .unknown: self = .unknown(UnknownSet(attribute))
    case .integer(let number): self = .int(number)
    case .decimal(let number): self = .opaque(DecimalValue(number: number))
    case .boolean(let value): self = .bool(value)
    case .text(let text): self = .string(text)
    case .date(let date): self = .opaque(DateValue(date))
    case .interval(let first, let last):
      self = .opaque(DateValue(from: first, through: last, attribute: attribute))
    case .timestamp(let microseconds):
      self =
        CEL.Timestamp(nanoseconds: Int128(microseconds) * 1000).map { .timestamp($0) }
        ?? .error(EvaluationError(.overflow))
    }
  }

  init(_ parameter: ParameterValue) {
    switch parameter {
    case .boolean(let value): self = .bool(value)
    case .integer(let number): self = .int(number)
    case .decimal(let number): self = .opaque(DecimalValue(number: number))
    case .date(let date): self = .opaque(DateValue(date))
    case .text(let text): self = .string(text)
    case .list(let values): self = .list(values.map { Value($0) })
    }
  }

  static func date(_ date: CivilDate?) -> Value {
    date.map { .opaque(DateValue($0)) } ?? .error(EvaluationError(.overflow))
  }

  static func decimal(_ number: Rational?) -> Value {
    number.map { .opaque(DecimalValue(number: $0)) } ?? .error(EvaluationError(.overflow))
  }

  /// The cell that a value is; unknown where it is an error or of no type that a cell has.
  var cell: Cell {
    switch self {
    case .null: .null
    case .int(let number): .integer(number)
    case .bool(let value): .boolean(value)
    case .string(let text): .text(text)
    case .opaque(let value as DecimalValue): .decimal(value.number)
    case .opaque(let value as DateValue): value.day.map { .date($0) } ?? .unknown
    case .timestamp(let time): .timestamp(microseconds: Int64(time.nanoseconds / 1000))
    default: .unknown
    }
  }
}

extension FieldType {
  /// The type of a field's values in expressions; every field may be null, or known not to be.
  var expressionType: CELType {
    switch self {
    case .text: .nullable(.string)
    case .integer: .nullable(.int)
    case .decimal: DecimalValue.type
    case .boolean: .nullable(.bool)
    case .date, .partialDate: DateValue.type
    case .timestamp: .timestamp
    }
  }
}

extension ParameterValue {
  /// The type of the value in expressions.
  var expressionType: CELType {
    switch self {
    case .boolean: .bool
    case .integer: .int
    case .decimal: DecimalValue.type
    case .date: DateValue.type
    case .text: .string
    case .list(let values):
      .list(
        values.first.map { first in
          values.allSatisfy { $0.expressionType == first.expressionType } ? first.expressionType : .dyn
        } ?? .dyn)
    }
  }
}
