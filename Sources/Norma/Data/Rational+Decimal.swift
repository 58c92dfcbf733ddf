/// Reading and writing of numbers as people write them in sheets.
extension Rational {
  /// Reads a number as a cell holds it, such as `1,234.50`, `-3`, `.5`, `92%`, or in full-width characters.
  ///
  /// One sign, digits with thousands separators only where they group by three, a point with digits after it, and `%`,
  /// which divides by 100. Blanks around it are no part of it. Returns nil for anything else (an exponent, a unit) and
  /// for numbers that do not fit. O(length).
  public init?(decimal text: String) {
    let folded = CellText.folded(Array(text.utf8))
    guard let number = Self.read(folded.span, allowingFraction: true) else { return nil }
    self = number
  }

  /// Reads a number from trimmed, width-folded UTF-8.
  ///
  /// Without `allowingFraction` a point or a percent sign makes the text unreadable.
  static func read(_ bytes: borrowing Span<UInt8>, allowingFraction: Bool) -> Rational? {
    guard let scan = DecimalScan(bytes, allowingFraction: allowingFraction) else { return nil }
    return Rational(scaled: scan.digits, places: scan.places)
  }

  /// Creates `digits / 10^places`, or nil if it does not fit.
  init?(scaled digits: Int128, places: Int) {
    var top = digits
    var places = places
    guard top != 0 else {
      self = .zero
      return
    }
    while places > 0, top % 10 == 0 {
      top /= 10
      places -= 1
    }
    guard places <= 38 else { return nil }
    // A power of ten has the prime factors 2 and 5 alone, and after the loop above at most one of them is shared.
    var bottom: Int128 = 1
    for _ in 0..<places { bottom *= 10 }
    if places > 0 {
      let twos = min(top.trailingZeroBitCount, places)
      top >>= Int128(twos)
      bottom >>= Int128(twos)
      var fives = places
      while fives > 0, top % 5 == 0 {
        top /= 5
        bottom /= 5
        fives -= 1
      }
    }
    guard top != .min else { return nil }
    self.init(reducedNumerator: top, denominator: bottom)
  }

  /// Returns the number with at most `places` digits after the point, rounded to nearest, halves away from zero.
  public func formatted(places: Int) -> String {
    var (whole, remainder) = numerator.magnitude.quotientAndRemainder(dividingBy: denominator.magnitude)
    var digits: [UInt8] = []
    for _ in 0..<places where remainder != 0 {
      digits.append(Self.nextDigit(&remainder, of: denominator.magnitude))
    }
    if remainder != 0, Self.nextDigit(&remainder, of: denominator.magnitude) >= 5 {
      var place = digits.count - 1
      while place >= 0, digits[place] == 9 {
        digits[place] = 0
        place -= 1
      }
      if place >= 0 { digits[place] += 1 } else { whole += 1 }
    }
    while digits.last == 0 { digits.removeLast() }
    let isNegative = numerator < 0 && (whole != 0 || !digits.isEmpty)
    let fraction = digits.isEmpty ? "" : "." + digits.map(String.init).joined()
    return (isNegative ? "-" : "") + String(whole) + fraction
  }

  /// Whether the number has a decimal form that ends.
  public var terminates: Bool { decimalPlaces != nil }

  /// How many digits the number needs after the point, nil where its decimal form does not end.
  private var decimalPlaces: Int? {
    var rest = denominator >> Int128(denominator.trailingZeroBitCount)
    var fives = 0
    while rest % 5 == 0 {
      rest /= 5
      fives += 1
    }
    return rest == 1 ? max(denominator.trailingZeroBitCount, fives) : nil
  }

  /// Takes one step of the long division of `remainder` by `divisor`.
  private static func nextDigit(_ remainder: inout UInt128, of divisor: UInt128) -> UInt8 {
    let product = remainder.multipliedFullWidth(by: 10)
    let (digit, rest) = divisor.dividingFullWidth((product.high, product.low))
    remainder = rest
    return UInt8(digit)
  }
}

extension Rational: CustomStringConvertible {
  /// The number in decimal form: exact where that form ends, without trailing zeros; otherwise rounded to six places,
  /// or to as many more as it takes to show six digits that are not leading zeros.
  public var description: String {
    if let decimalPlaces { return formatted(places: decimalPlaces) }
    var places = 6
    var scale: Int128 = 10
    // 1/scale is above the number: one more leading zero.
    while places < 36, magnitude < Rational(reducedNumerator: 1, denominator: scale) {
      places += 1
      scale *= 10
    }
    return formatted(places: places)
  }
}

/// The digits of a number in a cell, found in one pass over its bytes.
struct DecimalScan {
  /// The digits as one signed integer, the point left out.
  let digits: Int128
  /// How many of the digits stand after the point; two more for a percentage.
  let places: Int

  /// Reads trimmed, width-folded UTF-8; nil if it is no number or has more digits than fit.
  init?(_ bytes: borrowing Span<UInt8>, allowingFraction: Bool) {
    var index = 0
    let count = bytes.count
    guard count > 0 else { return nil }
    let isNegative = bytes[0] == UInt8(ascii: "-")
    if isNegative || bytes[0] == UInt8(ascii: "+") { index = 1 }

    // Sixty-four bits hold 18 digits whatever they are; longer numbers take the slow path of 128.
    var wide: Int128 = 0
    var narrow: Int64 = 0
    var digitCount = 0
    func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

    var group = 0
    var hasSeparators = false
    while index < count {
      let byte = bytes[index]
      if isDigit(byte) {
        guard Self.push(byte, &narrow, &wide, &digitCount) else { return nil }
        group += 1
      } else if byte == UInt8(ascii: ",") {
        guard hasSeparators ? group == 3 : (1...3).contains(group) else { return nil }
        hasSeparators = true
        group = 0
      } else {
        break
      }
      index += 1
    }
    guard !hasSeparators || group == 3 else { return nil }
    var places = 0
    if index < count, bytes[index] == UInt8(ascii: "."), allowingFraction {
      index += 1
      while index < count, isDigit(bytes[index]) {
        guard Self.push(bytes[index], &narrow, &wide, &digitCount) else { return nil }
        places += 1
        index += 1
      }
      guard places > 0 else { return nil }
    }
    guard digitCount > 0 else { return nil }
    if allowingFraction {
      var rest = index
      while rest < count, bytes[rest] == UInt8(ascii: " ") { rest += 1 }
      if rest < count, bytes[rest] == UInt8(ascii: "%") {
        index = rest + 1
        places += 2
      }
    }
    guard index == count else { return nil }
    let magnitude = digitCount <= 18 ? Int128(narrow) : wide
    self.digits = isNegative ? -magnitude : magnitude
    self.places = places
  }

  /// Appends a digit; false if the number outgrows 128 bits.
  private static func push(_ byte: UInt8, _ narrow: inout Int64, _ wide: inout Int128, _ digitCount: inout Int) -> Bool
  {
    digitCount += 1
    if digitCount <= 18 {
      narrow = narrow * 10 + Int64(byte &- 48)
      return true
    }
    if digitCount == 19 { wide = Int128(narrow) }
    let (product, overflows) = wide.multipliedReportingOverflow(by: 10)
    let (sum, sumOverflows) = product.addingReportingOverflow(Int128(byte &- 48))
    wide = sum
    return !overflows && !sumOverflows
  }
}
