internal import CEL

/// A row of a table as a value of an expression.
struct RowObject: ObjectValue {
  /// Where the row stands.
  enum Source {
    case row(Table, Int32)
    /// Rows of one key: what they disagree on isn't known.
    case merged(Table, [Int32])
    /// The row that a null reference leads to: all of its fields are null.
    case nothing(Dataset)
  }

  private let source: Source
  private let relations: Relations

  init(_ source: Source, _ relations: Relations) {
    self.source = source
    self.relations = relations
  }

  /// The dataset of the row.
  var dataset: Dataset {
    switch source {
    case .row(let table, _), .merged(let table, _): table.dataset
    case .nothing(let dataset): dataset
    }
  }

  var typeName: String { dataset.name }

  /// Returns the cell of a field; unknown for a name that is none.
  func cell(_ name: String) -> Cell {
    guard let field = dataset.index(of: name) else { return .unknown }
    switch source {
    case .row(let table, let row): return table.cell(row, field)
    case .merged(let table, let rows):
      let cells = Set(rows.map { table.cell($0, field) })
      return cells.count == 1 ? cells.first ?? .unknown : .unknown
    case .nothing: return .null
    }
  }

  func field(_ name: String) -> Value? {
    if dataset.index(of: name) != nil { return Value(cell(name), attribute: attribute(name)) }
    if case .nothing = source {
      if let field = RowStep.field(name), let target = relations.target(of: field, in: dataset.name) {
        return .object(RowObject(.nothing(target), relations))
      }
      return .error(EvaluationError(.noSuchField(name)))
    }
    return relations.value(of: name, dataset: dataset.name, cell: cell, attribute: attribute)
  }

  private func attribute(_ field: String) -> String {
    switch source {
    case .row(_, let row): CellName(dataset: dataset.name, row: row, field: field).text
    case .merged(_, let rows): CellName(dataset: dataset.name, row: rows[0], field: field).text
    case .nothing: field
    }
  }

  func isEqual(to other: any ObjectValue) -> Bool {
    guard let other = other as? RowObject, other.dataset.name == dataset.name else { return false }
    switch (source, other.source) {
    case (.row(_, let mine), .row(_, let theirs)): return mine == theirs
    case (.merged(_, let mine), .merged(_, let theirs)): return mine == theirs
    case (.nothing, .nothing): return true
    default: return false
    }
  }
}
