import Testing

@testable import Norma

@Suite struct ComparisonTests {
  private static let all: [Comparison] = [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]

  /// A number among few, so that many are equal, or one at either end.
  private func number(_ generator: inout SeededGenerator) -> Int32 {
    switch Int.random(in: 0..<20, using: &generator) {
    case 0: .min
    case 1: .max
    default: Int32.random(in: -3...3, using: &generator)
    }
  }

  @Test("Both ways of comparing numbers find the same, and what they find is true", arguments: UInt64(1)...100)
  func agreement(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 0...300, using: &generator)
    let left = (0..<count).map { _ in number(&generator) }
    let right = (0..<count).map { _ in number(&generator) }
    let one = number(&generator)
    for comparison in Self.all {
      for isPortable in [false, true] {
        let bits = comparison.bits(left, right, isSame: false, isPortable: isPortable)
        #expect(bits == Bitmap(zip(left, right).map { comparison.holds($0, $1) }), "seed \(seed), \(comparison)")
        let bitsOfOne = comparison.bits(left, [one], isSame: true, isPortable: isPortable)
        #expect(bitsOfOne == Bitmap(left.map { comparison.holds($0, one) }), "seed \(seed), \(comparison) \(one)")
      }
    }
  }
}
