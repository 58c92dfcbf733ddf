/// How rules are evaluated.
public enum Engine: String, Hashable, Sendable, CaseIterable {
  /// Batch by batch, whole columns at a time: the default.
  case columnar
  /// Row by row, by the reference interpreter and the definitions as they stand: slow, obvious, and the measure of the
  /// other.
  case rowByRow = "row-by-row"
}

/// Evaluates one rule while the batches of its dataset go by.
enum RuleEvaluator {
  case columnarRows(ColumnarRowEvaluator)
  case columnarShares(ColumnarGroupEvaluator<ShareCounts>)
  case columnarCounts(ColumnarGroupEvaluator<CountBounds>)
  case columnarDays(ColumnarGroupEvaluator<EarliestDay>)
  case interpreted(RuleInterpreter)

  init(_ plan: RulePlan, roster: Roster?, engine: Engine, context: EvaluationContext) {
    switch (engine, plan.obligations) {
    case (.rowByRow, _):
      self = .interpreted(RuleInterpreter(plan, roster: roster, context: context))
    case (.columnar, .judgeRows(let rows, let requirements)):
      self = .columnarRows(ColumnarRowEvaluator(rows, requirements: requirements, context: context))
    case (.columnar, .judgeGroups(let group, let owed, _)):
      let parts = GroupParts(group)
      switch group {
      case .group(_, _, _, .share):
        self = .columnarShares(.init(plan, group: parts, owed: owed, roster: roster, context: context))
      case .group(_, _, _, .count):
        self = .columnarCounts(.init(plan, group: parts, owed: owed, roster: roster, context: context))
      case .group(_, _, _, .earliest):
        self = .columnarDays(.init(plan, group: parts, owed: owed, roster: roster, context: context))
      }
    }
  }

  mutating func consume(_ batch: Batch) {
    // Each case is taken out and put back, so that its arrays stay uniquely held while they grow.
    switch self {
    case .columnarRows(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .columnarRows(evaluator)
    case .columnarShares(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .columnarShares(evaluator)
    case .columnarCounts(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .columnarCounts(evaluator)
    case .columnarDays(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .columnarDays(evaluator)
    case .interpreted(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .interpreted(evaluator)
    case .idle: preconditionFailure("an evaluator was used while it was taken out")
    }
  }

  consuming func finish() -> RuleResult {
    switch consume self {
    case .columnarRows(let evaluator): evaluator.finish()
    case .columnarShares(let evaluator): evaluator.finish()
    case .columnarCounts(let evaluator): evaluator.finish()
    case .columnarDays(let evaluator): evaluator.finish()
    case .interpreted(let evaluator): evaluator.finish()
    case .idle: preconditionFailure("an evaluator was used while it was taken out")
    }
  }

  /// Taken out for a change.
  case idle
}
