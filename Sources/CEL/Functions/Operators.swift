extension FunctionLibrary {
  mutating func addOperators() {
    addIntegers()
    addDoubles()
    addSequences()
    addTimeArithmetic()
    for (name, test) in Self.comparisons {
      add(name) { arguments in
        guard arguments.count == 2, arguments[0].isOrderable(with: arguments[1]) else { return nil }
        return .bool(arguments[0].order(arguments[1]).map(test) ?? false)
      }
    }
    add("_==_") { $0.count == 2 ? $0[0].equals($0[1]) : nil }
    add("_!=_") { arguments in
      guard arguments.count == 2 else { return nil }
      if case .bool(let isEqual) = arguments[0].equals(arguments[1]) { return .bool(!isEqual) }
      return arguments[0].equals(arguments[1])
    }
    add("!_") { if case .bool(let value)? = $0.first { .bool(!value) } else { nil } }
    add("@in", Self.contains)
    add("_[_]", Self.index)
    add("_[?_]", Self.optionalIndex)
    add("size") { arguments in
      guard arguments.count == 1 else { return nil }
      switch arguments[0] {
      case .string(let text): return .int(Int64(text.unicodeScalars.count))
      case .bytes(let bytes): return .int(Int64(bytes.count))
      case .list(let values): return .int(Int64(values.count))
      case .map(let map): return .int(Int64(map.entries.count))
      default: return nil
      }
    }
  }

  private static let comparisons: [(String, @Sendable (Value.Order) -> Bool)] = [
    ("_<_", { $0 == .ascending }), ("_<=_", { $0 != .descending }), ("_>_", { $0 == .descending }),
    ("_>=_", { $0 != .ascending }),
  ]

  private mutating func addIntegers() {
    addInteger("_+_", { $0.addingReportingOverflow($1) }, { $0.addingReportingOverflow($1) })
    addInteger("_-_", { $0.subtractingReportingOverflow($1) }, { $0.subtractingReportingOverflow($1) })
    addInteger("_*_", { $0.multipliedReportingOverflow(by: $1) }, { $0.multipliedReportingOverflow(by: $1) })
    addInteger(
      "_/_", zero: .divideByZero, { $0.dividedReportingOverflow(by: $1) }, { $0.dividedReportingOverflow(by: $1) })
    addInteger(
      "_%_", zero: .modulusByZero, { $0.remainderReportingOverflow(dividingBy: $1) },
      { $0.remainderReportingOverflow(dividingBy: $1) })
    add("-_") { arguments in
      switch arguments.first {
      case .int(let value)?: return value == .min ? .failure(.overflow) : .int(-value)
      case .double(let value)?: return .double(-value)
      default: return nil
      }
    }
  }

  private mutating func addInteger(
    _ name: String, zero: EvaluationError.Problem? = nil,
    _ signed: @escaping @Sendable (Int64, Int64) -> (partialValue: Int64, overflow: Bool),
    _ unsigned: @escaping @Sendable (UInt64, UInt64) -> (partialValue: UInt64, overflow: Bool)
  ) {
    add(name) { arguments in
      guard arguments.count == 2 else { return nil }
      switch (arguments[0], arguments[1]) {
      case (.int(let left), .int(let right)):
        if right == 0, let zero { return .failure(zero) }
        let (value, overflow) = signed(left, right)
        return overflow ? .failure(.overflow) : .int(value)
      case (.uint(let left), .uint(let right)):
        if right == 0, let zero { return .failure(zero) }
        let (value, overflow) = unsigned(left, right)
        return overflow ? .failure(.overflow) : .uint(value)
      default: return nil
      }
    }
  }

  private mutating func addDoubles() {
    let operations: [(String, @Sendable (Double, Double) -> Double)] = [
      ("_+_", { $0 + $1 }), ("_-_", { $0 - $1 }), ("_*_", { $0 * $1 }), ("_/_", { $0 / $1 }),
    ]
    for (name, operation) in operations {
      add(name) { arguments in
        guard arguments.count == 2, case .double(let left) = arguments[0], case .double(let right) = arguments[1] else {
          return nil
        }
        return .double(operation(left, right))
      }
    }
  }

  private mutating func addSequences() {
    add("_+_") { arguments in
      guard arguments.count == 2 else { return nil }
      switch (arguments[0], arguments[1]) {
      case (.string(let left), .string(let right)): return .string(left + right)
      case (.bytes(let left), .bytes(let right)): return .bytes(left + right)
      case (.list(let left), .list(let right)): return .list(left + right)
      default: return nil
      }
    }
  }

  private mutating func addTimeArithmetic() {
    add("_+_") { arguments in
      guard arguments.count == 2 else { return nil }
      switch (arguments[0], arguments[1]) {
      case (.duration(let left), .duration(let right)): return .duration(left.nanoseconds + right.nanoseconds)
      case (.timestamp(let left), .duration(let right)), (.duration(let right), .timestamp(let left)):
        return .timestamp(left.nanoseconds + right.nanoseconds)
      default: return nil
      }
    }
    add("_-_") { arguments in
      guard arguments.count == 2 else { return nil }
      switch (arguments[0], arguments[1]) {
      case (.duration(let left), .duration(let right)): return .duration(left.nanoseconds - right.nanoseconds)
      case (.timestamp(let left), .duration(let right)): return .timestamp(left.nanoseconds - right.nanoseconds)
      case (.timestamp(let left), .timestamp(let right)): return .duration(left.nanoseconds - right.nanoseconds)
      default: return nil
      }
    }
  }

  private static func contains(_ arguments: [Value]) -> Value? {
    guard arguments.count == 2 else { return nil }
    switch arguments[1] {
    case .list(let values):
      var failures: [Value] = []
      for value in values {
        let isEqual = arguments[0].equals(value)
        if case .bool(true) = isEqual { return isEqual }
        if isEqual.isFailure { failures.append(isEqual) }
      }
      return Value.failure(among: failures) ?? .bool(false)
    case .map(let map): return .bool(map[arguments[0]] != nil)
    default: return nil
    }
  }

  private static func index(_ arguments: [Value]) -> Value? {
    guard arguments.count == 2 else { return nil }
    switch arguments[0] {
    case .list(let values):
      guard let index = listIndex(arguments[1]) else { return nil }
      return values.indices.contains(Int(index)) ? values[Int(index)] : .failure(.indexOutOfRange(index))
    case .map(let map): return map[arguments[1]] ?? .failure(.noSuchKey(arguments[1].plainText))
    case .optional(nil): return .optional(nil)
    case .optional(let value?): return optionalIndex([value, arguments[1]])
    default: return nil
    }
  }

  private static func optionalIndex(_ arguments: [Value]) -> Value? {
    guard arguments.count == 2 else { return nil }
    switch arguments[0] {
    case .list(let values):
      guard let index = listIndex(arguments[1]) else { return nil }
      return .optional(values.indices.contains(Int(index)) ? values[Int(index)] : nil)
    case .map(let map): return .optional(map[arguments[1]])
    case .optional(nil): return .optional(nil)
    case .optional(let value?): return optionalIndex([value, arguments[1]])
    default: return nil
    }
  }

  private static func listIndex(_ value: Value) -> Int64? {
    switch value {
    case .int(let value): value
    case .uint(let value): Int64(exactly: value)
    case .double(let value): Int64(exactly: value)
    default: nil
    }
  }
}

extension Value {
  static func timestamp(_ nanoseconds: Int128) -> Value {
    Timestamp(nanoseconds: nanoseconds).map { .timestamp($0) } ?? .failure(.overflow)
  }

  static func duration(_ nanoseconds: Int128) -> Value {
    Duration(nanoseconds: nanoseconds).map { .duration($0) } ?? .failure(.overflow)
  }

  fileprivate func isOrderable(with other: Value) -> Bool {
    switch (self, other) {
    case (.bool, .bool), (.string, .string), (.bytes, .bytes), (.timestamp, .timestamp), (.duration, .duration): true
    case (.int, .int), (.int, .uint), (.int, .double), (.uint, .int), (.uint, .uint), (.uint, .double), (.double, .int),
      (.double, .uint), (.double, .double):
      true
    default: false
    }
  }

  /// The value as text, for messages.
  var plainText: String {
    switch self {
    case .string(let text): text
    case .int(let value): String(value)
    case .uint(let value): String(value)
    case .double(let value): value.celText
    case .bool(let value): String(value)
    default: typeName
    }
  }
}
