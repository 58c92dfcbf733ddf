/// The rows of a dataset that owe, one subject per key.
struct Roster: Sendable {
  /// The subjects in the order of the first row of each.
  let subjects: [RosterSubject]
  let dataset: Dataset
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
    /// Whether a row of it is certainly there.
    let isCertain: Bool
    /// Its rows, by their places in the dataset.
    let rows: [Int32]
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
    var certain: [Bool] = []
    var rows: [[Int32]] = []
    var ordinal: Int32 = -1
    table.forEachRow { row, isCertain in
      ordinal += 1
      let found = row[keyField]
      let key = found == .null ? .unknown : found
      if key != .unknown, let place = places[key] {
        for field in row.indices where cells[place][field] != row[field] { cells[place][field] = .unknown }
        if isCertain { certain[place] = true }
        rows[place].append(ordinal)
        return
      }
      if key != .unknown { places[key] = keys.count }
      keys.append(key)
      cells.append(row)
      certain.append(isCertain)
      rows.append([ordinal])
    }
    var unknowns = 0
    subjects = keys.indices.map { place in
      if keys[place] == .unknown { unknowns += 1 }
      return RosterSubject(
        key: keys[place], occurrence: keys[place] == .unknown ? unknowns : 1, cells: cells[place],
        isCertain: certain[place], rows: rows[place])
    }
    self.among = among.map { RowExpression($0, dataset: table.dataset, functions: context.functions) }
    if case .roster(_, _, _, let active) = owed.subjects { self.active = active } else { active = nil }
    owesPartialPeriods = owed.owesPartialPeriods
    self.context = context
  }

  /// Whether a subject owes a period.
  func owes(_ subject: RosterSubject, _ period: Period) -> Truth {
    var isActive = isActive(subject, period)
    if isActive == .no { return .no }
    if !subject.isCertain { isActive = .unknown }
    guard let among else { return isActive }
    let constants = context.constants(in: period)
    switch (isActive, among.truth(subject.cells, constants)) {
    case (_, .no): return .no
    case (.yes, .yes): return .yes
    default: return .unknown
    }
  }

  /// The fields that leave open whether a subject owes a period.
  func openFields(of subject: RosterSubject, _ period: Period) -> Set<String> {
    var names = Set(dataset.key)
    if let active { names.formUnion([active.from, active.until].compactMap { $0 }) }
    if let among { names.formUnion(among.openFields(subject.cells, context.constants(in: period))) }
    return names
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
