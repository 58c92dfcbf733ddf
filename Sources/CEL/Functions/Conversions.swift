extension FunctionLibrary {
  mutating func addConversions() {
    addUnary("int", Self.int)
    addUnary("uint", Self.uint)
    addUnary("double", Self.double)
    addUnary("string", Self.string)
    addUnary("bytes") { value in
      switch value {
      case .bytes: value
      case .string(let text): .bytes(Array(text.utf8))
      default: nil
      }
    }
    addUnary("bool", Self.bool)
    addUnary("timestamp") { value in
      switch value {
      case .timestamp: value
      case .string(let text): Timestamp(text).map { .timestamp($0) } ?? .failure(.invalidArgument("invalid timestamp"))
      case .int(let seconds): .timestamp(Int128(seconds) * 1_000_000_000)
      default: nil
      }
    }
    addUnary("duration") { value in
      switch value {
      case .duration: value
      case .string(let text): Duration(text).map { .duration($0) } ?? .failure(.invalidArgument("invalid duration"))
      case .int(let seconds): .duration(Int128(seconds) * 1_000_000_000)
      default: nil
      }
    }
    addUnary("dyn") { $0 }
    addUnary("type") { .type($0.typeName) }
  }

  mutating func addUnary(_ name: String, _ function: @escaping @Sendable (Value) -> Value?) {
    add(name) { $0.count == 1 ? function($0[0]) : nil }
  }

  private static func int(_ value: Value) -> Value? {
    switch value {
    case .int: return value
    case .uint(let number): return Int64(exactly: number).map { .int($0) } ?? .failure(.overflow)
    case .double(let number):
      // The bounds themselves are out of reach: a double can't tell them from their neighbours.
      guard number > -0x1p63, number < 0x1p63 else { return .failure(.overflow) }
      return .int(Int64(number))
    case .string(let text): return Int64(text).map { .int($0) } ?? .failure(.invalidArgument("invalid int: \(text)"))
    case .timestamp(let time): return .int(time.seconds)
    case .duration(let duration): return .int(duration.seconds)
    default: return nil
    }
  }

  private static func uint(_ value: Value) -> Value? {
    switch value {
    case .uint: return value
    case .int(let number): return UInt64(exactly: number).map { .uint($0) } ?? .failure(.overflow)
    case .double(let number):
      guard number >= 0, number < 0x1p64 else { return .failure(.overflow) }
      return .uint(UInt64(number))
    case .string(let text): return UInt64(text).map { .uint($0) } ?? .failure(.invalidArgument("invalid uint: \(text)"))
    default: return nil
    }
  }

  private static func double(_ value: Value) -> Value? {
    switch value {
    case .double: return value
    case .int(let number): return .double(Double(number))
    case .uint(let number): return .double(Double(number))
    case .string(let text):
      switch text {
      case "Infinity", "+Infinity", "inf", "+inf", "Inf", "+Inf": return .double(.infinity)
      case "-Infinity", "-inf", "-Inf": return .double(-.infinity)
      default: return Double(text).map { .double($0) } ?? .failure(.invalidArgument("invalid double: \(text)"))
      }
    default: return nil
    }
  }

  private static func string(_ value: Value) -> Value? {
    switch value {
    case .string: return value
    case .bool(let value): return .string(value ? "true" : "false")
    case .int(let number): return .string(String(number))
    case .uint(let number): return .string(String(number))
    case .double(let number): return .string(number.celText)
    case .bytes(let bytes):
      return String(validating: bytes, as: UTF8.self).map { .string($0) } ?? .failure(.invalidArgument("invalid UTF-8"))
    case .timestamp(let time): return .string(time.text)
    case .duration(let duration): return .string(duration.text)
    default: return nil
    }
  }

  private static func bool(_ value: Value) -> Value? {
    switch value {
    case .bool: value
    case .string("true"), .string("True"), .string("TRUE"), .string("t"), .string("1"): .bool(true)
    case .string("false"), .string("False"), .string("FALSE"), .string("f"), .string("0"): .bool(false)
    case .string(let text): .failure(.invalidArgument("invalid bool: \(text)"))
    default: nil
    }
  }
}

extension Double {
  /// The shortest text that reads back as the same number; whole numbers without a point, others as `1.5` or `1e+30`.
  var celText: String {
    if isNaN { return "NaN" }
    if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
    var text = description
    if let exponent = text.firstIndex(of: "e") {
      var mantissa = String(text[..<exponent])
      if mantissa.hasSuffix(".0") { mantissa.removeLast(2) }
      var power = String(text[text.index(after: exponent)...])
      let sign = power.hasPrefix("-") ? "-" : "+"
      power.removeAll { $0 == "-" || $0 == "+" }
      return mantissa + "e" + sign + (power.count < 2 ? "0" + power : power)
    }
    if text.hasSuffix(".0") { text.removeLast(2) }
    return text
  }
}
