/// What the obligations of a rule read, worked out once and shared by all copies of its plan.
final class PlanContents: Sendable {
  /// An expression with the dataset on whose rows it is run; nil for one that sees no row of its own.
  typealias Use = (dataset: String?, expression: PlanExpression)

  /// All expressions.
  let expressions: [Use]
  /// What they read of rows beyond the ones that are scanned.
  let relations: RelationReads
  /// Every dataset that is read, each once.
  let datasets: [String]

  init(_ obligations: ObligationPlan) {
    expressions = obligations.expressions
    relations = expressions.reduce(into: RelationReads()) { $0.formUnion($1.expression.relations) }
    var datasets: [String] = []
    for name in obligations.inputs + (obligations.roster.map { [$0] } ?? []) + obligations.eventDatasets
      + relations.datasets
    where !datasets.contains(name) {
      datasets.append(name)
    }
    self.datasets = datasets
  }
}

extension ObligationPlan {
  /// Who owes, and when; nil where every row owes.
  var owed: Owed? {
    switch self {
    case .judgeGroups(_, let owed, _), .judgePairs(_, _, let owed, _): owed
    case .judgeRows, .judgeResponses, .judgeMatches: nil
    }
  }

  /// The datasets whose rows are scanned: one, or both sides of a comparison.
  var inputs: [String] {
    switch self {
    case .judgeRows(let rows, _, _), .judgeResponses(let rows, _, _): [rows.dataset]
    case .judgeGroups(let group, _, _): [group.rows.dataset]
    case .judgePairs(let left, let right, _, _): [left.rows.dataset, right.rows.dataset]
    case .judgeMatches(let match): [match.left.dataset, match.right.dataset]
    }
  }

  /// The roster whose rows owe; nil where there is none.
  var roster: String? {
    if case .roster(let name, _, _, _)? = owed?.subjects { name } else { nil }
  }

  /// The dataset in which a response is looked for.
  var eventDatasets: [String] {
    if case .judgeResponses(_, let response, _) = self, case .event(let rows, _, _) = response.done {
      return [rows.dataset]
    }
    return []
  }

  /// All expressions, each with the dataset on whose rows it is run; nil for one that sees no row of its own.
  fileprivate var expressions: [PlanContents.Use] {
    var found: [PlanContents.Use] = []
    func add(_ expressions: [PlanExpression], _ dataset: String?) { found += expressions.map { (dataset, $0) } }
    func add(_ rows: RowPlan) { add(rows.conditions, rows.dataset) }
    func add(_ group: GroupPlan) {
      add(group.rows)
      add(group.measure.conditions + (group.measure.value.map { [$0] } ?? []), group.rows.dataset)
      add(group.parts.compactMap(\.expression), group.rows.dataset)
    }
    func add(_ quantities: [PlanQuantity?], _ dataset: String?) {
      for case .expression(let expression)? in quantities { add([expression], dataset) }
    }
    switch self {
    case .judgeRows(let rows, let requirements, let parts):
      add(rows)
      add(requirements.map(\.condition) + parts.compactMap(\.expression), rows.dataset)
    case .judgeResponses(let rows, let response, let parts):
      add(rows)
      add(parts.compactMap(\.expression), rows.dataset)
      if case .event(let events, _, _) = response.done { add(events) }
    case .judgeGroups(let group, _, let judgment):
      add(group)
      switch judgment {
      case .within(let low, let high, _, _), .events(let low, let high, _): add([low, high], nil)
      case .deadline: break
      }
    case .judgePairs(let left, let right, _, let tolerance):
      add(left)
      add(right)
      add([tolerance.quantity], nil)
    case .judgeMatches(let match):
      add(match.left)
      add(match.right)
      add([match.tolerance.quantity], nil)
    }
    if case .roster(let dataset, _, let among?, _)? = owed?.subjects { add([among], dataset) }
    return found
  }
}
