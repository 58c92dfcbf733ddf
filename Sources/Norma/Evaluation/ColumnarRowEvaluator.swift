/// Checks the rows of one rule while batches go by: the default engine. Memory grows with the rows that fail, and with the
/// cells on which undetermined ones hang.
struct ColumnarRowEvaluator: RuleEvaluator {
  private let conditions: Conditions
  private let keepsMetRows: Bool
  private let listedRows: Int
  /// How many of the rows are kept that certainly fail, and of those of which that isn't known.
  private var kept = (failed: 0, open: 0)
  private var result = RowResult()

  /// What is asked of the rows, which is the same for all jobs.
  private final class Conditions: Sendable {
    let filter: ColumnarFilter
    let requirements: [ColumnarCondition]
    private let dataset: Dataset
    private let constants: Constants

    init(_ rows: RowPlan, _ requirements: [Requirement], _ context: EvaluationContext) {
      let dataset = context.dataset(rows.dataset)
      self.dataset = dataset
      filter = ColumnarFilter(rows, context: context)
      self.requirements = requirements.map { ColumnarCondition($0.condition, dataset: dataset, context: context) }
      constants = context.constants
    }

    /// Returns the truth of each requirement. O(rows × nodes).
    func truths(of batch: Batch) -> [TruthColumn] {
      requirements.map { $0.truth(of: batch, constants.reading(batch, of: dataset)) }
    }

    /// Whether columns tell which cells rows hang on; what hangs on other rows is looked up row by row.
    var areTraceable: Bool {
      filter.isTraceable && requirements.allSatisfy(\.isTraceable) && dataset.fields.count <= OpenRows.fieldLimit
    }

    /// Returns the fields on which some rows hang, given the truth of each requirement. O(rows × nodes).
    func open(_ rows: Bitmap, _ batch: Batch, _ truths: [TruthColumn]) -> OpenFields {
      let constants = constants.reading(batch, of: dataset)
      var open = OpenFields()
      filter.trace(rows, batch, &open)
      for (requirement, truth) in zip(requirements, truths) {
        requirement.trace(rows, of: truth, batch, constants, &open)
      }
      return open
    }
  }

  init(_ rows: RowPlan, requirements: [Requirement], context: EvaluationContext) {
    conditions = Conditions(rows, requirements, context)
    keepsMetRows = context.keepsEveryObligation
    listedRows = context.listedRows
    if conditions.areTraceable { result.openRows = OpenRows() }
  }

  mutating func consume(_ batch: Batch, of name: String) {
    let truths = conditions.truths(of: batch)
    if !conditions.filter.narrows(batch), !keepsMetRows, truths.allSatisfy(\.isTrue.isFull) {
      result.met += batch.count
      return
    }
    let all = TruthColumn(conjunctionOf: truths)
    let population = conditions.filter.truth(of: batch)
    let concerned = population.notFalse
    let met = concerned & all.isTrue
    result.met += met.populationCount
    if keepsMetRows {
      let rows = met.setBits.map {
        RowResult.MetRow(row: Int32(batch.firstRow + $0), isCertain: population.isTrue($0))
      }
      result.metRows.append(rows, of: batch)
    }
    var others = concerned
    others.subtract(all.isTrue)
    if others.isEmpty { return }
    // What certainly is demanded and certainly fails is broken; the rest hangs on cells.
    let failed = others & population.isTrue & all.isFalse
    others.subtract(failed)
    if result.openRows != nil, !others.isEmpty {
      result.openRows?.add(others, of: batch, conditions.open(others, batch, truths))
    }
    let listed = listed(failed, others)
    if listed.isEmpty { return }
    let exceptions = listed.setBits.map { row in
      RowResult.Exception(
        row: Int32(batch.firstRow + row), isCertain: population.isTrue(row), requirements: outcomes(truths, row))
    }
    result.exceptions.append(exceptions, of: batch)
  }

  /// Returns the rows that somebody will look at, of those that certainly fail and of those of which that isn't known, and counts
  /// the others. The batches of a job ascend: the first rows of all are among the first of each.
  private mutating func listed(_ failed: Bitmap, _ open: Bitmap) -> Bitmap {
    if listedRows == .max { return failed | open }
    var (failed, open) = (failed, open)
    result.unlisted.failed += Self.cut(&failed, to: listedRows, &kept.failed)
    // Where nothing tells on which cells they hang, each is looked at for that.
    if result.openRows != nil { result.unlisted.open += Self.cut(&open, to: listedRows, &kept.open) }
    return failed | open
  }

