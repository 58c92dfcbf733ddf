/// The rows of one register that a match holds against another, as they come in.
struct MatchSide: Sendable {
  private let filter: RowFilter
  private let keyFields: [Int]
  private let compareFields: [Int]
  private let fields: [Field]
  private var parts: [Part] = []

  /// The rows of one batch.
  private struct Part: Sendable {
    let rows: [Int32]
    let isCertain: [Bool]
    let columns: [Column]
  }

  init(_ rows: RowPlan, key: [String], compare: [String], engine: Engine, context: EvaluationContext) {
    let dataset = context.dataset(rows.dataset)
    filter = RowFilter(rows, engine: engine, context: context)
    keyFields = key.compactMap { dataset.index(of: $0) }
    compareFields = compare.compactMap { dataset.index(of: $0) }
    fields = (keyFields + compareFields).map { dataset.fields[$0] }
  }

  /// Keeps the rows that may be compared; one with a null in its key has none. O(rows).
  mutating func consume(_ batch: Batch) {
    let truth = filter.truth(of: batch)
    var kept = truth.notFalse
    for field in keyFields { kept.formIntersection(batch.column(ofField: field).validity) }
    let rows = Array(kept.setBits)
    if rows.isEmpty { return }
    parts.append(
      Part(
        rows: rows.map { Int32(batch.firstRow + $0) }, isCertain: rows.map { truth.isTrue($0) },
        columns: (keyFields + compareFields).map { batch.column(ofField: $0).rows(rows) }))
  }

  /// Takes in the rows of another part of the register. O(batches).
  mutating func merge(_ other: MatchSide) {
    parts += other.parts
  }

  /// Returns all rows, in the order of reading. O(rows).
  consuming func finish() -> MatchRows {
    let parts = parts.sorted { $0.rows[0] < $1.rows[0] }
    let columns = fields.indices.map { place in
      Column(joining: parts.map { $0.columns[place] }, type: fields[place].type)
    }
    return MatchRows(
      fields: Array(fields.prefix(keyFields.count)), rows: parts.flatMap(\.rows), isCertain: parts.flatMap(\.isCertain),
      keys: Array(columns.prefix(keyFields.count)), values: Array(columns.dropFirst(keyFields.count)))
  }
}

/// All rows of one register that a match holds against another.
struct MatchRows: Sendable {
  /// The fields of the key.
  let fields: [Field]
  /// The places of the rows in their dataset.
  let rows: [Int32]
  /// Whether each row certainly is to be compared.
  let isCertain: [Bool]
  /// The parts of the keys.
  var keys: [Column]
  /// What is compared.
  var values: [Column]

  /// The parts of the key of a row.
  func key(_ row: Int) -> [Cell] { keys.map { $0[row].normalized } }

  /// The rows of which a part of the key isn't known.
  var openRows: [Int] {
    Array(keys.dropFirst().reduce(keys[0].openRows) { $0 | $1.openRows }.setBits)
  }

  /// Gives the texts of two sides' columns the codes of one dictionary.
  static func shareDictionaries(_ left: inout [Column], _ right: inout [Column]) {
    for place in left.indices {
      guard case .text = left[place].values, case .text = right[place].values else { continue }
      let both = Column(joining: [left[place], right[place]], type: .text)
      right[place] = both.rows(Array(left[place].count..<both.count))
      left[place] = both.rows(Array(0..<left[place].count))
    }
  }
}
