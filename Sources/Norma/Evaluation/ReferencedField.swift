internal import CEL

/// A field of the row that a reference leads to, `village.town`, perhaps through others.
///
/// Its values are put into one column, a place for each key, so that a row looks up the place of its own reference.
final class ReferencedField: Sendable {
  private let steps: [Step]
  private let field: Int
  private let values = SharedState<Column?>(nil)

  /// A reference that is followed.
  private struct Step {
    /// The fields that hold it.
    let holders: [Int]
    let target: Dataset
  }

  /// Finds the field that a node reads; nil where it is none, or no row is left on the way.
  init?(_ node: Expression, of dataset: Dataset, _ relationships: Relationships) {
    guard case .select(let row, let name) = node.kind, RowStep.field(name) == nil,
      let steps = Self.steps(to: row, from: dataset, relationships), let field = steps.last?.target.index(of: name)
    else { return nil }
    self.steps = steps
    self.field = field
  }

  private static func steps(to row: Expression, from dataset: Dataset, _ relationships: Relationships) -> [Step]? {
    var before: [Step] = []
    let mark: String
    switch row.kind {
    case .identifier(let name): mark = name
    case .select(let inner, let name):
      guard let steps = steps(to: inner, from: dataset, relationships) else { return nil }
      before = steps
      mark = name
    default: return nil
    }
    let owner = before.last?.target ?? dataset
    guard let name = RowStep.field(mark), let reference = relationships.reference(name, of: owner.name),
      let target = relationships.dataset(reference.dataset)
    else { return nil }
    let holders = reference.match.compactMap { owner.index(of: $0.ours) }
    guard holders.count == reference.match.count,
      holders.allSatisfy({ owner.fields[$0].type != .partialDate })
    else { return nil }
    return before + [Step(holders: holders, target: target)]
  }

  /// Returns the values for the rows of a batch: null where a reference is, unknown where one isn't known or leads nowhere.
  /// O(rows), and as much as there are rows that are referred to for the first batch.
  func column(of batch: Batch, _ relations: Relations) -> Column {
    let holders = steps[0].holders.map { batch.column(ofField: $0) }
    let known =
      values.read { $0 }
      ?? values.change { values in
        let made = values ?? column(behind: 0, relations)
        values = made
        return made
      }
    return follow(0, holders, to: known, relations)
  }

  /// The values that are read behind a step, by the number of the key that it leads to; behind them one that isn't known, for
  /// what leads nowhere.
  private func column(behind step: Int, _ relations: Relations) -> Column {
    let target = steps[step].target
    guard let rows = relations.keyed(target.name) else { return Column(unknownOf: target.fields[field].type) }
    if step == steps.count - 1 { return rows.column(ofField: field) }
    let holders = steps[step + 1].holders.map { rows.column(ofField: $0) }
    return follow(step + 1, holders, to: column(behind: step + 1, relations), relations)
  }

  private func follow(_ step: Int, _ holders: [Column], to values: Column, _ relations: Relations) -> Column {
    let nowhere = values.count - 1
    let isNull = holders.dropFirst().reduce(~holders[0].validity) { $0 | ~$1.validity }
    var places = [Int](repeating: nowhere, count: isNull.count)
    if let numbers = relations.keyed(steps[step].target.name)?.numbers(of: holders) {
      for row in holders.reduce(~isNull, { $0 & $1.known }).setBits { places[row] = min(Int(numbers[row]), nowhere) }
    }
    let found = values.rows(places)
    return Column(values: found.values, validity: found.validity & ~isNull, known: found.known | isNull)
  }
}

extension RowsByKey {
  /// Returns the values of a field by the number of their key, and one behind them that isn't known: unknown too where no row
  /// certainly has the key, and where rows with one key disagree. O(rows).
  fileprivate func column(ofField field: Int) -> Column {
    let type = table.dataset.fields[field].type
    let whole = Column(
      joining: table.allBatches.map { $0.column(ofField: field) } + [Column(unknownOf: type)], type: type)
    let rows = rowsByNumber
    var places = [Int](repeating: table.count, count: rows.count + 1)
    for number in 0..<rows.count {
      let rows = rows[UInt32(number)]
      guard let first = rows.first, rows.contains(where: { table.isCertain($0) }) else { continue }
      if rows.count == 1 || Set(rows.map { whole[Int($0)] }).count == 1 { places[number] = Int(first) }
    }
    return whole.rows(places)
  }
}

extension Column {
  /// Creates a column of one cell that isn't known.
  fileprivate init(unknownOf type: FieldType) {
    self.init(
      values: Column(nullsOf: type, count: 1).values, validity: Bitmap(repeating: true, count: 1),
      known: Bitmap(repeating: false, count: 1))
  }
}