  /// Takes back the rows beyond the first `most`, of which `kept` were kept before, and returns how many these are.
  private static func cut(_ rows: inout Bitmap, to most: Int, _ kept: inout Int) -> Int {
    if rows.isEmpty { return 0 }
    let count = rows.populationCount
    let rest = min(count, most - kept)
    if rest < count { rows.keepFirst(rest) }
    kept += rest
    return count - rest
  }

  /// The truth of each requirement for a row; most rules have one, and need no new array for each row.
  private func outcomes(_ truths: [TruthColumn], _ row: Int) -> [Truth] {
    guard truths.count == 1 else { return truths.map { $0.truth(row) } }
    return truths[0].truth(row) == .no ? Self.failed : Self.unknown
  }

  private static let failed = [Truth.no]
  private static let unknown = [Truth.unknown]

  mutating func merge(_ other: any RuleEvaluator) {
    result.formUnion(Self.same(other).result)
  }

  consuming func finish() -> RuleResult { .rows(result) }
}

/// The rows of a plan that are there: the conditions of its filters, and the certainty of the rows themselves.
struct ColumnarFilter: Sendable {
  private let dataset: Dataset
  private let conditions: [ColumnarCondition]
  private let constants: Constants

  init(_ rows: RowPlan, context: EvaluationContext) {
    let dataset = context.dataset(rows.dataset)
    self.dataset = dataset
    conditions = rows.conditions.map { ColumnarCondition($0, dataset: dataset, context: context) }
    constants = context.constants
  }

  /// Whether columns tell which cells its conditions hang on.
  var isTraceable: Bool { conditions.allSatisfy(\.isTraceable) }

  /// Notes on which fields those of some rows hang for which it is unknown whether they are there.
  func trace(_ rows: Bitmap, _ batch: Batch, _ open: inout OpenFields) {
    let constants = constants.reading(batch, of: dataset)
    for condition in conditions { condition.trace(rows, of: nil, batch, constants, &open) }
  }

  /// Whether any row of a batch may not be there.
  func narrows(_ batch: Batch) -> Bool { !conditions.isEmpty || batch.certainty != nil }

  /// Returns for every row whether it is there. O(rows × nodes).
  func truth(of batch: Batch) -> TruthColumn {
    let constants = constants.reading(batch, of: dataset)
    var truth = TruthColumn(repeating: true, count: batch.count)
    for condition in conditions { truth.formConjunction(condition.truth(of: batch, constants)) }
    if let certainty = batch.certainty { truth.formConjunction(TruthColumn(certainty, known: certainty)) }
    return truth
  }
}

/// The same, row by row: how the reference interpreter sees which rows are there.
struct InterpretedFilter: Sendable {
  private let dataset: Dataset
  private let conditions: [RowExpression]
  private let constants: Constants

  init(_ rows: RowPlan, context: EvaluationContext) {
    let dataset = context.dataset(rows.dataset)
    self.dataset = dataset
    conditions = rows.conditions.map { RowExpression($0, dataset: dataset, functions: context.functions) }
    constants = context.constants
  }

  /// Returns for every row whether it is there.
  func truth(of batch: Batch) -> TruthColumn {
    let constants = constants.reading(batch, of: dataset)
    return TruthColumn(
      (0..<batch.count).map { row -> Truth in
        let cells = batch.cells(ofRow: row, dataset)
        let truths = conditions.map { $0.truth(cells, constants) }
        if truths.contains(.no) { return .no }
        return truths.contains(.unknown) || !batch.isCertain(row) ? .unknown : .yes
      })
  }
}

/// How the rows of a plan are filtered, by either engine.
enum RowFilter: Sendable {
  case columnar(ColumnarFilter)
  case interpreted(InterpretedFilter)

  init(_ rows: RowPlan, engine: Engine, context: EvaluationContext) {
    switch engine {
    case .columnar: self = .columnar(ColumnarFilter(rows, context: context))
    case .rowByRow: self = .interpreted(InterpretedFilter(rows, context: context))
    }
  }

  /// Returns for every row whether it is there.
  func truth(of batch: Batch) -> TruthColumn {
    switch self {
    case .columnar(let filter): filter.truth(of: batch)
    case .interpreted(let filter): filter.truth(of: batch)
    }
  }
}
