internal import CEL

/// The functions that conditions have beyond the standard: exact numbers, dates and calendar spans.
///
/// Declarations and implementations stand side by side, so that none can be without the other.
struct ExpressionFunctions {
  private(set) var declarations: [Overload] = []
  private(set) var library: FunctionLibrary
  private let calendar: WorkdayCalendar
  private let timeZone: TimeZoneRules

  private static let date = DateValue.type
  private static let decimal = DecimalValue.type
  private static let span = SpanValue.type

  /// Creates the functions of a project; the calendar and the zone matter only when they are called.
  init(calendar: WorkdayCalendar, timeZone: TimeZoneRules) {
    self.calendar = calendar
    self.timeZone = timeZone
    library = .standard { name, seconds in
      (try? TimeZoneRules(named: name, environment: [:])).map { Int($0.offset(atSeconds: seconds)) }
    }
    addDecimals()
    addDateComparisons()
    addDateArithmetic()
    addDateParts()
    addOrdered()
    addSets()
  }

  /// The names of the functions, operators among them.
  var names: Set<String> { Set(declarations.map(\.function)) }

  private mutating func declare(_ name: String, _ parameters: [CELType], _ result: CELType) {
    let types = parameters.map(\.description).joined(separator: "_")
    declarations.append(Overload(name, "norma_\(name)_\(types)", parameters, result))
  }

  // MARK: Exact numbers

  private mutating func addDecimals() {
    let pairs = [[Self.decimal, Self.decimal], [Self.decimal, .int], [.int, Self.decimal]]
    let operations: [(String, @Sendable (Rational, Rational) -> Rational?)] = [
      ("_+_", { $0.adding($1) }), ("_-_", { $0.subtracting($1) }), ("_*_", { $0.multiplied(by: $1) }),
    ]
    for (name, operation) in operations {
      for pair in pairs { declare(name, pair, Self.decimal) }
      addNumeric(name) { .decimal(operation($0, $1)) }
    }
    for pair in pairs { declare("_/_", pair, Self.decimal) }
    addNumeric("_/_") { left, right in
      right == 0 ? .error(EvaluationError(.divideByZero)) : .decimal(left.divided(by: right))
    }
    let tests: [(String, @Sendable (Rational, Rational) -> Bool)] = [
      ("_<_", { $0 < $1 }), ("_<=_", { $0 <= $1 }), ("_>_", { $0 > $1 }), ("_>=_", { $0 >= $1 }),
      ("_==_", { $0 == $1 }),
      ("_!=_", { $0 != $1 }),
    ]
    for (name, test) in tests {
      for pair in pairs { declare(name, pair, .bool) }
      addNumeric(name) { .bool(test($0, $1)) }
    }
    addConversions()
  }

  private mutating func addConversions() {
    declare("-_", [Self.decimal], Self.decimal)
    addUnaryDecimal("-_") { .decimal(-$0) }
    declare("decimal", [.string], Self.decimal)
    declare("decimal", [.int], Self.decimal)
    library.add("decimal") { arguments in
      switch arguments.first {
      case .string(let text)?:
        Rational(decimal: text).map { .decimal($0) } ?? .error(EvaluationError(.invalidArgument("no number: \(text)")))
      case .int(let number)?: .decimal(Rational(number))
      default: nil
      }
    }
    declare("int", [Self.decimal], .int)
    addUnaryDecimal("int") { Int64(exactly: $0.truncated).map { .int($0) } ?? .error(EvaluationError(.overflow)) }
    declare("string", [Self.decimal], .string)
    addUnaryDecimal("string") { .string($0.description) }
    declare("math.abs", [Self.decimal], Self.decimal)
    addUnaryDecimal("math.abs") { .decimal($0.magnitude) }
    let roundings: [(String, @Sendable (Rational) -> Int128)] = [
      ("math.floor", { $0.floor }), ("math.ceil", { $0.ceiling }), ("math.trunc", { $0.truncated }),
      ("math.round", { $0.rounded }), ("math.sign", { $0 == 0 ? 0 : $0 < 0 ? -1 : 1 }),
    ]
    for (name, rounding) in roundings {
      declare(name, [Self.decimal], Self.decimal)
      addUnaryDecimal(name) { .decimal(Rational(numerator: rounding($0), denominator: 1)) }
    }
    let extremes: [(String, @Sendable (Rational, Rational) -> Bool)] = [
      ("math.greatest", { $0 > $1 }), ("math.least", { $0 < $1 }),
    ]
    for (name, isBetter) in extremes {
      declare(name, [Self.decimal, Self.decimal], Self.decimal)
      addNumeric(name) { .decimal(isBetter($0, $1) ? $0 : $1) }
    }
  }

