/// Checks the rows of one rule while batches go by: the default engine. Memory grows with the rows that fail.
struct ColumnarRowEvaluator {
  private let filters: [ColumnarCondition]
  private let requirements: [ColumnarCondition]
  private let constants: Constants
  private let keepsMetRows: Bool
  private var result = RowResult()

  init(_ rows: RowPlan, requirements: [Requirement], context: EvaluationContext) {
    guard let dataset = context.datasets[rows.dataset] else {
      preconditionFailure("no dataset \(rows.dataset) among those that were checked")
    }
    filters = rows.conditions.map { ColumnarCondition($0, dataset: dataset, functions: context.functions) }
    self.requirements = requirements.map {
      ColumnarCondition($0.condition, dataset: dataset, functions: context.functions)
    }
    constants = context.constants
    keepsMetRows = context.keepsEveryObligation
  }

  mutating func consume(_ batch: Batch) {
    var population = TruthColumn(repeating: true, count: batch.count)
    for filter in filters { population.formConjunction(filter.truth(of: batch, constants)) }
    let truths = requirements.map { $0.truth(of: batch, constants) }
    var all = TruthColumn(repeating: true, count: batch.count)
    for truth in truths { all.formConjunction(truth) }
    let concerned = population.notFalse
    let met = concerned & all.isTrue
    result.met += met.populationCount
    if keepsMetRows { result.metRows += met.setBits.map { Int32(batch.firstRow + $0) } }
    var others = concerned
    others.subtract(all.isTrue)
    for row in others.setBits {
      result.exceptions.append(
        RowResult.Exception(
          row: Int32(batch.firstRow + row), isCertain: population.isTrue(row),
          requirements: truths.map { $0.truth(row) }))
    }
  }

  consuming func finish() -> RuleResult { .rows(result) }
}
