internal import CScan

/// The comparisons that have kernels.
enum Comparison: String, Hashable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual

  /// The comparison of an operator; nil for every other function.
  init?(_ function: String) {
    switch function {
    case "_==_": self = .equal
    case "_!=_": self = .notEqual
    case "_<_": self = .less
    case "_<=_": self = .lessOrEqual
    case "_>_": self = .greater
    case "_>=_": self = .greaterOrEqual
    default: return nil
    }
  }

  /// The comparison with the sides changed.
  var mirrored: Comparison {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }

  /// Whether it asks for equality, which null has an answer to.
  var isEquality: Bool { self == .equal || self == .notEqual }

  @inline(__always)
  func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
    switch self {
    case .equal: left == right
    case .notEqual: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }
}

extension Column {
  /// Whether each row is null, or is not; an unknown cell is unknown to this too.
  func comparedWithNull(_ comparison: Comparison) -> TruthColumn? {
    switch comparison {
    case .equal: TruthColumn(~validity, known: known)
    case .notEqual: TruthColumn(validity, known: known)
    default: nil
    }
  }

  /// Compares every row with a constant; nil where there is no kernel for the types. Null equals no constant, and is
  /// less or greater than none.
  func compared(_ comparison: Comparison, _ constant: Cell) -> TruthColumn? {
    switch (values, constant) {
    case (.integers(let values), .integer(let constant)): return result(comparison, values, constant)
    case (.integers(let values), .decimal(let constant)):
      return result(comparison, values.map { Rational($0) }, constant)
    case (.decimals(let values), .decimal(let constant)): return result(comparison, values, constant)
    case (.decimals(let values), .integer(let constant)): return result(comparison, values, Rational(constant))
    case (.dates(let days), .date(let constant)):
      return result(comparison, holds: comparison.bits(days, [constant.dayNumber], isSame: true))
    case (.timestamps(let values), .timestamp(let constant)): return result(comparison, values, constant)
    case (.text(let codes, let dictionary), .text(let constant)) where comparison.isEquality:
      // A text that the dictionary does not have has a code that no row has.
      return result(comparison, codes, dictionary.code(of: constant) ?? .max)
    case (.slices(let ranges, let bytes), .text(let constant)) where comparison.isEquality:
      let other = Array(constant.utf8)
      let whole = CellRange(start: 0, end: UInt32(other.count))
      return result(
        comparison,
        SlicedTexts.equality(ranges, in: bytes) { _ in
          whole
        } others: {
          other
        })
    default: return nil
    }
  }

  /// Compares two columns row by row; nil where there is no kernel for the types.
  func compared(_ comparison: Comparison, _ other: Column) -> TruthColumn? {
    switch (values, other.values) {
    case (.integers(let left), .integers(let right)): result(comparison, left, right, other)
    case (.decimals(let left), .decimals(let right)): result(comparison, left, right, other)
    case (.dates(let left), .dates(let right)):
      result(comparison, holds: comparison.bits(left, right, isSame: false), other)
    case (.timestamps(let left), .timestamps(let right)): result(comparison, left, right, other)
    case (.slices(let left, let bytes), .slices(let right, let others)) where comparison.isEquality:
      result(
        comparison,
        equal: SlicedTexts.equality(left, in: bytes) {
          right[$0]
        } others: {
          others
        }, other)
    default: nil
    }
  }

  private func result<Value: Comparable>(_ comparison: Comparison, _ values: [Value], _ constant: Value) -> TruthColumn
  {
    let holds = values.withUnsafeBufferPointer { values in
      comparison.bits(values.count) { (values[$0], constant) }
    }
    return result(comparison, holds: holds)
  }

  /// The truth of a comparison with a constant, from the rows of which the values compare so.
  private func result(_ comparison: Comparison, holds: Bitmap) -> TruthColumn {
    guard comparison.isEquality else { return TruthColumn(holds, known: known & validity) }
    return TruthColumn(comparison == .equal ? holds & validity : holds | ~validity, known: known)
  }

  private func result(_ comparison: Comparison, _ equal: Bitmap) -> TruthColumn {
    TruthColumn(comparison == .equal ? equal & validity : ~equal | ~validity, known: known)
  }

  private func result<Value: Comparable>(
    _ comparison: Comparison, _ left: [Value], _ right: [Value], _ other: Column
  ) -> TruthColumn {
    precondition(left.count == right.count, "columns of one batch differ in length")
    let holds = left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in comparison.bits(left.count) { (left[$0], right[$0]) } }
    }
    return result(comparison, holds: holds, other)
  }

  /// The truth of a comparison with another column, from the rows of which the values compare so.
  private func result(_ comparison: Comparison, holds: Bitmap, _ other: Column) -> TruthColumn {
    guard comparison.isEquality else {
      return TruthColumn(holds, known: known & other.known & validity & other.validity)
    }
    return result(comparison, equal: comparison == .equal ? holds : ~holds, other)
  }

  private func result(_ comparison: Comparison, equal: Bitmap, _ other: Column) -> TruthColumn {
    // Two nulls are equal, and a null equals nothing else.
    let neither = ~(validity | other.validity)
    let equal = equal & validity & other.validity | neither
    return TruthColumn(comparison == .equal ? equal : ~equal, known: known & other.known)
  }
}