  /// Adds an implementation for two numbers of which at least one is exact.
  private mutating func addNumeric(_ name: String, _ operation: @escaping @Sendable (Rational, Rational) -> Value) {
    library.add(name) { arguments in
      guard arguments.count == 2, arguments.contains(where: { $0.isDecimal }), let left = Rational(arguments[0]),
        let right = Rational(arguments[1])
      else { return nil }
      return operation(left, right)
    }
  }

  private mutating func addUnaryDecimal(_ name: String, _ operation: @escaping @Sendable (Rational) -> Value) {
    library.add(name) { arguments in
      guard arguments.count == 1, arguments[0].isDecimal, let number = Rational(arguments[0]) else { return nil }
      return operation(number)
    }
  }

  // MARK: Dates

  /// A date, or the day of a timestamp in the project's zone.
  private func reader() -> @Sendable (Value) -> DateValue? {
    let zone = timeZone
    return { value in
      switch value {
      case .opaque(let value as DateValue): return value
      case .timestamp(let time):
        let moment = Timestamp(microseconds: Int64(time.nanoseconds / 1000))
        return CivilDate(moment, in: zone).map { DateValue($0) }
      default: return nil
      }
    }
  }

  private mutating func addDateComparisons() {
    let read = reader()
    // Each test is told whether it certainly holds, or certainly fails, of any two days of the intervals.
    let tests: [(String, @Sendable (DateValue, DateValue) -> Bool?)] = [
      ("_<_", { $0.upper < $1.lower ? true : $0.lower >= $1.upper ? false : nil }),
      ("_<=_", { $0.upper <= $1.lower ? true : $0.lower > $1.upper ? false : nil }),
      ("_>_", { $0.lower > $1.upper ? true : $0.upper <= $1.lower ? false : nil }),
      ("_>=_", { $0.lower >= $1.upper ? true : $0.upper < $1.lower ? false : nil }),
      (
        "_==_",
        { left, right in
          if let day = left.day, let other = right.day { return day == other }
          return left.upper < right.lower || right.upper < left.lower ? false : nil
        }
      ),
      (
        "_!=_",
        { left, right in
          if let day = left.day, let other = right.day { return day != other }
          return left.upper < right.lower || right.upper < left.lower ? true : nil
        }
      ),
    ]
    for (name, test) in tests {
      for pair in [[Self.date, Self.date], [Self.date, .timestamp], [.timestamp, Self.date]] {
        // Dates are equal or not by the standard's own declaration.
        if pair != [Self.date, Self.date] || (name != "_==_" && name != "_!=_") { declare(name, pair, .bool) }
      }
      library.add(name) { arguments in
        guard arguments.count == 2, arguments.contains(where: { $0.isDate }), let left = read(arguments[0]),
          let right = read(arguments[1])
        else { return nil }
        return test(left, right).map { .bool($0) } ?? .unknown(left.openDay(with: right))
      }
    }
    declare("date", [.string], Self.date)
    library.add("date") { arguments in
      guard arguments.count == 1, case .string(let text) = arguments[0] else { return nil }
      return CivilDate(iso: text).map { .date($0) } ?? .error(EvaluationError(.invalidArgument("no date: \(text)")))
    }
    declare("string", [Self.date], .string)
    addDays("string", count: 1) { days in .string(days[0].description) }
  }

  /// Adds an implementation for arguments that are all dates of which the day is known.
  private mutating func addDays(
    _ name: String, count: Int, _ operation: @escaping @Sendable ([CivilDate]) -> Value
  ) {
    let read = reader()
    library.add(name) { arguments in
      guard arguments.count == count else { return nil }
      let hasDate = arguments.contains { $0.isDate }
      var days: [CivilDate] = []
      for argument in arguments {
        guard let date = read(argument) else { return nil }
        guard let day = date.day else { return .unknown(UnknownSet(date.attribute)) }
        days.append(day)
      }
      // The standard's own functions of timestamps stay what they are.
      if !hasDate, name == "string" || name == "_-_" { return nil }
      return operation(days)
    }
  }

