internal import CEL

/// Tells which cells of a row leave its part in a rule open.
struct OpenCells {
  /// The dataset of the rows.
  let dataset: Dataset
  private let expressions: [RowExpression]
  private let fields: [String: Int]
  private let placing: Set<String>

  /// Prepares for the rows of one of the datasets that a rule scans.
  init(_ plan: RulePlan, side: Int, context: EvaluationContext) {
    let dataset = context.dataset(plan.sides[side])
    self.dataset = dataset
    fields = Dictionary(dataset.fields.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
    var conditions: [PlanExpression] = []
    var placing: Set<String> = []
    func add(_ group: GroupPlan) {
      conditions += group.population + [group.having, group.measure.value].compactMap { $0 }
      conditions += group.parts.compactMap(\.expression)
      for part in group.parts where part.expression == nil { placing.insert(part.name) }
      placing.formUnion(group.placement.fields)
    }
    switch plan.obligations {
    case .judgeRows(let rows, let requirements, _): conditions = rows.conditions + requirements.map(\.condition)
    case .judgeResponses(_, let response, _) where side == 1:
      guard case .event(let events, let on, let match) = response.done else { break }
      conditions = events.conditions
      placing.formUnion(match.map(\.theirs) + [on])
    case .judgeResponses(let rows, let response, _):
      conditions = rows.conditions
      placing.insert(response.since)
      switch response.done {
      case .field(let field): placing.insert(field)
      case .event(_, _, let match): placing.formUnion(match.map(\.ours))
      }
    case .judgeGroups(let group, _, _): add(group)
    case .judgePairs(let left, let right, _, _): add(side == 0 ? left : right)
    case .judgeMatches(let match):
      conditions = side == 0 ? match.left.conditions : match.right.conditions
      placing.formUnion((match.match + match.compare).map { side == 0 ? $0.ours : $0.theirs })
    }
    self.placing = placing
    expressions = conditions.map { RowExpression($0, dataset: dataset, functions: context.functions) }
  }

  /// The names of fields that say whose a row is and when it counts, and aren't known.
  func placingNames(in cells: [Cell]) -> Set<String> {
    placing.filter { name in fields[name].map { cells[$0].isOpen } ?? false }
  }

  /// Returns what the conditions on a row hang on that are unknown.
  func unknowns(in cells: [Cell], _ constants: Constants) -> [UnknownSet] {
    expressions.compactMap { if case .unknown(let unknown) = $0.value(cells, constants) { unknown } else { nil } }
  }

  /// Tells the names of fields of the row from the cells of other rows. O(names).
  func split(_ unknown: UnknownSet) -> (own: [String], others: [CellName]) {
    var own: [String] = []
    var others: [CellName] = []
    for attribute in unknown.attributes {
      if fields[attribute] != nil {
        own.append(attribute)
      } else if let name = CellName(text: attribute) {
        others.append(name)
      }
    }
    return (own, others)
  }
}
