/// An exact number: a fraction of two 128-bit integers in lowest terms.
///
/// Figures and bounds are compared exactly, never as binary floating point: 9 of 10 is 90 %. Operations that leave the
/// range return nil instead of rounding, so that a figure is either exact or known to be out of reach.
public struct Rational: Hashable, Sendable {
  /// The part above the line; it carries the sign and is never `Int128.min`, so that every number has a negative.
  public let numerator: Int128
  /// The part below the line, above 0, without a common divisor with the numerator.
  public let denominator: Int128

  /// Zero.
  public static let zero = Rational(reducedNumerator: 0, denominator: 1)
  /// One.
  public static let one = Rational(reducedNumerator: 1, denominator: 1)

  /// Creates the fraction `numerator / denominator` in lowest terms.
  ///
  /// Returns nil if the denominator is 0 or the reduced fraction does not fit. O(bits).
  public init?(numerator: Int128, denominator: Int128) {
    guard denominator != 0 else { return nil }
    if denominator == 1, numerator != .min {
      self.init(reducedNumerator: numerator, denominator: 1)
      return
    }
    let divisor = Self.greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
    let top = numerator.magnitude / divisor
    let bottom = denominator.magnitude / divisor
    guard top <= UInt128(Int128.max), bottom <= UInt128(Int128.max) else { return nil }
    let isNegative = (numerator < 0) != (denominator < 0)
    self.init(reducedNumerator: isNegative ? -Int128(top) : Int128(top), denominator: Int128(bottom))
  }

  /// Creates the whole number `integer`.
  public init(_ integer: Int64) {
    self.init(reducedNumerator: Int128(integer), denominator: 1)
  }

  /// Creates a number that is known to be in lowest terms and in range.
  init(reducedNumerator: Int128, denominator: Int128) {
    self.numerator = reducedNumerator
    self.denominator = denominator
  }

  /// Whether the number is whole.
  public var isInteger: Bool { denominator == 1 }
  /// -1, 0 or 1.
  public var sign: Int { Int(numerator.signum()) }
  /// The number without its sign.
  public var magnitude: Rational { numerator < 0 ? -self : self }

  /// Returns the number with the other sign.
  public static prefix func - (number: Rational) -> Rational {
    Rational(reducedNumerator: -number.numerator, denominator: number.denominator)
  }

  /// Returns the sum, or nil if it does not fit.
  public func adding(_ other: Rational) -> Rational? {
    if denominator == other.denominator {
      let (sum, overflows) = numerator.addingReportingOverflow(other.numerator)
      return overflows ? nil : Rational(numerator: sum, denominator: denominator)
    }
    // Dividing by the common divisor first keeps the intermediate numbers as small as they can be.
    let divisor = Self.commonDivisor(denominator, other.denominator)
    let (left, leftOverflows) = numerator.multipliedReportingOverflow(by: other.denominator / divisor)
    let (right, rightOverflows) = other.numerator.multipliedReportingOverflow(by: denominator / divisor)
    let (sum, sumOverflows) = left.addingReportingOverflow(right)
    guard !leftOverflows, !rightOverflows, !sumOverflows, sum != .min else { return nil }
    // Only factors of `divisor` can be left in common between the sum and the product of the denominators.
    let rest = Self.commonDivisor(sum, divisor)
    let (bottom, overflows) = (denominator / divisor).multipliedReportingOverflow(by: other.denominator / rest)
    return overflows ? nil : Rational(reducedNumerator: sum / rest, denominator: bottom)
  }

  /// Returns the difference, or nil if it does not fit.
  public func subtracting(_ other: Rational) -> Rational? {
    adding(-other)
  }

  /// Returns the product, or nil if it does not fit.
  public func multiplied(by other: Rational) -> Rational? {
    // Cancelling crosswise leaves the product in lowest terms.
    let first = Self.commonDivisor(numerator, other.denominator)
    let second = Self.commonDivisor(other.numerator, denominator)
    let (top, topOverflows) = (numerator / first).multipliedReportingOverflow(by: other.numerator / second)
    let (bottom, bottomOverflows) = (denominator / second).multipliedReportingOverflow(by: other.denominator / first)
    guard !topOverflows, !bottomOverflows, top != .min else { return nil }
    return Rational(reducedNumerator: top, denominator: bottom)
  }

  /// Returns the quotient, or nil if `other` is 0 or the quotient does not fit.
  public func divided(by other: Rational) -> Rational? {
    guard other.numerator != 0 else { return nil }
    let isNegative = other.numerator < 0
    let reciprocal = Rational(
      reducedNumerator: isNegative ? -other.denominator : other.denominator,
      denominator: isNegative ? -other.numerator : other.numerator)
    return multiplied(by: reciprocal)
  }

  /// The greatest whole number that is not above this one.
  public var floor: Int128 {
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// The least whole number that is not below this one.
  public var ceiling: Int128 {
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    return remainder > 0 ? quotient + 1 : quotient
  }

  /// The whole number that is reached by dropping the fraction, towards zero.
  public var truncated: Int128 { numerator / denominator }

  /// The nearest whole number; a half goes away from zero.
  public var rounded: Int128 {
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    guard remainder.magnitude >= denominator.magnitude - remainder.magnitude else { return quotient }
    return numerator < 0 ? quotient - 1 : quotient + 1
  }

  /// The number as a 64-bit integer, nil where it is not whole or out of range.
  public var integer: Int64? { isInteger ? Int64(exactly: numerator) : nil }

  private static func commonDivisor(_ left: Int128, _ right: Int128) -> Int128 {
    // Neither side is `Int128.min`, and a denominator is never 0, so the divisor fits and is above 0.
    Int128(greatestCommonDivisor(left.magnitude, right.magnitude))
  }

  /// Returns the greatest common divisor by Stein's binary algorithm; that of 0 and x is x.
  private static func greatestCommonDivisor(_ left: UInt128, _ right: UInt128) -> UInt128 {
    if left == 1 || right == 1 { return 1 }
    if let small = UInt64(exactly: left), let other = UInt64(exactly: right) {
      return UInt128(binaryDivisor(small, other))
    }
    return binaryDivisor(left, right)
  }

  private static func binaryDivisor<Word: FixedWidthInteger & UnsignedInteger>(_ left: Word, _ right: Word) -> Word {
    if left == 0 { return right }
    if right == 0 { return left }
    let shared = (left | right).trailingZeroBitCount
    var odd = left >> left.trailingZeroBitCount
    var other = right
    while other != 0 {
      other >>= other.trailingZeroBitCount
      if odd > other { swap(&odd, &other) }
      other -= odd
    }
    return odd << shared
  }
}

extension Rational: Comparable {
  /// Orders numbers exactly; no pair of numbers is out of reach.
  public static func < (left: Rational, right: Rational) -> Bool {
    if left.denominator == right.denominator { return left.numerator < right.numerator }
    let one = left.numerator.multipliedFullWidth(by: right.denominator)
    let other = right.numerator.multipliedFullWidth(by: left.denominator)
    return one.high == other.high ? one.low < other.low : one.high < other.high
  }
}

extension Rational: ExpressibleByIntegerLiteral {
  /// Creates the whole number that a literal writes.
  public init(integerLiteral value: Int64) {
    self.init(value)
  }
}
