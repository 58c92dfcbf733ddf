internal import CEL

/// A condition over whole batches.
struct ColumnarCondition: Sendable {
  private let expression: ColumnarExpression
  private let kernel: Kernel
  /// Its node in the graph of conditions; nil where it isn't there.
  private let node: Int32?
  /// Whether all of it is worked out by columns of the row's own dataset, so that these tell which cells it hangs on.
  let isTraceable: Bool

  /// Prepares a condition. What it asks of rows that refer to a row is worked out here already, by as many threads as there
  /// may be. O(nodes), and O(referring rows × nodes) for each such question.
  init(_ plan: PlanExpression, dataset: Dataset, context: EvaluationContext) {
    let kernel = KernelCompiler(plan.checked, dataset: dataset, relationships: context.relationships)
      .condition(plan.checked.expression)
    expression = ColumnarExpression(condition: plan.checked, dataset, context)
    for related in kernel.related { related.prepare(context.constants, expression, jobs: context.jobs) }
    let isOwn = plan.relations == RelationReads()
    isTraceable =
      isOwn && kernel.interpreted.isEmpty && kernel.related.isEmpty && !plan.readsPartialDates(of: dataset)
    let isFixed = isOwn && !context.dependsOnPeriod(plan)
    let marked = isFixed ? context.conditions.marked(kernel, of: dataset, runBy: expression) : nil
    self.kernel = marked?.kernel ?? kernel
    node = marked?.node
  }

  /// Returns the truth for every row. O(rows × nodes).
  func truth(of batch: Batch, _ constants: @autoclosure () -> Constants) -> TruthColumn {
    if let node, let memo = batch.memo { return memo.truth(node, batch) }
    return expression.truth(kernel, batch, constants())
  }

  /// Notes on which fields those of some rows of a batch hang for which the condition is unknown; its truth may have been
  /// worked out already. O(rows × nodes).
  func trace(
    _ rows: Bitmap, of truth: TruthColumn?, _ batch: Batch, _ constants: Constants, _ open: inout OpenFields
  ) {
    guard let truth else { return expression.trace(kernel, rows, batch, constants, &open) }
    let unknown = truth.unknown(among: rows)
    if !unknown.isEmpty { expression.trace(kernel, unknown: unknown, batch, constants, &open) }
  }
}

extension PlanExpression {
  /// Whether it reads dates of which the day may be open: what is asked of two of them can hang on either, so that the cells are
  /// told row by row.
  fileprivate func readsPartialDates(of dataset: Dataset) -> Bool {
    // By their places: fields are of many parts, which threads would count together.
    dataset.fields.indices.contains {
      dataset.fields[$0].type == .partialDate && fields.contains(dataset.fields[$0].name)
    }
  }
}

/// An expression over whole batches: kernels where there is one for a node, and the reference interpreter for the
/// sub-expressions where there is none.
final class ColumnarExpression: Sendable {
  private let dataset: Dataset
  private let functions: FunctionLibrary
  private let calendar: WorkdayCalendar
  private let relationships: Relationships
  private let names: FieldNames
  private let root: Expression
  /// The kernel of the whole as a value; nil where there is none, or it is a condition.
  private let kernel: ValueKernel?
  /// Whether all of it as a value is worked out by columns of the row's own dataset, so that these tell which cells it hangs on.
  let isTraceable: Bool
  private let memo = DayMemo()

  /// Prepares an expression of which the values are wanted. O(nodes).
  convenience init(_ plan: PlanExpression, dataset: Dataset, context: EvaluationContext) {
    let compiler = KernelCompiler(plan.checked, dataset: dataset, relationships: context.relationships)
    let kernel = compiler.value(plan.checked.expression)
    self.init(
      plan.checked.expression, dataset, context.functions, context.calendar, context.relationships, kernel,
      isTraceable: plan.relations == RelationReads() && kernel?.interpreted.isEmpty ?? false
        && !plan.readsPartialDates(of: dataset))
  }

  /// Prepares what runs the kernel of a condition.
  fileprivate convenience init(condition: CheckedExpression, _ dataset: Dataset, _ context: EvaluationContext) {
    self.init(condition.expression, dataset, context.functions, context.calendar, context.relationships)
  }

