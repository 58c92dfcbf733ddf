import Testing

@testable import Norma

@Suite struct BitmapTests {
  @Test("Every operation agrees with an array of Booleans, at all lengths around a word")
  func agreement() {
    var generator = SeededGenerator(seed: 7)
    for count in [0, 1, 2, 63, 64, 65, 127, 128, 129, 200] {
      let left = (0..<count).map { _ in Bool.random(using: &generator) }
      let right = (0..<count).map { _ in Bool.random(using: &generator) }
      let (one, other) = (Bitmap(left), Bitmap(right))
      #expect((0..<count).map { one[$0] } == left)
      #expect(one.populationCount == left.count { $0 })
      #expect(Array(one.setBits) == left.indices.filter { left[$0] })
      #expect(one.setBits.underestimatedCount == one.populationCount)
      for most in [0, 1, 5, 63, 64, 65, 200] {
        var first = one
        first.keepFirst(most)
        #expect(Array(first.setBits) == Array(one.setBits.prefix(most)))
      }
      #expect(one & other == Bitmap(zip(left, right).map { $0 && $1 }))
      #expect(one | other == Bitmap(zip(left, right).map { $0 || $1 }))
      #expect(~one == Bitmap(left.map { !$0 }))
      var difference = one
      difference.subtract(other)
      #expect(difference == Bitmap(zip(left, right).map { $0 && !$1 }))
      #expect(~(~one) == one)
      #expect(Bitmap(repeating: true, count: count).isFull)
      #expect((~Bitmap(repeating: true, count: count)).isEmpty)
      #expect(Bitmap(words: one.words.map { ~$0 }, count: count) == ~one)
    }
  }

  @Test("A bit is set and cleared alone")
  func setting() {
    var bitmap = Bitmap(repeating: false, count: 130)
    bitmap[64] = true
    bitmap[129] = true
    #expect(Array(bitmap.setBits) == [64, 129])
    bitmap[64] = false
    #expect(Array(bitmap.setBits) == [129])
  }
}
