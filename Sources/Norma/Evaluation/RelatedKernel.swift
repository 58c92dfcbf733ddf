internal import CEL

/// What is asked of the rows that refer to a row, `doses.exists(d, d.vaccine == "measles")`, the same with `all`, or
/// `doses.filter(d, d.vaccine == "measles").size()`.
///
/// Where it asks nothing of the row itself, this is a semi-join: the condition is worked out for the columns of the referring
/// rows, what came out is kept for each key that they refer to, and every row looks up its own. A batch costs the same however
/// many rows refer to its own. Else each row is put beside those that refer to it.
final class RelatedKernel: Sendable {
  /// The rows that refer.
  let list: Relationships.List
  /// The whole that is asked.
  let node: Expression
  /// The field of the row by which the others refer to it.
  let keyField: Int
  private let quantifier: Quantifier
  private let body: Body
  private let checked: CheckedExpression
  private let hangsOnPeriod: Bool
  private let findings = SharedState<[Question: Finding]>([:])

  /// What of the rows for which the condition holds is asked.
  private enum Quantifier {
    /// Whether there is one, or whether there are no others.
    case exists, all
    /// How many there are.
    case count
  }

  /// The condition on a referring row.
  private enum Body {
    /// One of its own dataset.
    case alone(Expression)
    /// One that reads the row too.
    case beside(RelatedPairs)
  }

  /// Finds the kernel of a macro; nil where the condition asks more than the row and the referring ones tell by themselves.
  convenience init?(
    _ macro: Expression.Comprehension, _ node: Expression, in checked: CheckedExpression, of dataset: Dataset,
    _ relationships: Relationships
  ) {
    guard macro.kind == .exists || macro.kind == .all, macro.second == nil, macro.filter == nil else { return nil }
    self.init(
      macro.kind == .exists ? .exists : .all, macro.range, (macro.body, macro.variable), node, in: checked, of: dataset,
      relationships)
  }

  /// Finds the kernel of the size of a list of referring rows, or of those of them for which a condition holds; nil for other
  /// nodes, and where the condition asks more than the referring rows tell by themselves.
  convenience init?(
    counting node: Expression, in checked: CheckedExpression, of dataset: Dataset, _ relationships: Relationships
  ) {
    guard case .call("size", let target, let arguments) = node.kind, let counted = target ?? arguments.first else {
      return nil
    }
    guard case .comprehension(let macro) = counted.kind else {
      let all = node.replacing(.literal(.bool(true)))
      self.init(.count, counted, (all, ""), node, in: checked, of: dataset, relationships)
      return
    }
    guard macro.kind == .filter, macro.second == nil, macro.filter == nil else { return nil }
    self.init(.count, macro.range, (macro.body, macro.variable), node, in: checked, of: dataset, relationships)
  }

  private init?(
    _ quantifier: Quantifier, _ range: Expression, _ condition: (body: Expression, variable: String),
    _ node: Expression, in checked: CheckedExpression, of dataset: Dataset, _ relationships: Relationships
  ) {
    guard case .identifier(let name) = range.kind, dataset.index(of: name) == nil,
      let list = relationships.lists(name, of: dataset.name).first,
      let reference = relationships.reference(list.field, of: list.dataset), reference.match.count == 1,
      let keyField = dataset.index(of: reference.match[0].theirs), dataset.fields[keyField].type != .partialDate,
      let others = relationships.dataset(list.dataset),
      // A field of such a name would be taken for the constant, or the constant for the field.
      !(dataset.fields + others.fields).contains(where: { Constants.names.contains($0.name) })
    else { return nil }
    let alone = RelatedBody(variable: condition.variable, dataset: others, relationships: relationships)
      .rewritten(condition.body)
    if let alone {
      body = .alone(alone)
    } else if let pairs = RelatedPairs(condition.body, of: condition.variable, in: checked, dataset, others) {
      body = .beside(pairs)
    } else {
      return nil
    }
    self.list = list
    self.node = node
    self.keyField = keyField
    self.checked = checked
    self.quantifier = quantifier
    hangsOnPeriod = RelatedBody.hangsOnPeriod(condition.body)
  }

  /// What a finding hangs on beside the rows.
  private struct Question: Hashable {
    let hidesPossibleRows: Bool
    let period: Period?
  }

  /// How many findings are kept at a time; each takes a byte for each key, and four more where rows are counted.
  private static let periodsKept = 64

