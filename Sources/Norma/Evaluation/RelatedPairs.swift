internal import CEL

/// A condition on a referring row that also reads the row referred to, `doses.exists(d, d.given >= born)`.
///
/// Each row is put beside every row that refers to it, and the condition runs over these pairs as over the rows of one dataset.
final class RelatedPairs: Sendable {
  private let body: Expression
  private let checked: CheckedExpression
  /// What a pair is: the fields that are read of the row, and behind them those of the referring row, under other names.
  private let dataset: Dataset
  private let ownFields: [Int]
  private let otherFields: [Int]
  private let prepared = SharedState<Prepared?>(nil)

  /// What is the same for all batches.
  private struct Prepared: Sendable {
    let condition: @Sendable (Batch, Constants) -> TruthColumn
    let rows: RowsByNumber
    /// The fields that are read of all referring rows.
    let columns: [Column]
    /// The referring rows that are certainly there; nil where all are.
    let certainty: Bitmap?
    /// The rows that may refer to any: the first of those that say the same, since no more is asked of them than what they say.
    let open: [Int32]
  }

  /// How many pairs are put together at a time.
  private static let most = 1 << 15

  /// Finds the pairs that a body asks for; nil where it reads more than the two rows and constants.
  init?(
    _ body: Expression, of variable: String, in checked: CheckedExpression, _ own: Dataset, _ other: Dataset
  ) {
    var reading = PairReading(variable: variable, own: own, other: other)
    guard let body = reading.rewritten(body) else { return nil }
    self.body = body
    self.checked = checked
    ownFields = reading.ownFields.sorted()
    otherFields = reading.otherFields.sorted()
    dataset = Dataset(
      name: "\(own.name), \(other.name)",
      fields: ownFields.map { own.fields[$0] }
        + otherFields.map { field in
          let field = other.fields[field]
          return Field(name: PairReading.name(field.name, of: variable), type: field.type, isRequired: field.isRequired)
        })
  }

  /// Passes the truths of the pairs of a batch's rows: for each pair the row, what the condition says of it, and whether the
  /// other row certainly refers to this one. `keys` and `numbers` say to which key rows refer. O(pairs × nodes).
  func forEach(
    of batch: Batch, _ keys: Column, _ numbers: [UInt32], _ index: ReferenceIndex, _ constants: Constants,
    _ expression: ColumnarExpression, _ body: (_ row: Int, _ truth: Truth, _ isCertain: Bool) -> Void
  ) {
    let prepared = prepared(index, expression)
    let hides = constants.relations.hidesPossibleRows
    var pairs = Pairs()
    for row in (keys.validity & keys.known).setBits {
      for other in prepared.rows[numbers[row]] {
        let isCertain = prepared.certainty?[Int(other)] ?? true
        if isCertain || !hides { pairs.append(row, Int(other), isCertain) }
      }
      if !hides { for other in prepared.open { pairs.append(row, Int(other), false) } }
      if pairs.count >= Self.most {
        pass(pairs, of: batch, prepared, constants, body)
        pairs = Pairs()
      }
    }
    pass(pairs, of: batch, prepared, constants, body)
  }

  /// Rows beside those that refer to them, or may.
  private struct Pairs {
    var own: [Int] = []
    var other: [Int] = []
    var isCertain: [Bool] = []

    var count: Int { own.count }

    mutating func append(_ row: Int, _ referring: Int, _ certain: Bool) {
      own.append(row)
      other.append(referring)
      isCertain.append(certain)
    }
  }

  private func pass(
    _ pairs: Pairs, of batch: Batch, _ prepared: Prepared, _ constants: Constants,
    _ body: (_ row: Int, _ truth: Truth, _ isCertain: Bool) -> Void
  ) {
    if pairs.count == 0 { return }
    let columns =
      ownFields.map { batch.column(ofField: $0).rows(pairs.own) } + prepared.columns.map { $0.rows(pairs.other) }
    let rows = Batch(
      file: 0, firstRow: 0, rowNumbers: Array(0..<Int32(pairs.count)), columns: columns,
      positions: dataset.fields.indices.map { $0 }, headings: dataset.fields.map(\.name))
    let truth = prepared.condition(rows, constants)
    for pair in 0..<pairs.count { body(pairs.own[pair], truth.truth(pair), pairs.isCertain[pair]) }
  }

  private func prepared(_ index: ReferenceIndex, _ expression: ColumnarExpression) -> Prepared {
    if let known = prepared.read({ $0 }) { return known }
    return prepared.change { prepared in
      if let known = prepared { return known }
      let table = index.byKey.table
      let batches = table.allBatches
      let columns = otherFields.map { field in
        Column(joining: batches.map { $0.column(ofField: field) }, type: table.dataset.fields[field].type)
      }
      var said: Set<[Cell]> = []
      let made = Prepared(
        condition: expression.condition(body, checked, of: dataset), rows: index.byKey.rowsByNumber, columns: columns,
        certainty: batches.contains { $0.certainty != nil }
          ? Bitmap(batches.flatMap { batch in (0..<batch.count).map { batch.isCertain($0) } }) : nil,
        open: index.open.map(\.row).filter { row in said.insert(columns.map { $0[Int(row)] }).inserted })
      prepared = made
      return made
    }
  }
}

/// The body of a macro over referring rows, as a condition on pairs.
private struct PairReading {
  let variable: String
  let own: Dataset
  let other: Dataset
  private(set) var ownFields: Set<Int> = []
  private(set) var otherFields: Set<Int> = []

  init(variable: String, own: Dataset, other: Dataset) {
    self.variable = variable
    self.own = own
    self.other = other
  }

  /// The name of a field of the referring row, which no field of the row can have.
  static func name(_ field: String, of variable: String) -> String { "\(variable).\(field)" }

  /// Returns the body with both rows' fields under names of their own; nil where something else than these and constants is
  /// read.
  mutating func rewritten(_ node: Expression) -> Expression? {
    switch node.kind {
    case .literal: return node
    case .identifier(let name):
      if name == variable { return nil }
      if let field = own.index(of: name) {
        ownFields.insert(field)
        return node
      }
      return Constants.names.contains(name) ? node : nil
    case .select(let operand, let name):
      if operand.kind == .identifier(variable) {
        guard let field = other.index(of: name) else { return nil }
        otherFields.insert(field)
        return node.replacing(.identifier(Self.name(name, of: variable)))
      }
      return rewritten(operand).map { node.replacing(.select($0, field: name)) }
    case .call(let function, let target, let arguments):
      var parts: [Expression] = []
      for argument in arguments {
        guard let part = rewritten(argument) else { return nil }
        parts.append(part)
      }
      guard let target else { return node.replacing(.call(function, target: nil, arguments: parts)) }
      return rewritten(target).map { node.replacing(.call(function, target: $0, arguments: parts)) }
    case .list(let entries, let optionals):
      var parts: [Expression] = []
      for entry in entries {
        guard let part = rewritten(entry) else { return nil }
        parts.append(part)
      }
      return node.replacing(.list(parts, optionals: optionals))
    default: return nil
    }
  }
}
