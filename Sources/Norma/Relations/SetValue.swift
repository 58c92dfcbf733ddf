internal import CEL

/// The values of a field of another dataset: what `code in products.code` looks into.
final class SetValue: OpaqueValue {
  private let numbers: KeyNumbers
  /// For each number whether a row certainly has the value, and whether one may.
  private let marks: [UInt8]
  /// The cells that aren't known; a miss is then open.
  private let open: UnknownSet?
  private let name: String

  private static let certain: UInt8 = 1
  private static let possible: UInt8 = 2

  /// Collects the values of a table's field; null is no element. O(rows).
  init(_ table: Table, field: Int, name: SetName) {
    var numbers = KeyNumbers([table.dataset.fields[field]], [table.dictionary(ofField: field)])
    var marks = [UInt8](repeating: 0, count: numbers.count)
    var open: Set<String> = []
    for batch in table.allBatches {
      let column = batch.column(ofField: field)
      let found = numbers.insert([column])
      if numbers.count > marks.count {
        marks.append(contentsOf: repeatElement(0, count: numbers.count - marks.count))
      }
      for row in 0..<batch.count where found[row] != KeyNumbers.none {
        marks[Int(found[row])] |= batch.isCertain(row) ? Self.certain : Self.possible
      }
      for row in column.openRows.setBits {
        open.insert(CellName(dataset: name.dataset, row: Int32(batch.firstRow + row), field: name.field).text)
      }
    }
    self.numbers = numbers
    self.marks = marks
    self.open = open.isEmpty ? nil : UnknownSet(open)
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
    switch truth(of: value.cell) {
    case .yes: return .bool(true)
    case .no: return .bool(false)
    case .unknown: return .unknown(open ?? UnknownSet(name))
    }
  }

  /// Whether a value is in the set; of one that isn't known, or not to the day, it is unknown. O(1).
  func truth(of cell: Cell) -> Truth {
    if cell == .null { return .no }
    guard let key = KeyValue([cell]) else { return .unknown }
    return truth(of: numbers.number(of: key) ?? KeyNumbers.none)
  }

  /// Whether the value of each row is in the set; of rows that aren't known, or not to the day, it is unknown. O(rows).
  func contains(_ column: Column) -> TruthColumn {
    let numbers = numbers.numbers(of: [column])
    let openRows = column.openRows
    return TruthColumn(
      (0..<column.count).map { row in
        if openRows[row] { .unknown } else if column.validity[row] { truth(of: numbers[row]) } else { .no }
      })
  }

  private func truth(of number: UInt32) -> Truth {
    let mark = Int(number) < marks.count ? marks[Int(number)] : 0
    if mark & Self.certain != 0 { return .yes }
    return open != nil || mark & Self.possible != 0 ? .unknown : .no
  }
}