  /// What the referring rows say, by the number of the key that they refer to.
  fileprivate struct Finding: Sendable {
    /// For each key whether a row decides the matter, and whether one may.
    var marks: [UInt8]
    /// For each key how many rows decide it; empty where that isn't asked.
    var counts: [UInt32]
    /// What the rows say that may refer to any.
    var anyone: UInt8 = 0

    static let decided: UInt8 = 1
    static let open: UInt8 = 2
  }

  /// Returns the truth for each row, and the rows that are left to the interpreter; nil where it is left the whole batch.
  /// O(rows), and for the first batch O(referring rows × nodes); O(referring rows × nodes) where the row is read too.
  func truth(
    of batch: Batch, _ constants: Constants, _ expression: ColumnarExpression
  ) -> (truth: TruthColumn, others: Bitmap)? {
    guard let answers = answers(for: batch, constants, expression) else { return nil }
    let isDecided = Bitmap(count: batch.count) { answers.marks[$0] & Finding.decided != 0 }
    let isKnown = Bitmap(count: batch.count) { answers.marks[$0] != Finding.open }
    var truth = TruthColumn(isDecided, known: isKnown)
    if quantifier == .all { truth.invert() }
    return (truth, ~answers.keys.known)
  }

  /// Returns the number of rows for each row, not known where it is open, and the rows that are left to the interpreter; nil
  /// where it is left the whole batch. As expensive as the truth.
  func counts(
    of batch: Batch, _ constants: Constants, _ expression: ColumnarExpression
  ) -> (counts: Column, others: Bitmap)? {
    guard let answers = answers(for: batch, constants, expression) else { return nil }
    let column = Column(
      values: .integers(answers.counts.map { Int64($0) }), validity: Bitmap(repeating: true, count: batch.count),
      known: Bitmap(count: batch.count) { answers.marks[$0] & Finding.open == 0 })
    return (column, ~answers.keys.known)
  }

  /// What is known of the rows of a batch.
  private struct Answers {
    let keys: Column
    /// As in a finding, by row.
    var marks: [UInt8]
    var counts: [UInt32]
  }

  private func answers(
    for batch: Batch, _ constants: Constants, _ expression: ColumnarExpression
  ) -> Answers? {
    guard let index = constants.relations.referring(list) else { return nil }
    let keys = batch.column(ofField: keyField)
    let numbers = index.byKey.numbers(of: [keys])
    var answers = Answers(
      keys: keys, marks: Array(repeating: 0, count: batch.count),
      counts: Array(repeating: 0, count: quantifier == .count ? batch.count : 0))
    switch body {
    case .alone(let body):
      // The other jobs are at work on batches of their own.
      let finding = finding(body, index.byKey, constants, expression, jobs: 1)
      for row in (keys.validity & keys.known).setBits {
        answers.marks[row] = finding.marks(of: numbers[row])
        if quantifier == .count { answers.counts[row] = finding.count(of: numbers[row]) }
      }
    case .beside(let pairs):
      pairs.forEach(of: batch, keys, numbers, index, constants, expression) { row, truth, isCertain in
        // Rows for which the body is false decide nothing but `all`, of which those say nothing for which it is true.
        if truth == (quantifier == .all ? .yes : .no) { return }
        if truth == .unknown || !isCertain {
          answers.marks[row] |= Finding.open
        } else if quantifier == .count {
          answers.counts[row] += 1
        } else {
          answers.marks[row] |= Finding.decided
        }
      }
    }
    return answers
  }

  /// Works out beforehand what is the same in all periods.
  func prepare(_ constants: Constants, _ expression: ColumnarExpression, jobs: Int) {
    guard !hangsOnPeriod, case .alone(let body) = body, let rows = constants.relations.referring(list) else { return }
    _ = finding(body, rows.byKey, constants, expression, jobs: jobs)
  }

  private func finding(
    _ body: Expression, _ rows: RowsByKey, _ constants: Constants, _ expression: ColumnarExpression, jobs: Int
  ) -> Finding {
    let question = Question(
      hidesPossibleRows: constants.relations.hidesPossibleRows, period: hangsOnPeriod ? constants.period : nil)
    if let known = findings.read({ $0[question] }) { return known }
    return findings.change { findings in
      if let known = findings[question] { return known }
      let found = work(body, rows, constants, expression, jobs)
      // What is said of many short periods is worked out again rather than kept.
      if findings.count == Self.periodsKept { findings = [:] }
      findings[question] = found
      return found
    }
  }

