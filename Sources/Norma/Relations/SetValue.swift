internal import CEL

/// The values of a field of another dataset: what `code in products.code` looks into.
final class SetValue: OpaqueValue {
  private let values: Set<Cell>
  /// The values that rows have which may not be there.
  private let possible: Set<Cell>
  /// The cells that aren't known; a miss is then open.
  private let open: UnknownSet?
  private let name: String

  /// Collects the values of a table's field; null is no element. O(rows).
  init(_ table: Table, field: Int, name: SetName) {
    var values: Set<Cell> = []
    var possible: Set<Cell> = []
    var open: UnknownSet?
    for batch in table.allBatches {
      let column = batch.column(ofField: field)
      for row in 0..<batch.count {
        let cell = column[row].normalized
        if cell == .null { continue }
        if cell.isOpen {
          let cellName = CellName(dataset: name.dataset, row: Int32(batch.firstRow + row), field: name.field)
          open = open.map { $0.union(UnknownSet(cellName.text)) } ?? UnknownSet(cellName.text)
        } else if batch.isCertain(row) {
          values.insert(cell)
        } else {
          possible.insert(cell)
        }
      }
    }
    self.values = values
    self.possible = possible
    self.open = open
    self.name = name.text
  }

  var typeName: String { "set" }

  /// The type of the values of a field of `type` as a set.
  static func type(of type: FieldType) -> CELType { .opaque("set", [type.expressionType.nonNull]) }

  /// Sets are not compared.
  func equals(_ other: Value) -> Value { .error(EvaluationError(.noSuchOverload("_==_"))) }

  /// Whether a value is in the set: unknown where only a row has it that may not be there, and for a miss while a value of
  /// the set isn't known. O(1).
  func contains(_ value: Value) -> Value {
    if case .null = value { return .bool(false) }
    if case .opaque(let date as DateValue) = value, date.day == nil { return .unknown(UnknownSet(date.attribute)) }
    let cell = value.cell.normalized
    if values.contains(cell) { return .bool(true) }
    if let open { return .unknown(open) }
    return possible.contains(cell) ? .unknown(UnknownSet(name)) : .bool(false)
  }
}
