/// Checks the rows of one rule one by one, by the definitions as they stand: the oracle of the columnar evaluator.
struct RowInterpreter: RuleEvaluator {
  private let dataset: Dataset
  private let filter: InterpretedFilter
  private let requirements: [RowExpression]
  private let context: EvaluationContext
  private var result = RowResult()

  init(_ rows: RowPlan, requirements: [Requirement], context: EvaluationContext) {
    let dataset = context.dataset(rows.dataset)
    self.dataset = dataset
    self.context = context
    filter = InterpretedFilter(rows, context: context)
    self.requirements = requirements.map {
      RowExpression($0.condition, dataset: dataset, functions: context.functions)
    }
  }

  mutating func consume(_ batch: Batch, of name: String) {
    let constants = context.constants.reading(batch, of: dataset)
    let population = filter.truth(of: batch)
    var metRows: [RowResult.MetRow] = []
    var exceptions: [RowResult.Exception] = []
    for row in 0..<batch.count {
      if population.truth(row) == .no { continue }
      let cells = batch.cells(ofRow: row, dataset)
      let truths = requirements.map { $0.truth(cells, constants) }
      let ordinal = Int32(batch.firstRow + row)
      if truths.allSatisfy({ $0 == .yes }) {
        result.met += 1
        if context.keepsEveryObligation {
          metRows.append(.init(row: ordinal, isCertain: population.truth(row) == .yes))
        }
      } else {
        exceptions.append(.init(row: ordinal, isCertain: population.truth(row) == .yes, requirements: truths))
      }
    }
    result.metRows.append(metRows, of: batch)
    result.exceptions.append(exceptions, of: batch)
  }

  mutating func merge(_ other: any RuleEvaluator) {
    result.formUnion(Self.same(other).result)
  }

  consuming func finish() -> RuleResult { .rows(result) }
}
