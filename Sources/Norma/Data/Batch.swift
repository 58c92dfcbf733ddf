/// Some rows of one file of a dataset, as columns of the fields that the reader was asked for.
public struct Batch: Sendable {
  /// The place of the file among the dataset's files, from 0.
  public let file: Int
  /// How many rows of the dataset, in this file and those before, come before this batch.
  public internal(set) var firstRow: Int
  /// For each row its number in the file as a spreadsheet shows it: the header is usually 1.
  public let rowNumbers: RowNumbers
  /// The columns, in the order in which their fields are declared.
  public let columns: [Column]
  /// For each declared field the place of its column in `columns`, nil where it was not asked for.
  public let positions: [Int?]
  /// For each declared field the heading of its column as it stands in the file, nil where the file has none.
  public let headings: [String?]
  /// Whether the file has a column for every declared field.
  let hasAllColumns: Bool
  /// For each row how many rows of the dataset up to it are identified by what is written as this one's identity is:
  /// 1 for the first, 2 for the row whose subject is told apart by `~2`, and so on. Nil while that isn't known, and where
  /// every row is the first.
  public private(set) var occurrences: [Int32]?
  /// The rows that are certainly there; nil where all are. Only derived rows may not be there.
  public let certainty: Bitmap?
  /// What the conditions of rules were found to be for these rows; nil where none have been asked together.
  var memo: ConditionMemo?

  /// Creates a batch. All columns must have as many rows as there are row numbers.
  public init(
    file: Int, firstRow: Int, rowNumbers: [Int32], columns: [Column], positions: [Int?], headings: [String?],
    occurrences: [Int32]? = nil, certainty: Bitmap? = nil
  ) {
    precondition(columns.allSatisfy { $0.count == rowNumbers.count }, "columns of a batch differ in length")
    precondition(
      occurrences?.count ?? rowNumbers.count == rowNumbers.count,
      "occurrences of a batch differ in length from its columns")
    self.file = file
    self.firstRow = firstRow
    self.rowNumbers = RowNumbers(rowNumbers)
    self.columns = columns
    self.positions = positions
    self.headings = headings
    hasAllColumns = headings.allSatisfy { $0 != nil }
    self.occurrences = occurrences
    self.certainty = certainty
  }

  /// Whether the file has a column for the declared field at `index`.
  public func hasColumn(forField index: Int) -> Bool { headings[index] != nil }

  /// Which of the rows that are identified as it is a row is, from 1.
  func occurrence(of row: Int) -> Int { occurrences.map { Int($0[row]) } ?? 1 }

  /// Notes which of the rows identified alike each row is, by the rows' places in the dataset; the others are the first.
  mutating func set(occurrences found: [Int32: Int32]) {
    var occurrences = [Int32](repeating: 1, count: count)
    for row in 0..<count { if let occurrence = found[Int32(firstRow + row)] { occurrences[row] = occurrence } }
    self.occurrences = occurrences
  }

  /// Notes for each row which of the rows identified alike it is.
  mutating func set(occurrences: [Int32]) {
    precondition(occurrences.count == count, "\(occurrences.count) occurrences of \(count) rows")
    self.occurrences = occurrences
  }

  /// Whether a row is certainly there.
  @inline(__always)
  func isCertain(_ row: Int) -> Bool { certainty?[row] ?? true }

  /// How many rows there are.
  public var count: Int { rowNumbers.count }

  /// Returns what a cell of the declared field at `index` says; unknown where the reader was not asked for it.
  func cell(_ row: Int, ofField index: Int) -> Cell {
    guard let position = positions[index] else { return .unknown }
    return columns[position][row]
  }

  /// Returns the column of the declared field at `index`, which the reader must have been asked for.
  public func column(ofField index: Int) -> Column {
    guard let position = positions[index] else {
      preconditionFailure("field \(index) was not asked for when the dataset was read")
    }
    return columns[position]
  }
}
