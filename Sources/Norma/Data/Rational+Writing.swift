extension Rational {
  /// Creates the fraction of two counts; `denominator` is above 0.
  init(_ numerator: Int, over denominator: Int) {
    guard let number = Rational(numerator: Int128(numerator), denominator: Int128(denominator)) else {
      preconditionFailure("\(numerator) of \(denominator) is no share")
    }
    self = number
  }

  /// Creates the whole number `count`.
  init(_ count: Int) {
    self.init(Int64(count))
  }

  /// Reads a number as a rule file writes it: as ``init(decimal:)`` does, but in plain characters only.
  init?(written text: String) {
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    self.init(decimal: text)
  }
}
