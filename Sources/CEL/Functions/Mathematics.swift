extension FunctionLibrary {
  mutating func addMathematics() {
    add("math.greatest") { Self.extreme($0, .descending) }
    add("math.least") { Self.extreme($0, .ascending) }
    addDouble("math.ceil") { .double($0.rounded(.up)) }
    addDouble("math.floor") { .double($0.rounded(.down)) }
    addDouble("math.round") { .double($0.rounded(.toNearestOrAwayFromZero)) }
    addDouble("math.trunc") { .double($0.rounded(.towardZero)) }
    addDouble("math.isInf") { .bool($0.isInfinite) }
    addDouble("math.isNaN") { .bool($0.isNaN) }
    addDouble("math.isFinite") { .bool($0.isFinite) }
    addUnary("math.abs") { value in
      switch value {
      case .int(let number): number == .min ? .failure(.overflow) : .int(abs(number))
      case .uint: value
      case .double(let number): .double(number.magnitude)
      default: nil
      }
    }
    addUnary("math.sign") { value in
      switch value {
      case .int(let number): .int(number.signum())
      case .uint(let number): .uint(number == 0 ? 0 : 1)
      case .double(let number): .double(number.isNaN ? number : number > 0 ? 1 : number < 0 ? -1 : 0)
      default: nil
      }
    }
    addUnary("math.sqrt") { value in
      switch value {
      case .int(let number): .double(Double(number).squareRoot())
      case .uint(let number): .double(Double(number).squareRoot())
      case .double(let number): .double(number.squareRoot())
      default: nil
      }
    }
    addBits("math.bitAnd", { $0 & $1 }, { $0 & $1 })
    addBits("math.bitOr", { $0 | $1 }, { $0 | $1 })
    addBits("math.bitXor", { $0 ^ $1 }, { $0 ^ $1 })
    addUnary("math.bitNot") { value in
      switch value {
      case .int(let number): .int(~number)
      case .uint(let number): .uint(~number)
      default: nil
      }
    }
    addShift("math.bitShiftLeft", isLeft: true)
    addShift("math.bitShiftRight", isLeft: false)
  }

  private static func extreme(_ arguments: [Value], _ wanted: Value.Order) -> Value? {
    var values = arguments
    if arguments.count == 1, case .list(let list) = arguments[0] { values = list }
    guard var best = values.first else { return .failure(.invalidArgument("an empty list has no greatest or least")) }
    for value in values {
      switch value {
      case .int, .uint, .double: break
      default: return nil
      }
      if value.numericOrder(best) == wanted { best = value }
    }
    return best
  }

  private mutating func addDouble(_ name: String, _ function: @escaping @Sendable (Double) -> Value) {
    addUnary(name) { if case .double(let number) = $0 { function(number) } else { nil } }
  }

  private mutating func addBits(
    _ name: String, _ signed: @escaping @Sendable (Int64, Int64) -> Int64,
    _ unsigned: @escaping @Sendable (UInt64, UInt64) -> UInt64
  ) {
    add(name) { arguments in
      guard arguments.count == 2 else { return nil }
      switch (arguments[0], arguments[1]) {
      case (.int(let left), .int(let right)): return .int(signed(left, right))
      case (.uint(let left), .uint(let right)): return .uint(unsigned(left, right))
      default: return nil
      }
    }
  }

  private mutating func addShift(_ name: String, isLeft: Bool) {
    add(name) { arguments in
      guard arguments.count == 2, case .int(let count) = arguments[1] else { return nil }
      guard count >= 0 else { return .failure(.invalidArgument("negative offset \(count)")) }
      switch arguments[0] {
      // The standard shifts the bits of an int without regard to its sign.
      case .int(let number):
        let bits = UInt64(bitPattern: number)
        return .int(Int64(bitPattern: count > 63 ? 0 : isLeft ? bits << UInt64(count) : bits >> UInt64(count)))
      case .uint(let bits):
        return .uint(count > 63 ? 0 : isLeft ? bits << UInt64(count) : bits >> UInt64(count))
      default: return nil
      }
    }
  }
}
