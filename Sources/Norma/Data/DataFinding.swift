/// Something in the data that could not be taken as it stands: a cell that is unknown, or a row that is out of place.
///
/// There may be millions: what those of one column have in common they share.
public struct DataFinding: Hashable, Sendable {
  /// The text found; nil where there is no cell.
  public let value: String?
  private let place: Place
  private let rowNumber: Int32
  /// What is wrong.
  public let problem: DataProblem

  /// A column of a file.
  final class Place: Hashable, Sendable {
    let dataset: String
    let file: Int
    let column: String?
    let field: String?

    init(dataset: String, file: Int, column: String?, field: String?) {
      self.dataset = dataset
      self.file = file
      self.column = column
      self.field = field
    }

    static func == (left: Place, right: Place) -> Bool {
      left === right
        || (left.dataset, left.file, left.column, left.field) == (right.dataset, right.file, right.column, right.field)
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(file)
      hasher.combine(field)
    }
  }

  /// Creates a finding.
  public init(
    dataset: String, file: Int, row: Int, column: String?, field: String?, value: String?, problem: DataProblem
  ) {
    self.init(Place(dataset: dataset, file: file, column: column, field: field), row: row, value: value, problem)
  }

  /// Creates a finding in a column that others share.
  init(_ place: Place, row: Int, value: String?, _ problem: DataProblem) {
    self.place = place
    rowNumber = Int32(clamping: row)
    self.value = value
    self.problem = problem
  }

  /// The dataset's name.
  public var dataset: String { place.dataset }
  /// The place of the file among the dataset's files, from 0.
  public var file: Int { place.file }
  /// The row's number in the file, as a spreadsheet shows it.
  public var row: Int { Int(rowNumber) }
  /// The column's heading as it stands in the file; nil for a cell beyond the last heading, and for a missing column.
  public var column: String? { place.column }
  /// The name of the declared field; nil for a cell beyond the last heading.
  public var field: String? { place.field }
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

  /// Its place in the order in which problems apply.
  fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension DataFinding {
  /// Returns the findings of a dataset in the order of files, rows and columns, of each cell the first that applies.
  ///
  /// Fields that share a column share its cells. O(n log n).
  public static func merged(_ findings: some Collection<DataFinding>, of dataset: Dataset) -> [DataFinding] {
    let findings = Array(findings)
    var fields: [String: Int] = [:]
    for (index, field) in dataset.fields.enumerated() { fields[field.name] = index }
    // There may be millions: what is sorted are small keys.
    var last: (place: Place?, field: Int) = (nil, fields.count)
    let keys = findings.indices.map { index -> SortingKey in
      let finding = findings[index]
      // Most findings are of the field of the one before.
      if finding.place !== last.place {
        last = (finding.place, finding.field.flatMap { fields[$0] } ?? fields.count)
      }
      return SortingKey(
        file: finding.file, row: finding.row, field: last.field, rank: finding.problem.rank, index: index)
    }.sorted()
    var result: [DataFinding] = []
    var rowStart = 0
    result.reserveCapacity(findings.count)
    for key in keys {
      let finding = findings[key.index]
      if let last = result.last, last.file != finding.file || last.row != finding.row { rowStart = result.count }
      // A cell that is not there is told of for each field, since each has to be supplied.
      let other = result[rowStart...].firstIndex { other in
        finding.problem != .tooFewCells && other.column != nil
          && (other.place === finding.place || other.column == finding.column)
      }
      guard let other else {
        result.append(finding)
        continue
      }
      if key.rank < result[other].problem.rank { result[other] = finding }
    }
    return result
  }

  /// Where a finding stands among others.
  private struct SortingKey: Comparable {
    let file: Int
    let row: Int
    let field: Int
    let rank: Int
    /// Its place among those that are sorted.
    let index: Int

    static func < (left: Self, right: Self) -> Bool {
      if left.row != right.row, left.file == right.file { return left.row < right.row }
      return (left.file, left.field, left.rank, left.index) < (right.file, right.field, right.rank, right.index)
    }
  }
}
