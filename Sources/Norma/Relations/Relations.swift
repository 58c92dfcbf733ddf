internal import CEL

/// The rows that expressions can go on to, found by hashed keys: what one row costs does not depend on how many rows the
/// others have.
final class Relations: Sendable {
  private let relationships: Relationships
  private let tables: [String: Table]
  private let keys: [String: RowsByKey]
  private let references: [Relationships.List: ReferenceIndex]
  private let sets: [SetName: SetValue]
  /// For lists what would have to be known of the rows that may be in all of them, as far as that was asked for.
  private let reasons = SharedState<[Relationships.List: UnknownSet]>([:])
  /// Whether rows that may not be in a list are left out of it.
  let hidesPossibleRows: Bool

  /// No rows at all.
  static let none = Relations(tables: [:], needs: RelationReads(), relationships: Relationships([:]))

  /// Indexes the tables as far as expressions need it. O(rows).
  init(tables: [String: Table], needs: RelationReads, relationships: Relationships) {
    self.relationships = relationships
    self.tables = tables
    hidesPossibleRows = false
    var keyed = Set(needs.lists.map(\.owner))
    for step in needs.steps {
      if let target = relationships.reference(step.field, of: step.dataset)?.dataset { keyed.insert(target) }
    }
    var keys: [String: RowsByKey] = [:]
    for name in keyed {
      guard let table = tables[name] else { continue }
      keys[name] = RowsByKey(table, fields: table.dataset.keyFields)
    }
    self.keys = keys
    var references: [Relationships.List: ReferenceIndex] = [:]
    for use in needs.lists where references[use.list] == nil {
      guard let table = tables[use.list.dataset] else { continue }
      let holders = relationships.holders(of: use.list.field, in: use.list.dataset)
      references[use.list] = ReferenceIndex(
        table, holders: holders.compactMap { table.dataset.index(of: $0) }, keys: keys[use.owner])
    }
    self.references = references
    var sets: [SetName: SetValue] = [:]
    for name in needs.sets {
      guard let table = tables[name.dataset], let field = table.dataset.index(of: name.field) else { continue }
      sets[name] = SetValue(table, field: field, name: name)
    }
    self.sets = sets
  }

  private init(hidingPossibleRowsOf other: Relations) {
    relationships = other.relationships
    tables = other.tables
    keys = other.keys
    references = other.references
    sets = other.sets
    hidesPossibleRows = true
  }

  /// The same relations, with lists that hold only the rows that are certainly in them.
  var certainRowsOnly: Relations { Relations(hidingPossibleRowsOf: self) }

  /// Returns a table that is kept in memory.
  func table(_ name: String) -> Table? { tables[name] }

  /// Returns the rows of a list by the row that they refer to; nil where expressions do not need them.
  func referring(_ list: Relationships.List) -> ReferenceIndex? { references[list] }

  /// Returns the rows of a dataset by its key; nil where expressions do not need them.
  func keyed(_ dataset: String) -> RowsByKey? { keys[dataset] }

  /// Returns the values of a field of another dataset; nil where expressions do not need them.
  func set(_ name: SetName) -> SetValue? { sets[name] }

  /// Whether any row may be in lists that it is not certainly in.
  func hasPossibleRows(_ uses: Set<RelationReads.ListUse>) -> Bool {
    uses.contains { use in
      guard let index = references[use.list] else { return false }
      return !index.open.isEmpty || !index.dangling.isEmpty
        || tables[use.list.dataset]?.allBatches.contains { $0.certainty != nil } ?? false
    }
  }

  // MARK: Values

  /// Returns what a name means for a row: a step to another row, a list of rows that refer to it, or a set. Nil where the
  /// name is none of these.
  func value(of name: String, dataset: String, cell: (String) -> Cell, attribute: (String) -> String) -> Value? {
    if let field = RowStep.field(name) { return step(field, of: dataset, cell, attribute) }
    if let list = relationships.lists(name, of: dataset).first { return rows(list, of: dataset, cell) }
    let parts = name.split(separator: ".")
    guard parts.count == 2 else { return nil }
    return sets[SetName(dataset: String(parts[0]), field: String(parts[1]))].map { .opaque($0) }
  }