  private func work(
    _ body: Expression, _ rows: RowsByKey, _ constants: Constants, _ expression: ColumnarExpression, _ jobs: Int
  ) -> Finding {
    let condition = expression.condition(body, checked, of: rows.table.dataset)
    let hides = constants.relations.hidesPossibleRows
    let marks = [UInt8](repeating: 0, count: rows.keyCount)
    let counts = quantifier == .count ? [UInt32](repeating: 0, count: marks.count) : []
    var findings = JobValues(Finding(marks: marks, counts: counts), jobs: jobs)
    findings.perform(jobs: rows.table.batches.count > 1 ? jobs : 1, over: rows.table.allBatches) { finding, batch, _ in
      let truth = condition(batch, constants)
      // Rows for which the body is false decide nothing but `all`, of which those say nothing for which it is true.
      let decides = quantifier == .all ? truth.isFalse : truth.isTrue
      var mayDecide = ~(quantifier == .all ? truth.isTrue : truth.isFalse)
      mayDecide.subtract(decides)
      let keys = batch.column(ofField: rows.fields[0])
      finding.add(
        decides, mayDecide, of: keys, rows.numbers(of: [keys]), certainty: batch.certainty, hidesPossibleRows: hides)
    }
    findings.reduce { $0.formUnion($1) }
    return findings.values[0]
  }
}

extension RelatedKernel.Finding {
  /// What is known of a key; a number that came later is that of a key to which no row refers.
  @inline(__always)
  fileprivate func marks(of number: UInt32) -> UInt8 {
    (Int(number) < marks.count ? marks[Int(number)] : 0) | anyone
  }

  /// How many rows decide the matter for a key.
  @inline(__always)
  fileprivate func count(of number: UInt32) -> UInt32 { Int(number) < counts.count ? counts[Int(number)] : 0 }

  /// Takes in the rows of a batch that decide the matter, and those that may.
  fileprivate mutating func add(
    _ decides: Bitmap, _ mayDecide: Bitmap, of keys: Column, _ numbers: [UInt32], certainty: Bitmap?,
    hidesPossibleRows: Bool
  ) {
    let isReferring = keys.validity & keys.known
    var certain = isReferring
    if let certainty { certain.formIntersection(certainty) }
    if counts.isEmpty {
      for row in (decides & certain).setBits { marks[Int(numbers[row])] |= Self.decided }
    } else {
      for row in (decides & certain).setBits { counts[Int(numbers[row])] += 1 }
    }
    for row in (mayDecide & certain).setBits { marks[Int(numbers[row])] |= Self.open }
    if hidesPossibleRows { return }
    let either = decides | mayDecide
    if certainty != nil {
      for row in (either & isReferring & ~certain).setBits { marks[Int(numbers[row])] |= Self.open }
    }
    if !(either & ~keys.known).isEmpty { anyone |= Self.open }
  }

  fileprivate mutating func formUnion(_ other: Self) {
    for number in marks.indices { marks[number] |= other.marks[number] }
    for number in counts.indices { counts[number] += other.counts[number] }
    anyone |= other.anyone
  }
}

/// The body of a macro over referring rows, as a condition of their own dataset.
private struct RelatedBody {
  let variable: String
  let dataset: Dataset
  let relationships: Relationships

  /// Returns the body with `d.field` as `field`; nil where something else than the row and constants is read.
  func rewritten(_ node: Expression) -> Expression? {
    switch node.kind {
    case .literal: return node
    case .identifier(let name): return Constants.names.contains(name) && name != variable ? node : nil
    case .select(let operand, let field):
      if operand.kind == .identifier(variable) { return isOwn(field) ? node.replacing(.identifier(field)) : nil }
      return rewritten(operand).map { node.replacing(.select($0, field: field)) }
    case .call(let function, let target, let arguments):
      let parts = arguments.compactMap { rewritten($0) }
      let receiver = target.flatMap { rewritten($0) }
      if parts.count < arguments.count || (target == nil) != (receiver == nil) { return nil }
      return node.replacing(.call(function, target: receiver, arguments: parts))
    case .list(let entries, let optionals):
      let parts = entries.compactMap { rewritten($0) }
      return parts.count == entries.count ? node.replacing(.list(parts, optionals: optionals)) : nil
    default: return nil
    }
  }

  /// Whether a name is a field of a referring row, or a step from it.
  private func isOwn(_ name: String) -> Bool {
    if let field = RowStep.field(name) { return relationships.reference(field, of: dataset.name) != nil }
    return dataset.index(of: name) != nil
  }

  /// Whether the period says something, or parameters do, which may have other values in other periods.
  static func hangsOnPeriod(_ node: Expression) -> Bool {
    if case .identifier(let name) = node.kind { return name == "period" || name == "param" }
    return node.children.contains(where: hangsOnPeriod)
  }
}