  private mutating func addDateArithmetic() {
    let spans: [(String, CalendarSpan.Unit)] = [
      ("days", .day), ("weeks", .week), ("months", .month), ("years", .year), ("workdays", .workday),
    ]
    for (name, unit) in spans {
      declare(name, [.int], Self.span)
      library.add(name) { arguments in
        guard arguments.count == 1, case .int(let count) = arguments[0] else { return nil }
        return .opaque(SpanValue(span: CalendarSpan(Int(count), unit)))
      }
    }
    let calendar = calendar
    declare("_+_", [Self.date, Self.span], Self.date)
    declare("_+_", [Self.span, Self.date], Self.date)
    declare("_-_", [Self.date, Self.span], Self.date)
    for (name, sign) in [("_+_", 1), ("_-_", -1)] {
      library.add(name) { arguments in
        guard arguments.count == 2 else { return nil }
        let (first, second) =
          arguments[0].isDate || sign < 0 ? (arguments[0], arguments[1]) : (arguments[1], arguments[0])
        guard case .opaque(let dateValue as DateValue) = first, case .opaque(let spanValue as SpanValue) = second else {
          return nil
        }
        guard let day = dateValue.day else { return .unknown(UnknownSet(dateValue.attribute)) }
        let span = spanValue.span
        guard span.count.magnitude < 10_000_000 else { return .error(EvaluationError(.overflow)) }
        return .date(CalendarSpan(sign * span.count, span.unit).added(to: day, calendar: calendar))
      }
    }
    declare("_-_", [Self.date, Self.date], .int)
    addDays("_-_", count: 2) { .int(Int64(CivilDate.daysBetween($0[1], $0[0]))) }
    let between: [(String, @Sendable (CivilDate, CivilDate) -> Int)] = [
      ("daysBetween", { CivilDate.daysBetween($0, $1) }), ("monthsBetween", { CivilDate.monthsBetween($0, $1) }),
      ("yearsBetween", { CivilDate.yearsBetween($0, $1) }),
      ("workdaysBetween", { calendar.workdaysBetween($0, $1) }),
    ]
    for (name, count) in between {
      for left in [Self.date, .timestamp] {
        for right in [Self.date, .timestamp] { declare(name, [left, right], .int) }
      }
      addDays(name, count: 2) { .int(Int64(count($0[0], $0[1]))) }
    }
  }

  private mutating func addDateParts() {
    let parts: [(String, @Sendable (CivilDate) -> Int)] = [
      ("year", { $0.year }), ("quarter", { $0.quarter }), ("month", { $0.month }), ("day", { $0.day }),
      ("weekday", { $0.weekday }),
    ]
    for (name, part) in parts {
      declare(name, [Self.date], .int)
      declare(name, [.timestamp], .int)
      addDays(name, count: 1) { .int(Int64(part($0[0]))) }
    }
    let calendar = calendar
    declare("isWorkday", [Self.date], .bool)
    declare("isWorkday", [.timestamp], .bool)
    addDays("isWorkday", count: 1) { .bool(calendar.isWorkday($0[0])) }
  }

  private mutating func addSets() {
    func set(_ element: CELType) -> CELType { .opaque("set", [element]) }
    declare("@in", [.parameter("A"), set(.parameter("A"))], .bool)
    declare("@in", [.int, set(Self.decimal)], .bool)
    declare("@in", [Self.decimal, set(.int)], .bool)
    library.add("@in") { arguments in
      guard arguments.count == 2, case .opaque(let set as SetValue) = arguments[1] else { return nil }
      return set.contains(arguments[0])
    }
  }

  private mutating func addOrdered() {
    declare("ordered", [.list(.parameter("A"))], .bool)
    let read = reader()
    library.add("ordered") { arguments in
      guard arguments.count == 1, case .list(let values) = arguments[0] else { return nil }
      var days: [CivilDate] = []
      var numbers: [Rational] = []
      var moments: [CEL.Timestamp] = []
      for value in values {
        if case .null = value { continue }
        if case .timestamp(let moment) = value { moments.append(moment) }
        if let number = Rational(value) {
          numbers.append(number)
        } else if let date = read(value) {
          guard let day = date.day else { return .unknown(UnknownSet(date.attribute)) }
          days.append(day)
        } else {
          return nil
        }
      }
      guard days.isEmpty || numbers.isEmpty else { return nil }
      // Moments are told apart within a day; beside a date only their days count.
      if moments.count == days.count, !moments.isEmpty {
        return .bool(zip(moments, moments.dropFirst()).allSatisfy { $0 <= $1 })
      }
      return .bool(zip(days, days.dropFirst()).allSatisfy(<=) && zip(numbers, numbers.dropFirst()).allSatisfy(<=))
    }
  }
}

extension Value {
  fileprivate var isDecimal: Bool {
    if case .opaque(let value) = self { value is DecimalValue } else { false }
  }

  fileprivate var isDate: Bool {
    if case .opaque(let value) = self { value is DateValue } else { false }
  }
}
