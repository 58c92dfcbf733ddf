/// The rows of a dataset that owe, one subject per key.
struct Roster: Sendable {
  /// The subjects in the order of the first row of each.
  let subjects: [RosterSubject]
  private let dataset: Dataset
  private let among: RowExpression?
  private let active: Dataset.Activity?
  private let owesPartialPeriods: Bool
  private let context: EvaluationContext

  /// A subject with all that its rows say.
  struct RosterSubject: Sendable {
    /// The value of the key; unknown where the row doesn't tell.
    let key: Cell
    /// Which of the subjects without a known key it is, from 1.
    let occurrence: Int
    /// The fields of the dataset, in its order; unknown where the rows of one key differ.
    let cells: [Cell]
  }

  /// Collects the subjects of a table. Rows of one key are one subject: what they disagree on isn't known. O(rows).
  init(table: Table, key: String, owed: Owed, among: PlanExpression?, context: EvaluationContext) {
    dataset = table.dataset
    guard let keyField = dataset.index(of: key) else {
      preconditionFailure("the roster \(dataset.name) has no field \(key)")
    }
    var keys: [Cell] = []
    var cells: [[Cell]] = []
    var places: [Cell: Int] = [:]
    table.forEachRow { row in
      let found = row[keyField]
      let key = found == .null ? .unknown : found
      if key != .unknown, let place = places[key] {
        for field in row.indices where cells[place][field] != row[field] { cells[place][field] = .unknown }
        return
      }
      if key != .unknown { places[key] = keys.count }
      keys.append(key)
      cells.append(row)
    }
    var unknowns = 0
    subjects = keys.indices.map { place in
      if keys[place] == .unknown { unknowns += 1 }
      return RosterSubject(
        key: keys[place], occurrence: keys[place] == .unknown ? unknowns : 1, cells: cells[place])
    }
    self.among = among.map { RowExpression($0, dataset: table.dataset, functions: context.functions) }
    if case .roster(_, _, _, let active) = owed.subjects { self.active = active } else { active = nil }
    owesPartialPeriods = owed.owesPartialPeriods
    self.context = context
  }

  /// Whether a subject owes a period.
  func owes(_ subject: RosterSubject, _ period: Period) -> Truth {
    let isActive = isActive(subject, period)
    if isActive == .no { return .no }
    guard let among else { return isActive }
    let constants = context.constants(in: period)
    switch (isActive, among.truth(subject.cells, constants)) {
    case (_, .no): return .no
    case (.yes, .yes): return .yes
    default: return .unknown
    }
  }

  /// Whether a subject was active through the whole of a period, or through a part of it where that is enough. `once` is
  /// owed by those active on its last day.
  private func isActive(_ subject: RosterSubject, _ period: Period) -> Truth {
    guard let active else { return .yes }
    let partial = owesPartialPeriods
    let first = period.unit == .once ? period.last : period.first
    let began = compare(active.from, subject) { $0 <= (partial ? period.last : first) }
    let goesOn = compare(active.until, subject) { $0 >= (partial ? first : period.last) }
    if began == .no || goesOn == .no { return .no }
    return began == .yes && goesOn == .yes ? .yes : .unknown
  }

  private func compare(_ field: String?, _ subject: RosterSubject, _ holds: (CivilDate) -> Bool) -> Truth {
    guard let field, let index = dataset.index(of: field) else { return .yes }
    switch subject.cells[index] {
    case .null: return .yes
    case .date(let date): return holds(date) ? .yes : .no
    case .timestamp(let microseconds): return holds(context.day(ofMicroseconds: microseconds)) ? .yes : .no
    case .unknown: return .unknown
    default: preconditionFailure("activity is told by a field that is no date")
    }
  }
}

/// A dataset that is kept in memory: a roster, or the rows of the row-by-row engine.
struct Table: Sendable {
  /// The dataset.
  let dataset: Dataset
  /// The batches, in the order of reading.
  private(set) var batches: [Batch] = []

  init(dataset: Dataset) {
    self.dataset = dataset
  }

  mutating func append(_ batch: Batch) {
    batches.append(batch)
  }

  /// Passes every row as the cells of all fields; a field that was not asked for when reading is unknown.
  func forEachRow(_ body: ([Cell]) -> Void) {
    for batch in batches {
      for row in 0..<batch.count { body(batch.cells(ofRow: row, dataset)) }
    }
  }
}

extension Batch {
  /// Returns the cells of a row in the order of the dataset's fields; those that were not asked for are unknown.
  func cells(ofRow row: Int, _ dataset: Dataset) -> [Cell] {
    dataset.fields.indices.map { field in positions[field].map { columns[$0][row] } ?? .unknown }
  }
}
