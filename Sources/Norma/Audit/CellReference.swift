internal import Synchronization

/// A cell of a file.
public struct CellReference: Hashable, Sendable {
  let column: FileColumn
  /// The row as a person counts it in the file.
  public let row: Int

  /// The dataset.
  public var dataset: String { column.dataset }
  /// The file, as its path below the project's folder.
  public var file: String { column.file }
  /// The name of the field.
  public var field: String { column.field }
  /// What people call the field.
  public var label: LocalizedText { column.label }
}

/// A column of a file, which the references to its cells share.
final class FileColumn: Hashable, Sendable {
  let dataset: String
  let file: String
  let field: String
  let label: LocalizedText
  /// The hash of the names: references to cells are counted by the million.
  private let code: Int

  init(dataset: String, file: String, field: String, label: LocalizedText) {
    code = [dataset, file, field].hashValue
    self.dataset = dataset
    self.file = file
    self.field = field
    self.label = label
  }

  static func == (left: FileColumn, right: FileColumn) -> Bool {
    left === right
      || left.code == right.code && (left.dataset, left.file, left.field) == (right.dataset, right.file, right.field)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(code) }

  /// Whether another column is one of the same file.
  func isOfSameFile(as other: FileColumn) -> Bool { (dataset, file) == (other.dataset, other.file) }
}

/// The columns of an audit's files to which anything refers, each once.
final class FileColumns: Sendable {
  private let columns = Mutex<[Name: FileColumn]>([:])

  private struct Name: Hashable {
    let dataset: String
    let file: Int
    let field: Int
  }

  /// Returns the column of a declared field in one of the dataset's files; `name` tells what the file is called.
  func column(_ dataset: Dataset, file: Int, field: Int, fileName name: (String, Int) -> String) -> FileColumn {
    let place = Name(dataset: dataset.name, file: file, field: field)
    if let known = columns.withLock({ $0[place] }) { return known }
    let declared = dataset.fields[field]
    let column = FileColumn(
      dataset: dataset.name, file: name(dataset.name, file), field: declared.name, label: declared.title)
    // Another thread may have made it in the meantime: cells of one column share it.
    return columns.withLock { columns in
      if let known = columns[place] { return known }
      columns[place] = column
      return column
    }
  }
}

/// An unknown cell with the number of undetermined obligations that hang on it.
public struct CellToSupply: Hashable, Sendable {
  /// The cell.
  public let cell: CellReference
  /// How many undetermined obligations hang on it.
  public let obligations: Int
}