  private init(
    _ root: Expression, _ dataset: Dataset, _ functions: FunctionLibrary, _ calendar: WorkdayCalendar,
    _ relationships: Relationships, _ kernel: ValueKernel? = nil, isTraceable: Bool = false
  ) {
    self.isTraceable = isTraceable
    self.root = root
    self.dataset = dataset
    self.functions = functions
    self.calendar = calendar
    self.relationships = relationships
    self.kernel = kernel
    names = FieldNames(dataset, relationships)
  }

  /// The places of the fields by name.
  private var fields: [String: Int] {
    Dictionary(dataset.fields.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
  }

  /// Returns what a condition on the rows of another dataset, a part of this expression, is for their batches.
  func condition(
    _ node: Expression, _ checked: CheckedExpression, of dataset: Dataset
  ) -> @Sendable (Batch, Constants) -> TruthColumn {
    let expression = ColumnarExpression(node, dataset, functions, calendar, relationships)
    let kernel = KernelCompiler(checked, dataset: dataset, relationships: relationships).condition(node)
    return { expression.truth(kernel, $0, $1.reading($0, of: dataset)) }
  }

  /// Notes on which fields those of some rows of a batch hang of which the value is unknown. O(rows × nodes).
  func trace(_ rows: Bitmap, _ batch: Batch, _ constants: Constants, _ open: inout OpenFields) {
    guard let kernel else { preconditionFailure("an expression that is run row by row was traced by columns") }
    trace(kernel, rows, batch, constants, &open)
  }

  /// Returns the value of every row; errors are unknown.
  func cells(of batch: Batch, _ constants: Constants) -> [Cell] {
    guard let kernel else { return interpret(root, batch, constants) { $0.cell } }
    switch values(kernel, batch, constants) {
    case .constant(let cell): return [Cell](repeating: cell, count: batch.count)
    case .column(let column): return (0..<batch.count).map { column[$0] }
    case .cells(let cells): return cells
    }
  }

  // MARK: Conditions

  /// Runs a kernel.
  func truth(_ kernel: Kernel, _ batch: Batch, _ constants: Constants) -> TruthColumn {
    switch kernel {
    case .shared(let node, let kernel):
      return batch.memo?.truth(node, batch) ?? truth(kernel, batch, constants)
    case .truth(let value): return TruthColumn(repeating: value, count: batch.count)
    case .field(let field):
      let column = batch.column(ofField: field)
      guard case .booleans(let values) = column.values else {
        preconditionFailure("the field \(dataset.fields[field].name) holds no truth values")
      }
      return TruthColumn(values, known: column.known & column.validity)
    case .all(let kernels):
      if kernels.isEmpty { return TruthColumn(repeating: true, count: batch.count) }
      return TruthColumn(conjunctionOf: kernels.map { truth($0, batch, constants) })
    case .any(let kernels):
      if kernels.isEmpty { return TruthColumn(repeating: false, count: batch.count) }
      return TruthColumn(disjunctionOf: kernels.map { truth($0, batch, constants) })
    case .not(let kernel):
      var result = truth(kernel, batch, constants)
      result.invert()
      return result
    case .compare(let comparison, let left, let right):
      return compare(comparison, values(left, batch, constants), values(right, batch, constants), batch.count)
    case .isNull(let value): return values(value, batch, constants).isNull(batch.count)
    case .ordered(let values): return ordered(values.map { self.values($0, batch, constants) }, batch.count)
    case .entries(let entries, let kernel):
      var result = truth(kernel, batch, constants)
      if let unknown = unknown(entries, batch, constants) { result.forget(unknown) }
      return result
    case .distinct(let value):
      if case .distinct(let node, let field) = value, case let column = batch.column(ofField: field),
        case .dates(let days) = column.values
      {
        let expression = expression(node, [dataset.fields[field].name: 0])
        return memo.truths(of: days, column, node, constants) { expression.truth([$0], constants) }
      }
      return TruthColumn((0..<batch.count).map(truths(values(value, batch, constants))))
    case .member(let value, let name):
      return contains(constants.relations.set(name), values(value, batch, constants), batch.count)
    case .related(let related):
      guard let (truth, others) = related.truth(of: batch, constants, self) else {
        return interpretedTruth(related.node, batch, constants)
      }
      return others.isEmpty ? truth : interpreted(related.node, others, in: truth, batch, constants)
    case .interpreted(let node): return interpretedTruth(node, batch, constants)
    }
  }

  private func interpretedTruth(_ node: Expression, _ batch: Batch, _ constants: Constants) -> TruthColumn {
    TruthColumn(interpret(node, batch, constants) { Truth($0) })
  }

  /// A truth with that of some rows worked out by the interpreter.
  private func interpreted(
    _ node: Expression, _ rows: Bitmap, in truth: TruthColumn, _ batch: Batch, _ constants: Constants
  ) -> TruthColumn {
    let expression = expression(node, fields)
    return TruthColumn(
      (0..<batch.count).map { row in
        rows[row] ? Truth(expression.value(batch.cells(ofRow: row, dataset), constants)) : truth.truth(row)
      })
  }

  /// Values with those of some rows worked out by the interpreter.
  private func interpreted(
    _ node: Expression, _ rows: Bitmap, in column: Column, _ batch: Batch, _ constants: Constants
  ) -> [Cell] {
    let expression = expression(node, fields)
    return (0..<batch.count).map { row in
      rows[row] ? expression.value(batch.cells(ofRow: row, dataset), constants).cell : column[row]
    }
  }

  private func truths(_ values: Values) -> (Int) -> Truth {
    { row in
      switch values[row] {
      case .boolean(true): .yes
      case .boolean(false): .no
      default: .unknown
      }
    }
  }

  private func contains(_ set: SetValue?, _ values: Values, _ count: Int) -> TruthColumn {
    guard let set else { return TruthColumn([Truth](repeating: .unknown, count: count)) }
    if case .column(let column) = values { return set.contains(column) }
    return TruthColumn((0..<count).map { set.truth(of: values[$0]) })
  }

  private func compare(_ comparison: Comparison, _ left: Values, _ right: Values, _ count: Int) -> TruthColumn {
    switch (left, right) {
    case (.column(let column), .constant(let cell)):
      if let result = column.compared(comparison, cell) { return result }
    case (.constant(let cell), .column(let column)):
      if let result = column.compared(comparison.mirrored, cell) { return result }
    case (.column(let column), .column(let other)):
      if let result = column.compared(comparison, other) { return result }
    default: break
    }
    return TruthColumn((0..<count).map { comparison.truth(left[$0], right[$0]) })
  }

  /// Whether the values that are not null never decrease; one that isn't known leaves it open.
  private func ordered(_ columns: [Values], _ count: Int) -> TruthColumn {
    if let result = OrderedDays.truth(of: columns, count) { return result }
    return TruthColumn(
      (0..<count).map { row -> Truth in
        var last: Cell?
        var isOrdered = true
        for column in columns {
          let cell = column[row]
          if cell.isOpen { return .unknown }
          if cell == .null { continue }
          if let last, Comparison.less.truth(cell, last) == .yes { isOrdered = false }
          last = cell
        }
        return isOrdered ? .yes : .no
      })
  }

  // MARK: Values

  /// The values of a batch, in the form in which they are at hand.
  enum Values {
    case constant(Cell)
    case column(Column)
    case cells([Cell])

    subscript(row: Int) -> Cell {
      switch self {
      case .constant(let cell): cell
      case .column(let column): column[row]
      case .cells(let cells): cells[row]
      }
    }

    /// Whether each row is null; one that isn't known leaves it open, and a date of which the day is open is none.
    func isNull(_ count: Int) -> TruthColumn {
      if case .column(let column) = self, let result = column.comparedWithNull(.equal) { return result }
      return TruthColumn(
        (0..<count).map { row -> Truth in
          switch self[row] {
          case .null: .yes
          case .unknown: .unknown
          default: .no
          }
        })
    }
  }

  func values(_ kernel: ValueKernel, _ batch: Batch, _ constants: Constants) -> Values {
    switch kernel {
    case .field(let field): return .column(batch.column(ofField: field))
    case .constant(let node): return .constant(expression(node, [:]).value([], constants).cell)
    case .count(let entries, let kernels):
      let truths = kernels.map { truth($0, batch, constants) }
      let unknown = unknown(entries, batch, constants)
      return .cells(
        (0..<batch.count).map { row in
          let known = truths.map { $0.truth(row) }
          if unknown?[row] ?? false || known.contains(.unknown) { return .unknown }
          return .integer(Int64(known.count { $0 == .yes }))
        })
    case .distinct(let node, let field): return .cells(distinct(node, field, batch, constants))
    case .referenced(let field): return .column(field.column(of: batch, constants.relations))
    case .related(let related):
      guard let (counts, others) = related.counts(of: batch, constants, self) else {
        return .cells(interpret(related.node, batch, constants, \.cell))
      }
      return others.isEmpty ? .column(counts) : .cells(interpreted(related.node, others, in: counts, batch, constants))
    case .pair(let function, let left, let right):
      let (mine, theirs) = (values(left, batch, constants), values(right, batch, constants))
      return .cells((0..<batch.count).map { function.value(mine[$0], theirs[$0], calendar) })
    }
  }

  /// The rows for which one of several values isn't known; nil where there are none.
  func unknown(_ kernels: [ValueKernel], _ batch: Batch, _ constants: Constants) -> Bitmap? {
    var unknown: Bitmap?
    for kernel in kernels {
      let found: Bitmap
      switch values(kernel, batch, constants) {
      case .constant(let cell): found = Bitmap(repeating: cell == .unknown, count: batch.count)
      case .column(let column):
        if column.unknownCount == 0 { continue }
        found = ~column.known
      case .cells(let cells): found = Bitmap(cells.map { $0 == .unknown })
      }
      unknown = unknown.map { $0 | found } ?? found
    }
    return unknown
  }

  /// Runs a node that hangs on one field, once for each distinct value of it.
  private func distinct(_ node: Expression, _ field: Int, _ batch: Batch, _ constants: Constants) -> [Cell] {
    let column = batch.column(ofField: field)
    let expression = expression(node, [dataset.fields[field].name: 0])
    if case .text(let codes, let dictionary) = column.values {
      var known: [UInt32: Cell] = [:]
      return (0..<column.count).map { row in
        guard column.known[row], column.validity[row] else { return expression.value([column[row]], constants).cell }
        if let cell = known[codes[row]] { return cell }
        let cell = expression.value([.text(dictionary[codes[row]])], constants).cell
        known[codes[row]] = cell
        return cell
      }
    }
    var known: [Cell: Cell] = [:]
    return (0..<column.count).map { row in
      let value = column[row]
      if let cell = known[value] { return cell }
      let cell = expression.value([value], constants).cell
      known[value] = cell
      return cell
    }
  }

  // MARK: The interpreter

  private func expression(_ node: Expression, _ places: [String: Int]) -> RowExpression {
    RowExpression(node, dataset: dataset.name, fields: places, functions: functions)
  }

  /// Runs a node by the interpreter, row by row, on the columns that it reads and no others.
  private func interpret<Result>(
    _ node: Expression, _ batch: Batch, _ constants: Constants, _ result: (Value) -> Result
  ) -> [Result] {
    let read = names.names(in: node).sorted()
    let columns = read.compactMap { dataset.index(of: $0) }.map { batch.column(ofField: $0) }
    let places = Dictionary(uniqueKeysWithValues: read.enumerated().map { ($0.element, $0.offset) })
    let expression = expression(node, places)
    // What reads nothing of the row is the same for all rows.
    if read.isEmpty { return [Result](repeating: result(expression.value([], constants)), count: batch.count) }
    return (0..<batch.count).map { row in result(expression.value(columns.map { $0[row] }, constants)) }
  }
}

extension Truth {
  /// The truth of a value; an error, an unknown and anything that is no boolean is unknown.
  fileprivate init(_ value: Value) {
    if case .bool(let value) = value { self = value ? .yes : .no } else { self = .unknown }
  }
}

extension PairFunction {
  /// The value of the function; unknown where either side is, or is null, or where there is none.
  func value(_ left: Cell, _ right: Cell, _ calendar: WorkdayCalendar) -> Cell {
    if case .date(let one) = left, case .date(let other) = right { return days(one, other, calendar) }
    if case .integer(let one) = left, case .integer(let other) = right {
      let (result, overflow) =
        switch self {
        case .add: one.addingReportingOverflow(other)
        case .subtract: one.subtractingReportingOverflow(other)
        case .multiply: one.multipliedReportingOverflow(by: other)
        default: (Int64(0), true)
        }
      return overflow ? .unknown : .integer(result)
    }
    guard let one = left.number, let other = right.number else { return .unknown }
    let result: Rational? =
      switch self {
      case .add: one.adding(other)
      case .subtract: one.subtracting(other)
      case .multiply: one.multiplied(by: other)
      default: nil
      }
    return result.map { .decimal($0) } ?? .unknown
  }