  /// Follows a reference: null where it is null, unknown where it isn't known or leads nowhere.
  private func step(
    _ field: String, of dataset: String, _ cell: (String) -> Cell, _ attribute: (String) -> String
  ) -> Value? {
    guard let reference = relationships.reference(field, of: dataset) else { return nil }
    let parts = reference.match.map { cell($0.ours) }
    guard let target = relationships.dataset(reference.dataset) else { return nil }
    if parts.contains(.null) { return .object(RowObject(.nothing(target), self)) }
    guard let key = KeyValue(parts) else {
      let open = zip(reference.match, parts).filter { $1.isOpen }.map { UnknownSet(attribute($0.0.ours)) }
      return .unknown(open.dropFirst().reduce(open[0]) { $0.union($1) })
    }
    let nowhere = Value.unknown(UnknownSet(attribute(field)))
    guard let table = tables[reference.dataset], let rows = keys[reference.dataset].map({ Array($0.rows(key)) }),
      let first = rows.first
    else { return nowhere }
    if !rows.contains(where: { table.isCertain($0) }) { return nowhere }
    return .object(RowObject(rows.count == 1 ? .row(table, first) : .merged(table, rows), self))
  }

  /// The rows that refer to a row, and those that may.
  private func rows(_ list: Relationships.List, of owner: String, _ cell: (String) -> Cell) -> Value {
    guard let reference = relationships.reference(list.field, of: list.dataset), let table = tables[list.dataset],
      let index = references[list]
    else { return .error(EvaluationError(.undeclared(list.dataset))) }
    let key = reference.match.map { cell($0.theirs) }
    if key.contains(.null) { return .list([]) }
    let object = { @Sendable [self] (row: Int32) -> Value in .object(RowObject(.row(table, row), self)) }
    let known = KeyValue(key)
    let referring = known.map { index.byKey.rows($0) } ?? []
    let certain = referring.filter { table.isCertain($0) }
    if hidesPossibleRows { return .list(certain.map(object)) }
    // Mostly those that may be in the list are the same for all rows.
    if known != nil, certain.count == referring.count, let open = index.openToAll {
      if open.isEmpty { return .list(certain.map(object)) }
      return .openList(
        OpenList(
          certain: certain.map(object), possibleCount: open.count, possible: { object(open[$0]) },
          reason: reason(list, open)))
    }
    let possible = possibleRows(list, key: key)
    if possible.isEmpty { return .list(certain.map(object)) }
    return .openList(
      OpenList(
        certain: certain.map(object), possibleCount: possible.count, possible: { object(possible[$0]) },
        reason: Self.reason(list, possible)))
  }

  /// What would have to be known of the rows that may be in every list; it is the same set whenever it is asked for.
  private func reason(_ list: Relationships.List, _ open: [Int32]) -> UnknownSet {
    if let known = reasons.read({ $0[list] }) { return known }
    return reasons.change { reasons in
      let reason = reasons[list] ?? Self.reason(list, open)
      reasons[list] = reason
      return reason
    }
  }

  private static func reason(_ list: Relationships.List, _ rows: [Int32]) -> UnknownSet {
    UnknownSet(Set(rows.map { CellName(dataset: list.dataset, row: $0, field: list.field).text }))
  }

  /// The fields of the key by which the owner of a list is named.
  func keyFields(of list: Relationships.List) -> [String] {
    relationships.reference(list.field, of: list.dataset)?.match.map(\.theirs) ?? []
  }

  /// The rows that may be in the list of a row with this key, and are not certainly in it.
  func possibleRows(_ list: Relationships.List, key: [Cell]) -> [Int32] {
    guard let index = references[list], let table = tables[list.dataset] else { return [] }
    let known = KeyValue(key)
    let referring = known.map { index.byKey.rows($0).filter { !table.isCertain($0) } } ?? []
    let candidates = known == nil ? index.open + index.dangling : index.open
    return referring + candidates.filter { zip($0.parts, key).allSatisfy { $0.admits($1) } }.map(\.row)
  }

  /// Returns the dataset that a field refers to.
  func target(of field: String, in dataset: String) -> Dataset? {
    relationships.reference(field, of: dataset).flatMap { relationships.dataset($0.dataset) }
  }

  /// The cell that a path of references and a field lead to; unknown where a step isn't known or leads nowhere.
  func cell(_ path: ArraySlice<String>, _ field: String, of dataset: String, cell: (String) -> Cell) -> Cell {
    guard let head = path.first else { return cell(field) }
    guard case .object(let object)? = step(head, of: dataset, cell, { $0 }), let row = object as? RowObject else {
      return .unknown
    }
    return self.cell(path.dropFirst(), field, of: row.dataset.name) { row.cell($0) }
  }
}