/// Texts where they stand, held against each other.
private enum SlicedTexts {
  /// Returns for every row whether its text is the other one, byte for byte. O(bytes).
  static func equality(
    _ ranges: [CellRange], in bytes: [UInt8], _ other: (Int) -> CellRange, others: () -> [UInt8]
  ) -> Bitmap {
    bytes.withUnsafeBufferPointer { bytes in
      others().withUnsafeBufferPointer { others in
        Bitmap(count: ranges.count) { row in
          let (mine, theirs) = (ranges[row], other(row))
          guard mine.count == theirs.count, !mine.isMissing, !theirs.isMissing, let left = bytes.baseAddress,
            let right = others.baseAddress
          else { return mine.count == 0 && theirs.count == 0 }
          return ByteHash.areEqual(left + Int(mine.start), right + Int(theirs.start), count: mine.count)
        }
      }
    }
  }
}

extension Comparison {
  /// Returns a bit for each number that compares so with the one at its place; `isSame` says that there is one for all. O(count).
  func bits(_ left: [Int32], _ right: [Int32], isSame: Bool, isPortable: Bool = false) -> Bitmap {
    precondition(right.count == (isSame ? 1 : left.count), "columns of one batch differ in length")
    // All threads share one empty array, and none may write even its length.
    if left.isEmpty { return Bitmap(repeating: false, count: 0) }
    let order =
      switch self {
      case .equal, .notEqual: NORMA_EQUAL
      case .less, .greaterOrEqual: NORMA_LESS
      case .greater, .lessOrEqual: NORMA_GREATER
      }
    let compare = isPortable ? norma_compare_portable : norma_compare
    let words = [UInt64](unsafeUninitializedCapacity: (left.count + 63) / 64) { words, count in
      compare(left, order, right, isSame ? 0 : 1, left.count, words.baseAddress)
      count = (left.count + 63) / 64
    }
    let bits = Bitmap(words: words, count: left.count)
    switch self {
    case .equal, .less, .greater: return bits
    case .notEqual, .greaterOrEqual, .lessOrEqual: return ~bits
    }
  }

  @inline(__always)
  private func holds<Value>(_ pair: (Value, Value), _ test: (Value, Value) -> Bool) -> Bool { test(pair.0, pair.1) }

  /// Returns a bit for each pair that holds. O(count).
  @inline(__always)
  fileprivate func bits<Value: Comparable>(_ count: Int, _ pair: (Int) -> (Value, Value)) -> Bitmap {
    // One loop for each operator: a choice within would keep the loop from being done many rows at a time.
    switch self {
    case .equal: Bitmap(count: count) { row in holds(pair(row), ==) }
    case .notEqual: Bitmap(count: count) { row in holds(pair(row), !=) }
    case .less: Bitmap(count: count) { row in holds(pair(row), <) }
    case .lessOrEqual: Bitmap(count: count) { row in holds(pair(row), <=) }
    case .greater: Bitmap(count: count) { row in holds(pair(row), >) }
    case .greaterOrEqual: Bitmap(count: count) { row in holds(pair(row), >=) }
    }
  }
}

extension Bitmap {
  /// Creates bits from a test of each place. O(count).
  ///
  /// Sixty-four truths are written as bytes, which a processor does many at a time, and then packed eight by eight.
  @inline(__always)
  init(count: Int, _ test: (Int) -> Bool) {
    // All threads share one empty array, and none may write even its length.
    guard count > 0 else {
      self.init(repeating: false, count: 0)
      return
    }
    let words = [UInt64](unsafeUninitializedCapacity: (count + 63) / 64) { words, wordCount in
      wordCount = words.count
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { truths in
        for word in words.indices {
          let start = word << 6
          let end = min(64, count - start)
          if end == 64 {
            for bit in 0..<64 { truths[bit] = test(start &+ bit) ? 1 : 0 }
          } else {
            for bit in 0..<64 { truths[bit] = bit < end && test(start &+ bit) ? 1 : 0 }
          }
          words[word] = Self.packed(truths)
        }
      }
    }
    self.init(words: words, count: count)
  }

  /// Packs 64 bytes that are 0 or 1 into the bits of a word: a multiplication gathers the lowest bits of eight bytes.
  @inline(__always)
  static func packed(_ truths: UnsafeMutableBufferPointer<UInt8>) -> UInt64 {
    let bytes = UnsafeRawBufferPointer(truths)
    var bits: UInt64 = 0
    for group in 0..<8 {
      let eight = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: group &* 8, as: UInt64.self))
      bits |= ((eight &* 0x0102_0408_1020_4080) >> 56) << UInt64(group &* 8)
    }
    return bits
  }
}
