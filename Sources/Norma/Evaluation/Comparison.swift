/// The comparisons that have kernels.
enum Comparison: Hashable {
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
    case (.integers(let values), .integer(let constant)): result(comparison, values, constant)
    case (.integers(let values), .decimal(let constant)):
      result(comparison, values.map { Rational($0) }, constant)
    case (.decimals(let values), .decimal(let constant)): result(comparison, values, constant)
    case (.decimals(let values), .integer(let constant)): result(comparison, values, Rational(constant))
    case (.dates(let values), .date(let constant)): result(comparison, values, constant.dayNumber)
    case (.timestamps(let values), .timestamp(let constant)): result(comparison, values, constant)
    case (.text(let codes, let dictionary), .text(let constant)) where comparison.isEquality:
      // A text that the dictionary does not have has a code that no row has.
      result(comparison, codes, dictionary.code(of: constant) ?? .max)
    default: nil
    }
  }

  /// Compares two columns row by row; nil where there is no kernel for the types.
  func compared(_ comparison: Comparison, _ other: Column) -> TruthColumn? {
    switch (values, other.values) {
    case (.integers(let left), .integers(let right)): result(comparison, left, right, other)
    case (.decimals(let left), .decimals(let right)): result(comparison, left, right, other)
    case (.dates(let left), .dates(let right)): result(comparison, left, right, other)
    case (.timestamps(let left), .timestamps(let right)): result(comparison, left, right, other)
    default: nil
    }
  }

  private func result<Value: Comparable>(_ comparison: Comparison, _ values: [Value], _ constant: Value) -> TruthColumn
  {
    let holds = Bitmap(count: values.count) { comparison.holds(values[$0], constant) }
    guard comparison.isEquality else { return TruthColumn(holds, known: known & validity) }
    return TruthColumn(comparison == .equal ? holds & validity : holds | ~validity, known: known)
  }

  private func result<Value: Comparable>(
    _ comparison: Comparison, _ left: [Value], _ right: [Value], _ other: Column
  ) -> TruthColumn {
    let holds = Bitmap(count: left.count) { comparison.holds(left[$0], right[$0]) }
    let both = validity & other.validity
    let known = known & other.known
    guard comparison.isEquality else { return TruthColumn(holds, known: known & both) }
    // Two nulls are equal, and a null equals nothing else.
    let neither = ~(validity | other.validity)
    let equal = (comparison == .equal ? holds : ~holds) & both | neither
    return TruthColumn(comparison == .equal ? equal : ~equal, known: known)
  }
}

extension Bitmap {
  /// Creates bits from a test of each place, a word at a time.
  init(count: Int, _ test: (Int) -> Bool) {
    var words = [UInt64](repeating: 0, count: (count + 63) / 64)
    for word in words.indices {
      let start = word << 6
      var bits: UInt64 = 0
      for bit in 0..<min(64, count - start) where test(start + bit) { bits |= 1 << UInt64(bit) }
      words[word] = bits
    }
    self.init(words: words, count: count)
  }
}
