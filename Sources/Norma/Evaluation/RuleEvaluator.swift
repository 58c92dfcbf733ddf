/// How rules are evaluated.
public enum Engine: String, Hashable, Sendable, CaseIterable {
  /// Batch by batch, whole columns at a time: the default.
  case columnar
  /// Row by row, by the reference interpreter and the definitions as they stand: slow, obvious, and the measure of the
  /// other.
  case rowByRow = "row-by-row"
}

/// Evaluates one rule while the batches of its datasets go by.
enum RuleEvaluator: Sendable {
  case columnarRows(ColumnarRowEvaluator)
  case interpretedRows(RowInterpreter)
  case responses(ResponseEvaluator)
  case matches(MatchEvaluator)
  case group(GroupEvaluator, dataset: String)
  case pair(left: GroupEvaluator, right: GroupEvaluator, datasets: [String])
  /// Taken out for a change.
  case idle

  init(_ plan: RulePlan, roster: Roster?, engine: Engine, context: EvaluationContext) {
    func evaluator(_ group: GroupPlan, _ owed: Owed) -> GroupEvaluator {
      GroupEvaluator(plan, group: group, owed: owed, roster: roster, engine: engine, context: context)
    }
    switch plan.obligations {
    case .judgeRows(let rows, let requirements, _):
      self =
        engine == .columnar
        ? .columnarRows(ColumnarRowEvaluator(rows, requirements: requirements, context: context))
        : .interpretedRows(RowInterpreter(rows, requirements: requirements, context: context))
    case .judgeResponses(let rows, let response, _):
      self = .responses(ResponseEvaluator(rows, response: response, engine: engine, context: context))
    case .judgeGroups(let group, let owed, _): self = .group(evaluator(group, owed), dataset: group.rows.dataset)
    case .judgePairs(let left, let right, let owed, _):
      self = .pair(
        left: evaluator(left, owed), right: evaluator(right, owed), datasets: [left.rows.dataset, right.rows.dataset])
    case .judgeMatches(let match): self = .matches(MatchEvaluator(match, engine: engine, context: context))
    }
  }

