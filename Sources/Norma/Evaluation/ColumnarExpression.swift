internal import CEL

/// A condition over whole batches.
struct ColumnarCondition {
  private let expression: ColumnarExpression

  init(_ expression: PlanExpression, dataset: Dataset, context: EvaluationContext) {
    self.expression = ColumnarExpression(expression, dataset: dataset, context: context)
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
  private let relationships: Relationships

  init(_ expression: PlanExpression, dataset: Dataset, context: EvaluationContext) {
    root = expression.checked.expression
    checked = expression.checked
    self.dataset = dataset
    functions = context.functions
    relationships = context.relationships
    var fields: [String: Int] = [:]
    for (place, field) in dataset.fields.enumerated() { fields[field.name] = place }
    self.fields = fields
  }

  func truth(of batch: Batch, _ constants: Constants) -> TruthColumn {
    truth(root, batch, constants)
  }

  /// Returns the value of every row; errors are unknown.
  func cells(of batch: Batch, _ constants: Constants) -> [Cell] {
    if let column = column(root, batch) { return (0..<batch.count).map { column[$0] } }
    return interpret(root, batch, constants) { $0.cell }
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
    TruthColumn(
      interpret(node, batch, constants) { value -> Truth in
        if case .bool(let value) = value { value ? .yes : .no } else { .unknown }
      })
  }

  private func interpret<Result>(
    _ node: Expression, _ batch: Batch, _ constants: Constants, _ result: (Value) -> Result
  ) -> [Result] {
    let names = fieldNames(in: node).sorted()
    let columns = names.compactMap { fields[$0] }.map { batch.column(ofField: $0) }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
    let expression = RowExpression(node, dataset: dataset.name, fields: places, functions: functions)
    return (0..<batch.count).map { row in result(expression.value(columns.map { $0[row] }, constants)) }
  }

  /// The fields of the row that a node needs, those that lead to other rows included.
  private func fieldNames(in node: Expression) -> Set<String> {
    if case .identifier(let name) = node.kind {
      if fields[name] != nil { return [name] }
      if let field = RowStep.field(name) { return Set(relationships.holders(of: field, in: dataset.name)) }
      return Set(
        relationships.lists(name, of: dataset.name).flatMap { list in
          relationships.reference(list.field, of: list.dataset)?.match.map(\.theirs) ?? []
        })
    }
    return node.children.reduce(into: []) { $0.formUnion(fieldNames(in: $1)) }
  }

  /// Whether a node is the same for every row.
  private func isConstant(_ node: Expression) -> Bool {
    if case .identifier(let name) = node.kind {
      return fields[name] == nil && RowStep.field(name) == nil && relationships.lists(name, of: dataset.name).isEmpty
    }
    return node.children.allSatisfy { isConstant($0) }
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

  /// The value of an expression that is the same for every row; nil for every other, and where it has no plain value.
  private func constant(_ node: Expression, _ constants: Constants) -> Cell? {
    guard isConstant(node) else { return nil }
    let cell = RowExpression(node, dataset: dataset.name, fields: [:], functions: functions).value([], constants).cell
    return cell == .unknown || cell == .null ? nil : cell
  }
}
