/// How rules are evaluated.
public enum Engine: String, Hashable, Sendable, CaseIterable {
  /// Batch by batch, whole columns at a time: the default.
  case columnar
  /// Row by row, by the reference interpreter and the definitions as they stand: slow, obvious, and the measure of the
  /// other.
  case rowByRow = "row-by-row"
}

/// Evaluates one rule while the batches of its datasets go by.
protocol RuleEvaluator: Sendable {
  /// Takes in a batch of one of the rule's datasets.
  mutating func consume(_ batch: Batch, of dataset: String)

  /// Takes in what another evaluator of the rule, of the same type, has found in other rows.
  mutating func merge(_ other: any RuleEvaluator)

  /// Returns what was found out.
  consuming func finish() -> RuleResult
}

/// Measures the groups of a rule while batches go by.
protocol GroupEvaluator: Sendable {
  /// Takes in a batch.
  mutating func consume(_ batch: Batch)

  /// Takes in what another evaluator of the rule, of the same type, has measured in other rows.
  mutating func merge(_ other: any GroupEvaluator)

  /// The subjects that rows have named so far.
  var namedSubjects: [GroupResult.Subject] { get }

  /// Adds subjects that the other side of a comparison names.
  mutating func include(_ subjects: [GroupResult.Subject])

  /// Returns the figures of all groups.
  consuming func finish() -> GroupResult
}

extension RulePlan {
  /// Returns what evaluates the rule.
  func evaluator(_ roster: Roster?, _ engine: Engine, _ context: EvaluationContext) -> any RuleEvaluator {
    func evaluator(_ group: GroupPlan, _ owed: Owed) -> any GroupEvaluator {
      groupEvaluator(group, owed, roster, engine, context)
    }
    switch obligations {
    case .judgeRows(let rows, let requirements, _):
      return engine == .columnar
        ? ColumnarRowEvaluator(rows, requirements: requirements, context: context)
        : RowInterpreter(rows, requirements: requirements, context: context)
    case .judgeResponses(let rows, let response, _):
      return ResponseEvaluator(rows, response: response, engine: engine, context: context)
    case .judgeGroups(let group, let owed, _): return SingleGroupEvaluator(group: evaluator(group, owed))
    case .judgePairs(let left, let right, let owed, _):
      return PairEvaluator(
        left: evaluator(left, owed), right: evaluator(right, owed), leftDataset: left.rows.dataset,
        rightDataset: right.rows.dataset)
    case .judgeMatches(let match): return MatchEvaluator(match, engine: engine, context: context)
    }
  }

  /// Each measure has a state of its own type.
  private func groupEvaluator(
    _ group: GroupPlan, _ owed: Owed, _ roster: Roster?, _ engine: Engine, _ context: EvaluationContext
  ) -> any GroupEvaluator {
    if engine == .rowByRow {
      return GroupInterpreter(self, group: group, owed: owed, roster: roster, context: context)
    }
    func evaluator<State: MeasureState>(_ state: State.Type) -> any GroupEvaluator {
      ColumnarGroupEvaluator<State>(self, group: group, owed: owed, roster: roster, context: context)
    }
    return evaluator(group.measure.state)
  }
}

/// Evaluates a rule over one group per subject and period.
private struct SingleGroupEvaluator: RuleEvaluator {
  var group: any GroupEvaluator

  mutating func consume(_ batch: Batch, of dataset: String) {
    group.consume(batch)
  }

  mutating func merge(_ other: any RuleEvaluator) {
    group.merge(Self.same(other).group)
  }

  consuming func finish() -> RuleResult { .groups(group.finish()) }
}

/// Evaluates a rule that holds two groups against each other.
private struct PairEvaluator: RuleEvaluator {
  var left: any GroupEvaluator
  var right: any GroupEvaluator
  let leftDataset: String
  let rightDataset: String

  mutating func consume(_ batch: Batch, of dataset: String) {
    if leftDataset == dataset { left.consume(batch) }
    if rightDataset == dataset { right.consume(batch) }
  }

  mutating func merge(_ other: any RuleEvaluator) {
    let other = Self.same(other)
    left.merge(other.left)
    right.merge(other.right)
  }

  consuming func finish() -> RuleResult {
    var (left, right) = (left, right)
    let (leftSubjects, rightSubjects) = (left.namedSubjects, right.namedSubjects)
    left.include(rightSubjects)
    right.include(leftSubjects)
    return .pairs(left.finish(), right.finish())
  }
}

extension RuleEvaluator {
  /// The other evaluator as one of this type, which it must be.
  static func same(_ other: any RuleEvaluator) -> Self {
    guard let other = other as? Self else { preconditionFailure("evaluators of two rules were to be merged") }
    return other
  }
}

extension GroupEvaluator {
  /// The other evaluator as one of this type, which it must be.
  static func same(_ other: any GroupEvaluator) -> Self {
    guard let other = other as? Self else { preconditionFailure("evaluators of two rules were to be merged") }
    return other
  }
}
