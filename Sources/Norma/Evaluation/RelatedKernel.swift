internal import CEL

/// A condition on the rows that refer to a row, `doses.exists(d, d.vaccine == "measles")` or the same with `all`, which asks
/// nothing of the row itself.
///
/// This is a semi-join: the condition is worked out for the columns of the referring rows, what came out is kept for each code
/// of the reference, and every row looks up its own. A batch costs the same however many rows refer to its own.
final class RelatedKernel: Sendable {
  /// The rows that refer.
  let list: Relationships.List
  /// The whole condition.
  let node: Expression
  /// The field of the row by which the others refer to it.
  let keyField: Int
  private let isExists: Bool
  /// The condition on a referring row, as one of its own dataset.
  private let body: Expression
  private let checked: CheckedExpression
  private let hangsOnPeriod: Bool
  private let findings = SharedState<[Question: Finding]>([:])

  /// Finds the kernel of a macro; nil where the condition asks more than the referring rows tell by themselves.
  init?(
    _ macro: Expression.Comprehension, _ node: Expression, in checked: CheckedExpression, of dataset: Dataset,
    _ relationships: Relationships
  ) {
    guard macro.kind == .exists || macro.kind == .all, macro.second == nil, macro.filter == nil,
      case .identifier(let name) = macro.range.kind, dataset.index(of: name) == nil,
      let list = relationships.lists(name, of: dataset.name).first,
      let reference = relationships.reference(list.field, of: list.dataset), reference.match.count == 1,
      let keyField = dataset.index(of: reference.match[0].theirs), dataset.fields[keyField].type == .text,
      let others = relationships.dataset(list.dataset),
      // A field of such a name would be taken for the constant, or the constant for the field.
      !(dataset.fields + others.fields).contains(where: { Constants.names.contains($0.name) }),
      let body = RelatedBody(variable: macro.variable, dataset: others, relationships: relationships).rewritten(
        macro.body)
    else { return nil }
    self.list = list
    self.node = node
    self.keyField = keyField
    self.body = body
    self.checked = checked
    isExists = macro.kind == .exists
    hangsOnPeriod = RelatedBody.hangsOnPeriod(body)
  }

  /// What a finding hangs on beside the rows.
  private struct Question: Hashable {
    let hidesPossibleRows: Bool
    let period: Period?
  }

  /// How many findings are kept at a time; each takes a byte for each code.
  private static let periodsKept = 64

  /// What the referring rows say, by the code of their reference.
  fileprivate struct Finding: Sendable {
    let dictionary: TextDictionary
    /// For each code whether a row decides the macro, and whether one may.
    var codes: [UInt8]
    /// What the rows say that may refer to any.
    var anyone: UInt8

    static let decided: UInt8 = 1
    static let open: UInt8 = 2
  }

  /// Returns the truth for each row, and the rows that are left to the interpreter; nil where it is left the whole batch.
  /// O(rows), and for the first batch O(referring rows × nodes).
  func truth(
    of batch: Batch, _ constants: Constants, _ expression: ColumnarExpression
  ) -> (truth: TruthColumn, others: Bitmap)? {
    // The other jobs are at work on batches of their own.
    guard let keys = batch.texts(ofField: keyField), let finding = finding(constants, expression, jobs: 1),
      keys.dictionary === finding.dictionary
    else { return nil }
    let present = keys.column.validity & keys.column.known
    let codes = keys.codes
    var decided = [UInt64](repeating: 0, count: (batch.count + 63) / 64)
    var open = decided
    for row in present.setBits {
      // A text that came into the dictionary later is the key of no referring row.
      let code = Int(codes[row])
      let found = (code < finding.codes.count ? finding.codes[code] : 0) | finding.anyone
      decided[row >> 6] |= UInt64(found & Finding.decided) << UInt64(row & 63)
      open[row >> 6] |= UInt64(found >> 1) << UInt64(row & 63)
    }
    let isDecided = Bitmap(words: decided, count: batch.count)
    let isKnown = isDecided | ~Bitmap(words: open, count: batch.count)
    var truth = TruthColumn(isDecided, known: isKnown)
    if !isExists { truth.invert() }
    return (truth, ~keys.column.known)
  }

  /// Works out beforehand what is the same in all periods.
  func prepare(_ constants: Constants, _ expression: ColumnarExpression, jobs: Int) {
    if !hangsOnPeriod { _ = finding(constants, expression, jobs: jobs) }
  }

  private func finding(_ constants: Constants, _ expression: ColumnarExpression, jobs: Int) -> Finding? {
    let relations = constants.relations
    guard let rows = relations.referring(list), let dictionary = rows.byKey.dictionary else { return nil }
    let question = Question(
      hidesPossibleRows: relations.hidesPossibleRows, period: hangsOnPeriod ? constants.period : nil)
    if let known = findings.read({ $0[question] }) { return known }
    return findings.change { findings in
      if let known = findings[question] { return known }
      let found = work(rows, dictionary, constants, expression, jobs)
      // What is said of many short periods is worked out again rather than kept.
      if findings.count == Self.periodsKept { findings = [:] }
      findings[question] = found
      return found
    }
  }

  private func work(
    _ rows: ReferenceIndex, _ dictionary: TextDictionary, _ constants: Constants, _ expression: ColumnarExpression,
    _ jobs: Int
  ) -> Finding {
    let table = rows.byKey.table
    let field = rows.byKey.fields[0]
    let condition = expression.condition(body, checked, of: table.dataset)
    let hides = constants.relations.hidesPossibleRows
    var findings = JobValues(
      Finding(dictionary: dictionary, codes: [UInt8](repeating: 0, count: dictionary.count), anyone: 0), jobs: jobs)
    findings.perform(jobs: table.batches.count > 1 ? jobs : 1, over: table.allBatches) { finding, batch, _ in
      let truth = condition(batch, constants)
      // What does not decide the macro says nothing: rows for which the body of `exists` is false, or that of `all` true.
      let decides = isExists ? truth.isTrue : truth.isFalse
      var mayDecide = ~(isExists ? truth.isFalse : truth.isTrue)
      mayDecide.subtract(decides)
      finding.add(decides, mayDecide, of: batch, field, hidesPossibleRows: hides)
    }
    findings.reduce { $0.formUnion($1) }
    return findings.values[0]
  }
}

extension RelatedKernel.Finding {
  /// Takes in the rows of a batch that decide the macro, and those that may.
  fileprivate mutating func add(
    _ decides: Bitmap, _ mayDecide: Bitmap, of batch: Batch, _ field: Int, hidesPossibleRows: Bool
  ) {
    guard let texts = batch.texts(ofField: field) else {
      preconditionFailure("rows that refer by a text have none")
    }
    let (keys, column) = (texts.codes, texts.column)
    let isReferring = column.validity & column.known
    var certain = isReferring
    if let certainty = batch.certainty { certain.formIntersection(certainty) }
    for row in (decides & certain).setBits { codes[Int(keys[row])] |= Self.decided }
    for row in (mayDecide & certain).setBits { codes[Int(keys[row])] |= Self.open }
    if hidesPossibleRows { return }
    let either = decides | mayDecide
    if batch.certainty != nil {
      for row in (either & isReferring & ~certain).setBits { codes[Int(keys[row])] |= Self.open }
    }
    if !(either & ~column.known).isEmpty { anyone |= Self.open }
  }

  fileprivate mutating func formUnion(_ other: Self) {
    for code in codes.indices { codes[code] |= other.codes[code] }
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
