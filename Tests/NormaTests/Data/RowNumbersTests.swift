import Testing

@testable import Norma

@Suite struct RowNumbersTests {
  @Test("numbers are given back as they were, whether or not they follow one another", arguments: 0..<100)
  func numbers(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var next = Int32.random(in: 1...1000, using: &random)
    let gap = Int32.random(in: 0...1, using: &random)
    let numbers = (0..<Int.random(in: 0...200, using: &random)).map { _ -> Int32 in
      next += 1 + (gap == 0 ? 0 : Int32.random(in: 0...gap, using: &random))
      return next
    }
    let kept = RowNumbers(numbers)
    #expect(Array(kept) == numbers, "seed \(seed)")
    #expect(kept.count == numbers.count, "seed \(seed)")
    for row in numbers.indices { #expect(kept[row] == numbers[row], "seed \(seed), row \(row)") }
  }

  @Test("the greatest number there is stands for all behind it")
  func greatest() {
    let numbers: [Int32] = [.max - 1, .max, .max]
    #expect(Array(RowNumbers(numbers)) == numbers)
  }
}