  /// Takes in a batch of one of the rule's datasets.
  mutating func consume(_ batch: Batch, of dataset: String) {
    // Each case is taken out and put back, so that its arrays stay uniquely held while they grow.
    switch self {
    case .columnarRows(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .columnarRows(evaluator)
    case .interpretedRows(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .interpretedRows(evaluator)
    case .responses(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .responses(evaluator)
    case .matches(var evaluator):
      self = .idle
      evaluator.consume(batch, of: dataset)
      self = .matches(evaluator)
    case .group(var evaluator, let name):
      self = .idle
      evaluator.consume(batch)
      self = .group(evaluator, dataset: name)
    case .pair(var left, var right, let datasets):
      self = .idle
      if datasets[0] == dataset { left.consume(batch) }
      if datasets[1] == dataset { right.consume(batch) }
      self = .pair(left: left, right: right, datasets: datasets)
    case .idle: preconditionFailure("an evaluator was used while it was taken out")
    }
  }

  /// Takes in what another evaluator of the rule has found in other rows.
  mutating func merge(_ other: RuleEvaluator) {
    let mine = self
    self = .idle
    switch (mine, other) {
    case (.columnarRows(var evaluator), .columnarRows(let other)):
      evaluator.merge(other)
      self = .columnarRows(evaluator)
    case (.responses(var evaluator), .responses(let other)):
      evaluator.merge(other)
      self = .responses(evaluator)
    case (.matches(var evaluator), .matches(let other)):
      evaluator.merge(other)
      self = .matches(evaluator)
    case (.group(var evaluator, let name), .group(let other, _)):
      evaluator.merge(other)
      self = .group(evaluator, dataset: name)
    case (.pair(var left, var right, let datasets), .pair(let otherLeft, let otherRight, _)):
      left.merge(otherLeft)
      right.merge(otherRight)
      self = .pair(left: left, right: right, datasets: datasets)
    default: preconditionFailure("evaluators that are not of one rule, or not made to be merged")
    }
  }

  consuming func finish() -> RuleResult {
    switch consume self {
    case .columnarRows(let evaluator): return .rows(evaluator.finish())
    case .interpretedRows(let evaluator): return .rows(evaluator.finish())
    case .responses(let evaluator): return .responses(evaluator.finish())
    case .matches(let evaluator): return .matches(evaluator.finish())
    case .group(let evaluator, _): return .groups(evaluator.finish())
    case .pair(var left, var right, _):
      let (leftSubjects, rightSubjects) = (left.namedSubjects, right.namedSubjects)
      left.include(rightSubjects)
      right.include(leftSubjects)
      return .pairs(left.finish(), right.finish())
    case .idle: preconditionFailure("an evaluator was used while it was taken out")
    }
  }
}

/// Measures the groups of a rule, each measure with a state of its own type.
enum GroupEvaluator: Sendable {
  case shares(ColumnarGroupEvaluator<ShareState>)
  case counts(ColumnarGroupEvaluator<CountState>)
  case days(ColumnarGroupEvaluator<EarliestState>)
  case events(ColumnarGroupEvaluator<EventState>)
  case eventCounts(ColumnarGroupEvaluator<EventCountState>)
  case amounts(ColumnarGroupEvaluator<AmountState>)
  case balances(ColumnarGroupEvaluator<BalanceState>)
  case interpreted(GroupInterpreter)
  /// Taken out for a change.
  case idle

  init(
    _ plan: RulePlan, group: GroupPlan, owed: Owed, roster: Roster?, engine: Engine, context: EvaluationContext
  ) {
    if engine == .rowByRow {
      self = .interpreted(GroupInterpreter(plan, group: group, owed: owed, roster: roster, context: context))
      return
    }
    switch group.measure {
    case .share: self = .shares(.init(plan, group: group, owed: owed, roster: roster, context: context))
    case .count: self = .counts(.init(plan, group: group, owed: owed, roster: roster, context: context))
    case .earliest: self = .days(.init(plan, group: group, owed: owed, roster: roster, context: context))
    case .events(distinct: nil, day: nil, where: _):
      self = .eventCounts(.init(plan, group: group, owed: owed, roster: roster, context: context))
    case .events: self = .events(.init(plan, group: group, owed: owed, roster: roster, context: context))
    case .figure: self = .amounts(.init(plan, group: group, owed: owed, roster: roster, context: context))
    case .balance: self = .balances(.init(plan, group: group, owed: owed, roster: roster, context: context))
    }
  }

  mutating func consume(_ batch: Batch) {
    switch self {
    case .shares(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .shares(evaluator)
    case .counts(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .counts(evaluator)
    case .days(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .days(evaluator)
    case .events(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .events(evaluator)
    case .eventCounts(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .eventCounts(evaluator)
    case .amounts(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .amounts(evaluator)
    case .balances(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .balances(evaluator)
    case .interpreted(var evaluator):
      self = .idle
      evaluator.consume(batch)
      self = .interpreted(evaluator)
    case .idle: preconditionFailure("an evaluator was used while it was taken out")
    }
  }

  /// Takes in what another evaluator of the rule has found in other rows.
  mutating func merge(_ other: GroupEvaluator) {
    let mine = self
    self = .idle
    switch (mine, other) {
    case (.shares(var evaluator), .shares(let other)):
      evaluator.merge(other)
      self = .shares(evaluator)
    case (.counts(var evaluator), .counts(let other)):
      evaluator.merge(other)
      self = .counts(evaluator)
    case (.days(var evaluator), .days(let other)):
      evaluator.merge(other)
      self = .days(evaluator)
    case (.events(var evaluator), .events(let other)):
      evaluator.merge(other)
      self = .events(evaluator)
    case (.eventCounts(var evaluator), .eventCounts(let other)):
      evaluator.merge(other)
      self = .eventCounts(evaluator)
    case (.amounts(var evaluator), .amounts(let other)):
      evaluator.merge(other)
      self = .amounts(evaluator)
    case (.balances(var evaluator), .balances(let other)):
      evaluator.merge(other)
      self = .balances(evaluator)
    default: preconditionFailure("evaluators that are not of one rule, or not made to be merged")
    }
  }

  /// The subjects that rows have named so far.
  var namedSubjects: [GroupResult.Subject] {
    switch self {
    case .shares(let evaluator): evaluator.namedSubjects
    case .counts(let evaluator): evaluator.namedSubjects
    case .days(let evaluator): evaluator.namedSubjects
    case .events(let evaluator): evaluator.namedSubjects
    case .eventCounts(let evaluator): evaluator.namedSubjects
    case .amounts(let evaluator): evaluator.namedSubjects
    case .balances(let evaluator): evaluator.namedSubjects
    case .interpreted(let evaluator): evaluator.namedSubjects
    case .idle: preconditionFailure("an evaluator was used while it was taken out")
    }
  }

  /// Adds subjects that the other side of a comparison names.
  mutating func include(_ subjects: [GroupResult.Subject]) {
    switch self {
    case .amounts(var evaluator):
      self = .idle
      evaluator.include(subjects)
      self = .amounts(evaluator)
    case .interpreted(var evaluator):
      self = .idle
      evaluator.include(subjects)
      self = .interpreted(evaluator)
    default: preconditionFailure("only amounts are held against each other")
    }
  }

  consuming func finish() -> GroupResult {
    switch consume self {
    case .shares(let evaluator): evaluator.finish()
    case .counts(let evaluator): evaluator.finish()
    case .days(let evaluator): evaluator.finish()
    case .events(let evaluator): evaluator.finish()
    case .eventCounts(let evaluator): evaluator.finish()
    case .amounts(let evaluator): evaluator.finish()
    case .balances(let evaluator): evaluator.finish()
    case .interpreted(let evaluator): evaluator.finish()
    case .idle: preconditionFailure("an evaluator was used while it was taken out")
    }
  }
}
