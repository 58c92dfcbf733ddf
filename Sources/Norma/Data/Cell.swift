/// What one cell says, for paths that look at single rows: evidence, the row interpreter, tests.
public enum Cell: Hashable, Sendable {
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
