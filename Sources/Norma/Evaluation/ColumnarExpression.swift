internal import CEL

/// A condition over whole batches.
struct ColumnarCondition {
  private let expression: ColumnarExpression

  init(_ expression: PlanExpression, dataset: Dataset, functions: FunctionLibrary) {
    self.expression = ColumnarExpression(expression, dataset: dataset, functions: functions)
  }

  /// Returns the truth for every row. O(rows × nodes).
  func truth(of batch: Batch, _ constants: Constants) -> TruthColumn {
    expression.truth(of: batch, constants)
  }
}

/// An expression over whole batches: kernels where there is one for a node, and the reference interpreter for the
/// sub-expressions where there is none.
struct ColumnarExpression {
  private let root: Expression
  private let checked: CheckedExpression
  private let dataset: Dataset
  private let functions: FunctionLibrary
  private let fields: [String: Int]
  private let fallback: RowExpression

  init(_ expression: PlanExpression, dataset: Dataset, functions: FunctionLibrary) {
    root = expression.checked.expression
    checked = expression.checked
    self.dataset = dataset
    self.functions = functions
    var fields: [String: Int] = [:]
    for (place, field) in dataset.fields.enumerated() { fields[field.name] = place }
    self.fields = fields
    fallback = RowExpression(expression, dataset: dataset, functions: functions)
  }

  func truth(of batch: Batch, _ constants: Constants) -> TruthColumn {
    truth(root, batch, constants)
  }

  /// Returns the value of every row; errors are unknown.
  func cells(of batch: Batch, _ constants: Constants) -> [Cell] {
    (0..<batch.count).map { fallback.value(batch.cells(ofRow: $0, dataset), constants).cell }
  }

  // MARK: Conditions

  private func truth(_ node: Expression, _ batch: Batch, _ constants: Constants) -> TruthColumn {
    switch node.kind {
    case .literal(.bool(let value)): return TruthColumn(repeating: value, count: batch.count)
    case .identifier(let name):
      guard let field = fields[name], case .booleans(let values) = batch.column(ofField: field).values else { break }
      let column = batch.column(ofField: field)
      return TruthColumn(values, known: column.known & column.validity)
    case .call("_&&_", _, let arguments), .call("_||_", _, let arguments):
      let isConjunction = if case .call("_&&_", _, _) = node.kind { true } else { false }
      var result = truth(arguments[0], batch, constants)
      for argument in arguments.dropFirst() {
        let other = truth(argument, batch, constants)
        if isConjunction { result.formConjunction(other) } else { result.formDisjunction(other) }
      }
      return result
    case .call("!_", _, let arguments):
      var result = truth(arguments[0], batch, constants)
      result.invert()
      return result
    case .call(let name, _, let arguments):
      if let comparison = Comparison(name), arguments.count == 2,
        let result = compare(comparison, arguments[0], arguments[1], batch, constants)
      {
        return result
      }
    default: break
    }
    return interpret(node, batch, constants)
  }

  /// Runs a node without a kernel by the interpreter, row by row, on the columns that it reads and no others.
  private func interpret(_ node: Expression, _ batch: Batch, _ constants: Constants) -> TruthColumn {
    let names = fieldNames(in: node).sorted()
    let columns = names.compactMap { fields[$0] }.map { batch.column(ofField: $0) }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
    let expression = RowExpression(node, fields: places, functions: functions)
    return TruthColumn(
      (0..<batch.count).map { row in expression.truth(columns.map { $0[row] }, constants) })
  }

  private func fieldNames(in node: Expression) -> Set<String> {
    if case .identifier(let name) = node.kind, fields[name] != nil { return [name] }
    return node.children.reduce(into: []) { $0.formUnion(fieldNames(in: $1)) }
  }

  // MARK: Comparisons

  private func compare(
    _ comparison: Comparison, _ left: Expression, _ right: Expression, _ batch: Batch, _ constants: Constants
  ) -> TruthColumn? {
    if let column = column(left, batch) {
      if right.kind == .literal(.null) { return column.comparedWithNull(comparison) }
      if let constant = constant(right, constants) { return column.compared(comparison, constant) }
      if let other = self.column(right, batch) { return column.compared(comparison, other) }
    } else if let column = column(right, batch) {
      if left.kind == .literal(.null) { return column.comparedWithNull(comparison) }
      if let constant = constant(left, constants) { return column.compared(comparison.mirrored, constant) }
    }
    return nil
  }

  private func column(_ node: Expression, _ batch: Batch) -> Column? {
    guard case .identifier(let name) = node.kind, let field = fields[name] else { return nil }
    return batch.column(ofField: field)
  }

  /// The value of an expression that reads no field; nil where it reads one, and where it has no plain value.
  private func constant(_ node: Expression, _ constants: Constants) -> Cell? {
    guard fieldNames(in: node).isEmpty else { return nil }
    let cell = RowExpression(node, fields: [:], functions: functions).value([], constants).cell
    return cell == .unknown || cell == .null ? nil : cell
  }
}
