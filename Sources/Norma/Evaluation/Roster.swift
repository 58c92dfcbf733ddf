/// The rows of a dataset that owe, one subject per key.
final class Roster: Sendable {
  /// The subjects in the order of the first row of each.
  let subjects: [RosterSubject]
  let dataset: Dataset
  /// The subjects by the codes of their keys; nil where keys are no texts.
  let subjectsByText: SubjectsByText?
  private let among: RowExpression?
  private let active: Dataset.Activity?
  private let owesPartialPeriods: Bool
  /// Whether every subject owes every period.
  let owesAlways: Bool
  private let context: EvaluationContext

  /// A subject with all that its rows say.
  struct RosterSubject: Sendable {
    /// The value of the key; unknown where the row doesn't tell.
    let key: Cell
    /// Which of the subjects without a known key it is, from 1.
    let occurrence: Int
    /// The fields of the dataset, in its order; unknown where the rows of one key differ.
    private(set) var cells: [Cell]
    /// Whether a row of it is certainly there.
    private(set) var isCertain: Bool
    /// Its rows, by their places in the dataset.
    private(set) var rows: [Int32]
    /// What the roster's condition is for it, where that is the same in all periods.
    fileprivate var among: Truth?
    /// The columns that no file with a row of it has, by the names of the variables that tell.
    fileprivate private(set) var missingColumns: Set<String>

    /// Takes in another row of the same key.
    fileprivate mutating func add(_ other: RosterSubject) {
      for field in cells.indices where cells[field] != other.cells[field] { cells[field] = .unknown }
      if other.isCertain { isCertain = true }
      rows += other.rows
      among = nil
      missingColumns.formIntersection(other.missingColumns)
    }
  }

  /// The subjects of keys: by code where they are texts, else by value.
  private struct KeyPlaces {
    private(set) var texts: SubjectsByText?
    private var values: [Cell: Int] = [:]

    init(_ dictionary: TextDictionary?) {
      texts = dictionary.map { SubjectsByText(dictionary: $0, subjects: Array(repeating: -1, count: $0.count)) }
    }

    /// Returns the place of a key; nil where it is new, and then its place is `new`.
    mutating func place(of column: Column, _ row: Int, otherwise new: Int) -> Int? {
      if texts != nil, case .text(let codes, _) = column.values {
        let code = Int(codes[row])
        if let place = texts?.subjects[code], place >= 0 { return Int(place) }
        texts?.subjects[code] = Int32(new)
        return nil
      }
      if let place = values[column[row]] { return place }
      values[column[row]] = new
      return nil
    }
  }

  /// The subjects of keys that are texts.
  struct SubjectsByText: Sendable {
    let dictionary: TextDictionary
    /// The subject of each code, or -1.
    fileprivate(set) var subjects: [Int32]
  }

  /// Collects the subjects of a table. Rows of one key are one subject: what they disagree on isn't known. O(rows).
  init(table: Table, key: String, owed: Owed, among: PlanExpression?, engine: Engine, context: EvaluationContext) {
    dataset = table.dataset
    guard let keyField = dataset.index(of: key) else {
      preconditionFailure("the roster \(dataset.name) has no field \(key)")
    }
    var subjects: [RosterSubject] = []
    subjects.reserveCapacity(table.count)
    var places = KeyPlaces(table.dictionary(ofField: keyField))
    var unknowns = 0
    let fixed = among.flatMap { context.dependsOnPeriod($0) ? nil : $0 }
    let condition =
      engine == .columnar ? fixed.map { ColumnarCondition($0, dataset: table.dataset, context: context) } : nil
    let common = context.constants
    for batch in table.batches {
      let column = batch.column(ofField: keyField)
      let constants = common.reading(batch, of: dataset)
      let truths = condition?.truth(of: batch, constants)
      for row in 0..<batch.count {
        let cells = batch.cells(ofRow: row, table.dataset)
        let isKnown = column.known[row] && column.validity[row] && cells[keyField] != .unknown
        if !isKnown { unknowns += 1 }
        let subject = RosterSubject(
          key: isKnown ? cells[keyField] : .unknown, occurrence: isKnown ? 1 : unknowns, cells: cells,
          isCertain: batch.isCertain(row), rows: [Int32(batch.firstRow + row)], among: truths?.truth(row),
          missingColumns: constants.missingColumns)
        if isKnown, let place = places.place(of: column, row, otherwise: subjects.count) {
          subjects[place].add(subject)
        } else {
          subjects.append(subject)
        }
      }
    }
    let interpreted = among.map { RowExpression($0, dataset: table.dataset, functions: context.functions) }
    if fixed != nil, let interpreted {
      for place in subjects.indices where subjects[place].among == nil {
        let constants = common.with(missingColumns: subjects[place].missingColumns)
        subjects[place].among = interpreted.truth(subjects[place].cells, constants)
      }
    }
    self.subjects = subjects
    subjectsByText = places.texts
    self.among = interpreted
    if case .roster(_, _, _, let found) = owed.subjects { active = found } else { active = nil }
    owesPartialPeriods = owed.owesPartialPeriods
    owesAlways = among == nil && active == nil
    self.context = context
  }

  /// Whether the subject at a place owes a period, whose constants are given.
  func owes(_ place: Int, _ period: Period, _ constants: Constants) -> Truth {
    let subject = subjects[place]
    var isActive = isActive(subject, period)
    if isActive == .no { return .no }
    if !subject.isCertain { isActive = .unknown }
    guard let among else { return isActive }
    let truth = subject.among ?? among.truth(subject.cells, constants.with(missingColumns: subject.missingColumns))
    switch (isActive, truth) {
    case (_, .no): return .no
    case (.yes, .yes): return .yes
    default: return .unknown
    }
  }

  /// The fields that leave open whether a subject owes a period.
  func openFields(of subject: RosterSubject, _ constants: Constants) -> Set<String> {
    var names = Set(dataset.key)
    if let active { names.formUnion([active.from, active.until].compactMap { $0 }) }
    if let among {
      names.formUnion(among.openFields(subject.cells, constants.with(missingColumns: subject.missingColumns)))
    }
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
