/// How one cell becomes a value of a column's type.
///
/// A decoder is chosen once per field; the loop over the cells is generic over it, so that each type has a loop of its
/// own without dispatch.
protocol CellDecoder {
  associatedtype Value
  /// What stands in the column where there is no value.
  var placeholder: Value { get }

  /// Reads a cell that is trimmed, in half-width characters and not empty.
  func decode(_ cell: borrowing Span<UInt8>) -> Decoded<Value>
}

/// What a cell turned out to be.
enum Decoded<Value> {
  case value(Value)
  case problem(DataProblem)
}

extension Decoded {
  /// Takes a value only if no limit is broken.
  @inline(__always)
  init(_ value: Value, unless problem: DataProblem?) {
    if let problem { self = .problem(problem) } else { self = .value(value) }
  }
}

/// Whole numbers of 64 bits, with thousands separators only where they group by three.
struct IntegerDecoder: CellDecoder {
  let limits: FieldLimits<Int128>
  let placeholder: Int64 = 0

  func decode(_ cell: borrowing Span<UInt8>) -> Decoded<Int64> {
    guard let scan = DecimalScan(cell, allowingFraction: false), let value = Int64(exactly: scan.digits) else {
      return .problem(.notAnInteger)
    }
    return Decoded(value, unless: limits.problem(of: scan.digits))
  }
}

/// Exact decimals; `%` divides by 100.
struct DecimalDecoder: CellDecoder {
  let limits: FieldLimits<Rational>
  let placeholder = Rational.zero

  func decode(_ cell: borrowing Span<UInt8>) -> Decoded<Rational> {
    guard let value = Rational.read(cell, allowingFraction: true) else { return .problem(.notADecimal) }
    return Decoded(value, unless: limits.problem(of: value))
  }
}

/// Yes and no in the words and signs that people use for them.
struct BooleanDecoder: CellDecoder {
  /// The values allowed, nil for both.
  let oneOf: Set<Bool>?
  let placeholder = false

  init(_ constraint: FieldConstraint) {
    self.oneOf = constraint.oneOf.map { values in
      Set(
        values.map { value in
          guard case .boolean(let value) = value else { preconditionFailure("\(value) limits a field of booleans") }
          return value
        })
    }
  }

  func decode(_ cell: borrowing Span<UInt8>) -> Decoded<Bool> {
    guard let value = Self.read(cell) else { return .problem(.notABoolean) }
    if let oneOf, !oneOf.contains(value) { return .problem(.notOneOf) }
    return .value(value)
  }

  private static func read(_ cell: borrowing Span<UInt8>) -> Bool? {
    // The longest word has five bytes: packed into one integer, words compare at once.
    guard cell.count <= 5 else { return nil }
    var word: UInt64 = 0
    for index in 0..<cell.count {
      let byte = cell[index]
      word = word << 8 | UInt64(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
    }
    return words[word]
  }

  private static let words: [UInt64: Bool] = {
    var words: [UInt64: Bool] = [:]
    for (yes, no) in [("是", "否"), ("有", "无"), ("yes", "no"), ("true", "false"), ("1", "0"), ("√", "×")] {
      words[yes.utf8.reduce(0) { $0 << 8 | UInt64($1) }] = true
      words[no.utf8.reduce(0) { $0 << 8 | UInt64($1) }] = false
    }
    return words
  }()
}
