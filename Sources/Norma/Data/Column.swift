/// The cells of one field in one batch.
///
/// A cell is one of three: a value, null (its validity bit is 0), or unknown (its known bit is 0; its validity bit is
/// then 1, since an unknown cell stands for a value). The values at rows that are null or unknown are placeholders.
public struct Column: Sendable {
  /// The values, one per row, in the form of the field's type.
  public let values: Values
  /// The rows that are not null; unknown rows are among them.
  public let validity: Bitmap
  /// The rows that are not unknown; null rows are among them.
  public let known: Bitmap
  /// How many rows are null.
  public let nullCount: Int
  /// How many rows are unknown.
  public let unknownCount: Int

  /// The values of a column; one case per field type.
  public enum Values: Sendable {
    case integers([Int64])
    case decimals([Rational])
    case booleans(Bitmap)
    /// Codes of a dictionary that all batches of the field share.
    case text([UInt32], TextDictionary)
    /// Where the texts stand in UTF-8 that all of them share: the form of texts that are only held against each other, for
    /// which a dictionary would cost more than it saves.
    case slices([CellRange], [UInt8])
    /// Days since 1970-01-01; ``CivilDate/noDay`` where there is none.
    case dates([Int32])
    /// First and last day on which the date may lie, as days since 1970-01-01; the same where the day is known.
    case partialDates(lower: [Int32], upper: [Int32])
    /// Microseconds since 1970-01-01T00:00:00Z.
    case timestamps([Int64])

    /// How many rows there are.
    public var count: Int {
      switch self {
      case .integers(let values): values.count
      case .decimals(let values): values.count
      case .booleans(let values): values.count
      case .text(let codes, _): codes.count
      case .slices(let ranges, _): ranges.count
      case .dates(let days): days.count
      case .partialDates(let lower, _): lower.count
      case .timestamps(let values): values.count
      }
    }
  }

  /// Creates a column. Every part must have the same number of rows.
  public init(values: Values, validity: Bitmap, known: Bitmap) {
    precondition(values.count == validity.count && validity.count == known.count, "parts of a column differ in length")
    self.values = values
    self.validity = validity
    self.known = known
    self.nullCount = validity.count - validity.populationCount
    self.unknownCount = known.count - known.populationCount
  }

  /// Creates a column of `count` nulls, as a field without a column has it.
  public init(nullsOf type: FieldType, count: Int, dictionary: TextDictionary = TextDictionary()) {
    let values: Values =
      switch type {
      case .integer: .integers(Array(repeating: 0, count: count))
      case .decimal: .decimals(Array(repeating: .zero, count: count))
      case .boolean: .booleans(Bitmap(repeating: false, count: count))
      case .text: .text(Array(repeating: 0, count: count), dictionary)
      case .date: .dates(Array(repeating: CivilDate.noDay, count: count))
      case .partialDate:
        .partialDates(lower: Array(repeating: 0, count: count), upper: Array(repeating: 0, count: count))
      case .timestamp: .timestamps(Array(repeating: 0, count: count))
      }
    self.init(
      values: values, validity: Bitmap(repeating: false, count: count), known: Bitmap(repeating: true, count: count))
  }

  /// How many rows there are.
  public var count: Int { validity.count }

  /// The rows of which the value isn't known, or not to the day.
  var openRows: Bitmap {
    guard case .partialDates(let lower, let upper) = values else { return ~known }
    return ~known | Bitmap(zip(lower, upper).map { $0 != $1 })
  }

  /// What the cell of `row` says.
  public subscript(row: Int) -> Cell {
    guard known[row] else { return .unknown }
    guard validity[row] else { return .null }
    switch values {
    case .integers(let values): return .integer(values[row])
    case .decimals(let values): return .decimal(values[row])
    case .booleans(let values): return .boolean(values[row])
    case .text(let codes, let dictionary): return .text(dictionary[codes[row]])
    case .slices(let ranges, let bytes): return .text(CellText.string(ranges[row], in: bytes.span))
    case .dates(let days): return .date(CivilDate(dayNumber: days[row]))
    case .partialDates(let lower, let upper):
      let first = CivilDate(dayNumber: lower[row])
      return lower[row] == upper[row] ? .date(first) : .interval(from: first, through: CivilDate(dayNumber: upper[row]))
    case .timestamps(let values): return .timestamp(microseconds: values[row])
    }
  }
}