  private func days(_ left: CivilDate, _ right: CivilDate, _ calendar: WorkdayCalendar) -> Cell {
    switch self {
    case .subtract: .integer(Int64(CivilDate.daysBetween(right, left)))
    case .daysBetween: .integer(Int64(CivilDate.daysBetween(left, right)))
    case .monthsBetween: .integer(Int64(CivilDate.monthsBetween(left, right)))
    case .yearsBetween: .integer(Int64(CivilDate.yearsBetween(left, right)))
    case .workdaysBetween: .integer(Int64(calendar.workdaysBetween(left, right)))
    case .add, .multiply: .unknown
    }
  }
}

extension Comparison {
  /// Compares two single values. Null equals null alone, and is less or greater than nothing; of dates that are known to
  /// lie between two days, all of these days must agree.
  func truth(_ left: Cell, _ right: Cell) -> Truth {
    if left == .unknown || right == .unknown { return .unknown }
    if left == .null || right == .null {
      guard isEquality else { return .unknown }
      return (left == right) == (self == .equal) ? .yes : .no
    }
    if let one = left.days, let other = right.days { return truth(of: one, other) }
    if let one = left.number, let other = right.number { return holds(one, other) ? .yes : .no }
    if case .timestamp(let one) = left, case .timestamp(let other) = right { return holds(one, other) ? .yes : .no }
    if case .text(let one) = left, case .text(let other) = right, isEquality {
      return one.unicodeScalars.elementsEqual(other.unicodeScalars) == (self == .equal) ? .yes : .no
    }
    if case .boolean(let one) = left, case .boolean(let other) = right, isEquality {
      return (one == other) == (self == .equal) ? .yes : .no
    }
    return .unknown
  }

  private func truth(of left: ClosedRange<CivilDate>, _ right: ClosedRange<CivilDate>) -> Truth {
    func sure(_ yes: Bool, _ no: Bool) -> Truth { yes ? .yes : no ? .no : .unknown }
    let isOneDay = left.lowerBound == left.upperBound && right.lowerBound == right.upperBound
    switch self {
    case .less: return sure(left.upperBound < right.lowerBound, left.lowerBound >= right.upperBound)
    case .lessOrEqual: return sure(left.upperBound <= right.lowerBound, left.lowerBound > right.upperBound)
    case .greater: return sure(left.lowerBound > right.upperBound, left.upperBound <= right.lowerBound)
    case .greaterOrEqual: return sure(left.lowerBound >= right.upperBound, left.upperBound < right.lowerBound)
    case .equal: return sure(isOneDay && left == right, !left.overlaps(right))
    case .notEqual: return sure(!left.overlaps(right), isOneDay && left == right)
    }
  }
}

extension Cell {
  /// The days on which a date may lie; nil for what is no date.
  fileprivate var days: ClosedRange<CivilDate>? {
    switch self {
    case .date(let day): day...day
    case .interval(let first, let last): first...last
    default: nil
    }
  }
}
