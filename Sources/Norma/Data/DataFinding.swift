/// Something in the data that could not be taken as it stands: a cell that is unknown, or a row that is out of place.
public struct DataFinding: Hashable, Sendable {
  /// The dataset's name.
  public let dataset: String
  /// The place of the file among the dataset's files, from 0.
  public let file: Int
  /// The row's number in the file, as a spreadsheet shows it.
  public let row: Int
  /// The column's heading as it stands in the file; nil for a cell beyond the last heading, and for a missing column.
  public let column: String?
  /// The name of the declared field; nil for a cell beyond the last heading.
  public let field: String?
  /// The text found; nil where there is no cell.
  public let value: String?
  /// What is wrong.
  public let problem: DataProblem

  /// Creates a finding.
  public init(
    dataset: String, file: Int, row: Int, column: String?, field: String?, value: String?, problem: DataProblem
  ) {
    self.dataset = dataset
    self.file = file
    self.row = row
    self.column = column
    self.field = field
    self.value = value
    self.problem = problem
  }
}

/// What can be wrong with a cell; the raw values are the names in reports.
///
/// The order of the cases is the order in which they apply: a cell has one finding, the first.
public enum DataProblem: String, Hashable, Sendable, CaseIterable {
  case empty
  case notADate = "not_a_date"
  case notATimestamp = "not_a_timestamp"
  case notAnInteger = "not_an_integer"
  case notADecimal = "not_a_decimal"
  case notABoolean = "not_a_boolean"
  case notOneOf = "not_one_of"
  case belowMinimum = "below_minimum"
  case aboveMaximum = "above_maximum"
  case notMatchingPattern = "not_matching_pattern"
  case duplicateKey = "duplicate_key"
  case noSuchRow = "no_such_row"
  case tooFewCells = "too_few_cells"
  case tooManyCells = "too_many_cells"
}
