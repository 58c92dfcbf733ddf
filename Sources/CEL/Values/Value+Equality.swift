extension Value {
  /// Compares two values as `==` does: numbers by what they are worth, other types not at all equal to each other.
  ///
  /// An error or an unknown on either side, or within an opaque comparison, is the result.
  public func equals(_ other: Value) -> Value {
    if let failure = Value.failure(among: [self, other]) { return failure }
    switch (self, other) {
    case (.opaque(let left), _): return left.equals(other)
    case (_, .opaque(let right)): return right.equals(self)
    case (.list(let left), .list(let right)):
      if left.count != right.count { return .bool(false) }
      return Value.conjunction(zip(left, right).map { $0.equals($1) })
    case (.map(let left), .map(let right)):
      if left.entries.count != right.entries.count { return .bool(false) }
      return Value.conjunction(left.entries.map { key, value in right[key].map { value.equals($0) } ?? .bool(false) })
    case (.optional(let left), .optional(let right)):
      guard let left, let right else { return .bool((left == nil) == (right == nil)) }
      return left.equals(right)
    default: return .bool(isPlainlyEqual(other))
    }
  }

  private static func conjunction(_ values: [Value]) -> Value {
    if values.contains(where: { if case .bool(false) = $0 { true } else { false } }) { return .bool(false) }
    return failure(among: values) ?? .bool(true)
  }

  private func isPlainlyEqual(_ other: Value) -> Bool {
    switch (self, other) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.string(let left), .string(let right)): left.unicodeScalars.elementsEqual(right.unicodeScalars)
    case (.bytes(let left), .bytes(let right)): left == right
    case (.timestamp(let left), .timestamp(let right)): left == right
    case (.duration(let left), .duration(let right)): left == right
    case (.type(let left), .type(let right)): left == right
    case (.object(let left), .object(let right)): left.isEqual(to: right)
    default: numericOrder(other) == .equal
    }
  }

  enum Order {
    case ascending, equal, descending
  }

  /// Orders two numbers of any types; nil where one is no number or not comparable.
  func numericOrder(_ other: Value) -> Order? {
    if case .double(let left) = self, case .double(let right) = other {
      return left < right ? .ascending : left > right ? .descending : left == right ? .equal : nil
    }
    if let left = integer, let right = other.integer {
      return left < right ? .ascending : left > right ? .descending : .equal
    }
    if case .double(let right) = other, let left = integer { return Self.order(left, right) }
    if case .double(let left) = self, let right = other.integer {
      switch Self.order(right, left) {
      case .ascending: return .descending
      case .descending: return .ascending
      case let order: return order
      }
    }
    return nil
  }

  private var integer: Int128? {
    switch self {
    case .int(let value): Int128(value)
    case .uint(let value): Int128(value)
    default: nil
    }
  }

  /// Compares as doubles, as the standard does: beyond 2^53 neighbouring integers count as the same.
  private static func order(_ integer: Int128, _ double: Double) -> Order? {
    if double.isNaN { return nil }
    let number = Double(integer)
    return number < double ? .ascending : number > double ? .descending : .equal
  }

  /// Orders two values as `<` does; nil where they can't be ordered.
  func order(_ other: Value) -> Order? {
    func compare<T: Comparable>(_ left: T, _ right: T) -> Order {
      left < right ? .ascending : left > right ? .descending : .equal
    }
    switch (self, other) {
    case (.bool(let left), .bool(let right)): return compare(left ? 1 : 0, right ? 1 : 0)
    case (.string(let left), .string(let right)):
      if left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars) { return .ascending }
      return right.unicodeScalars.lexicographicallyPrecedes(left.unicodeScalars) ? .descending : .equal
    case (.bytes(let left), .bytes(let right)):
      if left.lexicographicallyPrecedes(right) { return .ascending }
      return right.lexicographicallyPrecedes(left) ? .descending : .equal
    case (.timestamp(let left), .timestamp(let right)): return compare(left, right)
    case (.duration(let left), .duration(let right)): return compare(left, right)
    default: return numericOrder(other)
    }
  }
}
