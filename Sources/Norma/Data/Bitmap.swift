/// A fixed number of bits, one per row, in 64-bit words.
///
/// Bits past the last row are always 0, so that whole words can be counted and compared.
public struct Bitmap: Hashable, Sendable {
  /// The bits, 64 to a word, the first row in the lowest bit.
  public private(set) var words: [UInt64]
  /// How many bits there are.
  public let count: Int

  /// Creates `count` bits that are all `value`. O(count / 64).
  public init(repeating value: Bool, count: Int) {
    precondition(count >= 0, "a bitmap cannot have \(count) bits")
    self.words = Array(repeating: value ? .max : 0, count: (count + 63) / 64)
    self.count = count
    clearTail()
  }

  /// Creates `count` bits from words; bits past the last one are cleared. O(1) where `words` is given up.
  public init(words: consuming [UInt64], count: Int) {
    precondition(words.count == (count + 63) / 64, "\(count) bits do not take \(words.count) words")
    self.words = words
    self.count = count
    clearTail()
  }

  /// Creates a bitmap with one bit per element. O(count).
  public init(_ bits: some Collection<Bool>) {
    self.init(repeating: false, count: bits.count)
    for (index, bit) in bits.enumerated() where bit { words[index >> 6] |= 1 << UInt64(index & 63) }
  }

  /// The bit of row `index`.
  public subscript(index: Int) -> Bool {
    get {
      precondition(index >= 0 && index < count, "no bit \(index) among \(count)")
      return words[index >> 6] & (1 << UInt64(index & 63)) != 0
    }
    set {
      precondition(index >= 0 && index < count, "no bit \(index) among \(count)")
      let mask: UInt64 = 1 << UInt64(index & 63)
      if newValue { words[index >> 6] |= mask } else { words[index >> 6] &= ~mask }
    }
  }

  /// How many bits are set. O(count / 64).
  public var populationCount: Int {
    var sum = 0
    for word in words { sum &+= word.nonzeroBitCount }
    return sum
  }

  /// Whether every bit is set; true where there are none. O(count / 64).
  public var isFull: Bool {
    words.withUnsafeBufferPointer { words in
      // Sixteen at a time: a look at each would take longer than to put them together.
      var place = 0
      while place + 16 <= count >> 6 {
        var all = UInt64.max
        for word in words[place..<place + 16] { all &= word }
        if all != .max { return false }
        place += 16
      }
      for word in words[place..<count >> 6] where word != .max { return false }
      return count & 63 == 0 || words[words.count - 1] == (1 << UInt64(count & 63)) - 1
    }
  }

  /// Whether no bit is set. O(count / 64).
  public var isEmpty: Bool {
    words.withUnsafeBufferPointer { words in
      var place = 0
      while place + 16 <= words.count {
        var any: UInt64 = 0
        for word in words[place..<place + 16] { any |= word }
        if any != 0 { return false }
        place += 16
      }
      return words[place...].allSatisfy { $0 == 0 }
    }
  }

  /// Creates the bits that are set in both of two. O(count / 64).
  init(intersectionOf left: Bitmap, _ right: Bitmap) {
    precondition(left.count == right.count, "bitmaps of \(left.count) and \(right.count) bits")
    words = Self.combined(left.words, right.words) { $0 & $1 }
    count = left.count
  }

  /// Creates the bits that are set in either of two. O(count / 64).
  init(unionOf left: Bitmap, _ right: Bitmap) {
    precondition(left.count == right.count, "bitmaps of \(left.count) and \(right.count) bits")
    words = Self.combined(left.words, right.words) { $0 | $1 }
    count = left.count
  }

  @inline(__always)
  private static func combined(
    _ left: [UInt64], _ right: [UInt64], _ combine: (UInt64, UInt64) -> UInt64
  ) -> [UInt64] {
    // Without a check of every place the compiler takes several words at a time.
    [UInt64](unsafeUninitializedCapacity: left.count) { words, count in
      left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
          for place in 0..<left.count { words[place] = combine(left[place], right[place]) }
        }
      }
      count = left.count
    }
  }

  /// Puts the words of another together with its own.
  @inline(__always)
  private mutating func combine(_ other: Bitmap, _ combine: (UInt64, UInt64) -> UInt64) {
    precondition(count == other.count, "bitmaps of \(count) and \(other.count) bits")
    words.withUnsafeMutableBufferPointer { words in
      other.words.withUnsafeBufferPointer { other in
        for place in 0..<words.count { words[place] = combine(words[place], other[place]) }
      }
    }
  }

  /// Keeps the bits that are set in both. O(count / 64).
  public mutating func formIntersection(_ other: Bitmap) { combine(other) { $0 & $1 } }

  /// Sets the bits that are set in either. O(count / 64).
  public mutating func formUnion(_ other: Bitmap) { combine(other) { $0 | $1 } }

  /// Clears the bits that are set in `other`. O(count / 64).
  public mutating func subtract(_ other: Bitmap) { combine(other) { $0 & ~$1 } }

  /// Turns every bit over. O(count / 64).
  public mutating func invert() {
    for index in words.indices { words[index] = ~words[index] }
    clearTail()
  }

  /// Returns the bits that are set in both. O(count / 64).
  public static func & (left: consuming Bitmap, right: Bitmap) -> Bitmap {
    left.formIntersection(right)
    return left
  }

  /// Returns the bits that are set in either. O(count / 64).
  public static func | (left: consuming Bitmap, right: Bitmap) -> Bitmap {
    left.formUnion(right)
    return left
  }

  /// Returns the bits turned over. O(count / 64).
  public static prefix func ~ (bitmap: consuming Bitmap) -> Bitmap {
    bitmap.invert()
    return bitmap
  }

  /// The positions of the bits that are set, in ascending order.
  public var setBits: SetBits { SetBits(words: words) }

  /// Takes back all bits behind the first `most` that are set. O(count / 64).
  mutating func keepFirst(_ most: Int) {
    var rest = most
    for place in words.indices where words[place] != 0 {
      let set = words[place].nonzeroBitCount
      if set > rest {
        var kept: UInt64 = 0
        for _ in 0..<rest {
          kept |= words[place] & (~words[place] &+ 1)
          words[place] &= words[place] &- 1
        }
        words[place] = kept
        rest = 0
      } else {
        rest -= set
      }
    }
  }

  private mutating func clearTail() {
    let rest = count & 63
    if rest != 0 { words[words.count - 1] &= (1 << UInt64(rest)) - 1 }
  }

  /// The positions of the bits of a bitmap that are set. Going through them costs O(count / 64 + set bits).
  public struct SetBits: Sequence, IteratorProtocol, Sendable {
    private let words: [UInt64]
    private var index = 0
    private var word: UInt64

    fileprivate init(words: [UInt64]) {
      self.words = words
      self.word = words.first ?? 0
    }

    /// How many there are left: what is made of them takes no more room than it needs. O(count / 64).
    public var underestimatedCount: Int {
      words.withUnsafeBufferPointer { words in
        var sum = word.nonzeroBitCount
        for place in Swift.min(index + 1, words.count)..<words.count where words[place] != 0 {
          sum += words[place].nonzeroBitCount
        }
        return sum
      }
    }

    /// Returns the next position, or nil after the last.
    public mutating func next() -> Int? {
      while word == 0 {
        index += 1
        guard index < words.count else { return nil }
        word = words[index]
      }
      let bit = word.trailingZeroBitCount
      word &= word - 1
      return index << 6 + bit
    }
  }
}
