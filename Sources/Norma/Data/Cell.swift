/// What one cell says, for paths that look at single rows: evidence, the row interpreter, tests.
public enum Cell: Sendable {
  /// A known none: an empty cell of an optional field.
  case null
  /// There is a value, but it could not be read, was not given, or broke the field's constraint.
  case unknown
  case integer(Int64)
  case decimal(Rational)
  case boolean(Bool)
  case text(String)
  case date(CivilDate)
  /// A day that lies between two days, both included, the first before the second.
  case interval(from: CivilDate, through: CivilDate)
  /// Microseconds since 1970-01-01T00:00:00Z.
  case timestamp(microseconds: Int64)
}

extension Cell: Hashable {
  /// Compares values; texts byte for byte, as files hold them, and not by what Unicode takes for the same.
  public static func == (left: Cell, right: Cell) -> Bool {
    switch (left, right) {
    case (.null, .null), (.unknown, .unknown): true
    case (.integer(let one), .integer(let other)): one == other
    case (.decimal(let one), .decimal(let other)): one == other
    case (.boolean(let one), .boolean(let other)): one == other
    case (.text(let one), .text(let other)): one.utf8.elementsEqual(other.utf8)
    case (.date(let one), .date(let other)): one == other
    case (.interval(let from, let through), .interval(let others, let last)): from == others && through == last
    case (.timestamp(let one), .timestamp(let other)): one == other
    default: false
    }
  }

  /// Hashes the value.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .unknown: hasher.combine(1)
    case .integer(let value): hasher.combine(value)
    case .decimal(let value): hasher.combine(value)
    case .boolean(let value): hasher.combine(value)
    case .text(var text): text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    case .date(let day): hasher.combine(day)
    case .interval(let from, let through):
      hasher.combine(from)
      hasher.combine(through)
    case .timestamp(let microseconds): hasher.combine(microseconds)
    }
  }
}
