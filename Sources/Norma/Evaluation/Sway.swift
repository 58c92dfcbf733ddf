/// Rows that may be in the lists of many rows, and can be in the list of one only.
///
/// Each such row changes the verdicts on the rows of at most one key, so that a figure need not fear for all of them.
struct Sway: Sendable {
  private let uses: [RelationReads.ListUse]
  private let path: [String]
  private let relations: Relations
  private let certain: Relations
  private let dataset: Dataset
  private let keyFields: [RelationReads.ListUse: [String]]
  private let places: [String: Int]

  /// The row whose lists leave another open.
  struct Owner {
    /// What tells it from others.
    let key: [Cell]
    /// The rows that may be in its lists, each once per list.
    let rows: Set<PossibleRow>
  }

  /// A row that may be in a list.
  struct PossibleRow: Hashable {
    let list: Relationships.List
    let row: Int32
  }

  /// Finds the lists that a group's conditions name; nil where no row can sway them, and where the figure knows no limit:
  /// lists that belong to rows which a macro goes through, or to several rows at a time, are taken as they are.
  init?(_ group: GroupPlan, dataset: Dataset, context: EvaluationContext) {
    guard group.measure.admitsSway else { return nil }
    var uses: Set<RelationReads.ListUse> = []
    for expression in group.population + [group.having, group.measure.value].compactMap({ $0 }) {
      uses.formUnion(expression.relations.lists)
    }
    guard let path = uses.first?.path, uses.allSatisfy({ $0.path == path }), context.relations.hasPossibleRows(uses)
    else { return nil }
    self.uses = uses.sorted { ($0.list.dataset, $0.list.field) < ($1.list.dataset, $1.list.field) }
    self.path = path
    self.dataset = dataset
    relations = context.relations
    certain = context.relations.certainRowsOnly
    var keyFields: [RelationReads.ListUse: [String]] = [:]
    for use in uses { keyFields[use] = relations.keyFields(of: use.list) }
    self.keyFields = keyFields
    var places: [String: Int] = [:]
    for (place, field) in dataset.fields.enumerated() { places[field.name] = place }
    self.places = places
  }

  /// The constants under which the lists hold only the rows that are certainly in them.
  func certainRowsOnly(_ constants: Constants) -> Constants {
    constants.with(certain)
  }

  /// Returns whose lists leave a row open; nil where that row isn't known.
  func owner(of cells: [Cell]) -> Owner? {
    var rows: Set<PossibleRow> = []
    var owner: [Cell] = []
    for use in uses {
      let key = (keyFields[use] ?? []).map { field in
        relations.cell(path[...], field, of: dataset.name) { name in places[name].map { cells[$0] } ?? .unknown }
      }
      if key.contains(where: \.isOpen) { return nil }
      owner = key
      for row in relations.possibleRows(use.list, key: key) { rows.insert(PossibleRow(list: use.list, row: row)) }
    }
    return Owner(key: owner, rows: rows)
  }
}

/// The rows of one group that are open only because of rows that may be in lists.
struct SwayedGroup: Sendable {
  private var rows: [[Cell]: [SwayedRow]] = [:]
  private var possible: Set<Sway.PossibleRow> = []

  mutating func add(_ row: SwayedRow, owner: Sway.Owner) {
    rows[owner.key, default: []].append(row)
    possible.formUnion(owner.rows)
  }

  /// Takes in the rows of another part of the data.
  mutating func formUnion(_ other: SwayedGroup) {
    for (key, others) in other.rows { rows[key, default: []] += others }
    possible.formUnion(other.possible)
  }

  /// The rows by the key of their owner.
  var keys: [[SwayedRow]] { Array(rows.values) }

  /// How many keys can be swayed at most.
  var count: Int { possible.count }

  /// All rows as they are.
  var wideRows: [Contribution] { rows.values.flatMap { $0.map(\.wide) } }
}
