import Testing

@testable import Norma

@Suite struct RationalTests {
  @Test("A fraction is kept in lowest terms with the sign above the line")
  func lowestTerms() throws {
    let number = try #require(Rational(numerator: 18, denominator: -21))
    #expect(number.numerator == -6)
    #expect(number.denominator == 7)
    #expect(Rational(numerator: 0, denominator: -5) == .zero)
    #expect(Rational(numerator: 1, denominator: 0) == nil)
    #expect(Rational(numerator: .min, denominator: 1) == nil)
    #expect(Rational(numerator: .min, denominator: 2)?.numerator == Int128.min / 2)
    #expect(Rational(numerator: .min, denominator: .min) == .one)
  }

  @Test(
    "Numbers are read as people write them",
    arguments: [
      ("0", "0"), ("-0", "0"), ("12", "12"), ("+12", "12"), ("007", "7"), ("1,234.50", "1234.5"), ("-3.1400", "-3.14"),
      ("92%", "0.92"), ("92 %", "0.92"), ("0.5%", "0.005"), (".5", "0.5"), ("1,234,567", "1234567"),
      ("１，２３４．５０", "1234.5"), ("－８％", "-0.08"), (" 7　", "7"),
      ("12345678901234567890123456789", "12345678901234567890123456789"),
      ("0.000000000000000000000000000000000001", "0.000000000000000000000000000000000001"), ("1.0000000000", "1"),
      ("1234567890123456789", "1234567890123456789"), ("999999999999999999.9", "999999999999999999.9"),
    ])
  func reading(text: String, expected: String) throws {
    #expect(try #require(Rational(decimal: text)).description == expected)
  }

  @Test(
    "What is no number is not read",
    arguments: [
      "", " ", "-", "+", ".", "5.", "1e5", "1,23", "12,34", "1234,567", "1,,234", ",123", "1,234,", "1.2.3", "1.2,345",
      "12元", "¥12", "--1", "+-1", "1-", "%", "5%%", "½", "NaN", "0x10", "1 2", "1'000",
      "999999999999999999999999999999999999999", "0.0000000000000000000000000000000000000001",
    ])
  func unreadable(text: String) {
    #expect(Rational(decimal: text) == nil)
  }

  @Test("A number without end is rounded to six places, or to six digits that count")
  func description() throws {
    #expect(Rational(numerator: 6, denominator: 7)?.description == "0.857143")
    #expect(Rational(numerator: -2, denominator: 3)?.description == "-0.666667")
    #expect(Rational(numerator: 1, denominator: 3_000_000)?.description == "0.000000333333")
    #expect(Rational(numerator: 2_999_999, denominator: 3)?.description == "999999.666667")
    #expect(Rational(numerator: 29_999_999, denominator: 30_000_000)?.description == "1")
    #expect(Rational(numerator: 1, denominator: 8)?.formatted(places: 2) == "0.13")
    #expect(Rational(numerator: -1, denominator: 8)?.formatted(places: 2) == "-0.13")
    #expect(Rational(numerator: -1, denominator: 800)?.formatted(places: 1) == "0")
    #expect(Rational(numerator: 1, denominator: 2)?.formatted(places: 0) == "1")
    #expect(Rational(numerator: 1, denominator: .max)?.formatted(places: 3) == "0")
  }

  @Test("Floor, ceiling and truncation go their own ways below zero")
  func roundingToWholes() throws {
    let number = try #require(Rational(numerator: -7, denominator: 2))
    #expect(number.floor == -4)
    #expect(number.ceiling == -3)
    #expect(number.truncated == -3)
    #expect(Rational(7).integer == 7)
    #expect(number.integer == nil)
  }

  @Test("Any two numbers compare exactly, also where the cross products have more than 128 bits")
  func comparison() throws {
    let one = try #require(Rational(numerator: .max, denominator: .max - 1))
    let other = try #require(Rational(numerator: .max - 1, denominator: .max - 2))
    #expect(one < other)
    #expect(-other < -one)
    #expect(!(one < one))
    #expect(-one < .zero && .zero < one)
    #expect(Rational(numerator: 9, denominator: 10) == Rational(decimal: "90%"))
  }

  @Test("Arithmetic that leaves the range is nil, never a wrong number")
  func overflow() throws {
    let great = try #require(Rational(numerator: .max, denominator: 1))
    let small = try #require(Rational(numerator: 1, denominator: .max))
    #expect(great.adding(.one) == nil)
    #expect((-great).subtracting(.one) == nil)
    #expect(great.multiplied(by: 2) == nil)
    #expect(great.multiplied(by: small) == .one)
    #expect(great.divided(by: great) == .one)
    #expect(great.divided(by: .zero) == nil)
    #expect(small.divided(by: great) == nil)
    #expect(great.adding(small) == nil)
    #expect(great.subtracting(great) == .zero)
  }

  @Test("The laws of arithmetic hold for random fractions", arguments: [UInt64(1), 2, 3])
  func laws(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func random() -> Rational {
      let bits = Int128.random(in: 1...28, using: &generator)
      let range = Int128(1) << bits
      return Rational(
        numerator: .random(in: -range...range, using: &generator),
        denominator: .random(in: 1...range, using: &generator)
      ) ?? .zero
    }
    for _ in 0..<500 {
      let (a, b, c) = (random(), random(), random())
      #expect(a.adding(b) == b.adding(a), "seed \(seed)")
      #expect(a.adding(b)?.subtracting(b) == a, "seed \(seed)")
      #expect(a.multiplied(by: b)?.divided(by: b == .zero ? 1 : b) == (b == .zero ? .zero : a), "seed \(seed)")
      let left = a.multiplied(by: b)?.adding(a.multiplied(by: c) ?? .zero)
      #expect(b.adding(c)?.multiplied(by: a) == left, "seed \(seed)")
      #expect((a < b) == (a.subtracting(b)?.sign == -1), "seed \(seed)")
      let sum = try #require(a.adding(b))
      #expect(Rational(numerator: sum.numerator, denominator: sum.denominator) == sum, "seed \(seed)")
      if a.terminates { #expect(Rational(decimal: a.description) == a, "seed \(seed)") }
      #expect(Rational(reducedNumerator: a.floor, denominator: 1) <= a, "seed \(seed)")
    }
  }
}
