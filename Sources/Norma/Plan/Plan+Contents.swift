extension RulePlan {
  /// The dataset whose rows are judged; of a comparison, the left one.
  public var dataset: String { inputs[0] }

  /// The datasets whose rows are scanned: one, or both sides of a comparison.
  var inputs: [String] { obligations.inputs }

  /// The datasets whose rows are evidence: those scanned, and that in which a response is looked for.
  var sides: [String] { inputs + eventDatasets }

  /// The fields of the roster's row that bounds read.
  var boundFields: Set<String> {
    guard let roster else { return [] }
    return expressions.filter { $0.dataset == nil }
      .reduce(into: Set<String>()) { $0.formUnion($1.expression.relations.reads[roster] ?? []) }
  }

  /// Whether rows owe by themselves; a row that nobody names does not.
  var judgesRows: Bool {
    switch obligations {
    case .judgeRows, .judgeResponses: true
    case .judgeGroups, .judgePairs, .judgeMatches: false
    }
  }

  /// Who owes, and when; nil where every row owes.
  var owed: Owed? { obligations.owed }

  /// The parts of the subject's key, in their order.
  var parts: [SubjectPart] {
    switch obligations {
    case .judgeRows, .judgeResponses: []
    case .judgeGroups(let group, _, _), .judgePairs(let group, _, _, _): group.parts
    case .judgeMatches(let match): match.match.map { .field($0.ours) }
    }
  }

  /// The number of rows from which on a group is met, however many more it has: that of a count with a fixed least number
  /// and no greatest. Nil for all other rules.
  var enough: Int? {
    guard case .judgeGroups(let group, _, .within(.constant(let least)?, nil, _, isChange: false)) = obligations,
      case .count = group.measure, least > 0
    else { return nil }
    return Int(exactly: least.ceiling)
  }

  /// Who answers for a row that is judged by itself.
  var answerable: [SubjectPart] {
    switch obligations {
    case .judgeRows(_, _, let parts), .judgeResponses(_, _, let parts): parts
    case .judgeGroups, .judgePairs, .judgeMatches: []
    }
  }

  /// The roster whose rows owe; nil where there is none.
  public var roster: String? { obligations.roster }

  /// The field by which rows name their subject in the roster; nil where there is none.
  var rosterField: String? { roster == nil ? nil : parts.first?.name }

  /// Every dataset that must have a source before the rule can be audited, before derived ones are traced to theirs.
  public var datasets: [String] { contents.datasets }

  /// The dataset in which a response is looked for.
  var eventDatasets: [String] { obligations.eventDatasets }

  /// The names of the parameters that the rule reads.
  public var parameters: Set<String> {
    var names = expressions.reduce(into: Set<String>()) { $0.formUnion($1.expression.parameters) }
    for case .parameter(let name) in spans { names.insert(name) }
    if case .judgeGroups(_, _, .deadline(let due)) = obligations, case .parameter(let name) = due.rule {
      names.insert(name)
    }
    return names
  }

  private var spans: [SpanPlan] {
    switch obligations {
    case .judgeGroups(_, _, .deadline(let due)): due.grace.map { [$0] } ?? []
    case .judgeGroups(_, _, .events(_, _, let gap)): gap.map { [$0] } ?? []
    case .judgeResponses(_, let response, _): if case .span(let span) = response.within { [span] } else { [] }
    case .judgeGroups, .judgeRows, .judgePairs, .judgeMatches: []
    }
  }

  /// What the rule reads of rows beyond the ones that it scans.
  var relations: RelationReads { contents.relations }

  /// The fields of a dataset that the plan reads, of rows that it scans and of others.
  func fields(of dataset: String) -> Set<String> {
    var names = structuralFields(of: dataset).union(relations.reads[dataset] ?? [])
    for (owner, expression) in expressions where owner == dataset { names.formUnion(expression.fields) }
    return names
  }

  /// The fields of a dataset that the plan reads beside those of its expressions: what rows are grouped, dated, matched
  /// and told apart by.
  func structuralFields(of dataset: String) -> Set<String> {
    var names: Set<String> = []
    func add(_ group: GroupPlan) {
      guard group.rows.dataset == dataset else { return }
      names.formUnion(group.parts.flatMap(\.fields))
      names.formUnion(group.placement.fields)
      if let day = group.measure.dayField { names.insert(day) }
    }
    switch obligations {
    case .judgeRows(let rows, _, let parts): if rows.dataset == dataset { names.formUnion(parts.flatMap(\.fields)) }
    case .judgeResponses(let rows, let response, let parts):
      if rows.dataset == dataset {
        names.formUnion(parts.flatMap(\.fields) + [response.since])
        if case .field(let field) = response.done { names.insert(field) }
        if case .event(_, _, let match) = response.done { names.formUnion(match.map(\.ours)) }
      }
      if case .event(let events, let on, let match) = response.done, events.dataset == dataset {
        names.formUnion(match.map(\.theirs) + [on])
      }
    case .judgeGroups(let group, _, _): add(group)
    case .judgePairs(let left, let right, _, _):
      add(left)
      add(right)
    case .judgeMatches(let match):
      if match.left.dataset == dataset { names.formUnion((match.match + match.compare).map(\.ours)) }
      if match.right.dataset == dataset { names.formUnion((match.match + match.compare).map(\.theirs)) }
    }
    if case .roster(dataset, let key, _, let active)? = owed?.subjects {
      names.formUnion([key, active?.from, active?.until].compactMap { $0 })
    }
    return names
  }

  /// All expressions, each with the dataset on whose rows it is run; nil for one that sees no row of its own.
  var expressions: [PlanContents.Use] { contents.expressions }
}

extension RelationReads {
  /// The datasets whose rows are read.
  var datasets: [String] {
    Set(reads.keys).union(lists.map(\.list.dataset)).union(sets.map(\.dataset)).sorted()
  }
}

extension SubjectPart {
  /// The fields that it reads.
  var fields: [String] {
    switch self {
    case .field(let name), .listed(let name, _): [name]
    case .computed(_, let expression): expression.fields.sorted()
    }
  }

  /// The expression that gives it; nil for a field.
  var expression: PlanExpression? {
    if case .computed(_, let expression) = self { expression } else { nil }
  }
}

extension GroupPlan {
  /// The rows that are grouped.
  var rows: RowPlan {
    switch self {
    case .group(let rows, _, _, _): rows
    }
  }

  /// The parts of a group's key.
  var parts: [SubjectPart] {
    switch self {
    case .group(_, let parts, _, _): parts
    }
  }

  /// Which period rows count in.
  var placement: Placement {
    switch self {
    case .group(_, _, let placement, _): placement
    }
  }

  /// What is measured.
  var measure: Measure {
    switch self {
    case .group(_, _, _, let measure): measure
    }
  }

  /// The conditions under which a row is in the population, in the order of evaluation.
  var population: [PlanExpression] {
    switch measure {
    case .share(let population, _): rows.conditions + (population.map { [$0] } ?? [])
    default: rows.conditions + measure.conditions
    }
  }

  /// What a row of the population should have; nil where every one counts.
  var having: PlanExpression? {
    if case .share(_, let having) = measure { having } else { nil }
  }

  /// What a row adds; nil where rows are counted.
  var amount: Amount? {
    switch measure {
    case .figure(_, let amount, _), .balance(let amount, _, _), .events(let amount, _, _): amount
    case .share, .count, .earliest: nil
    }
  }
}

extension RowPlan {
  /// The dataset that is scanned.
  var dataset: String {
    switch self {
    case .scan(let dataset): dataset
    case .filter(let rows, _): rows.dataset
    }
  }

  /// The conditions of the filters, the first applied first.
  var conditions: [PlanExpression] {
    switch self {
    case .scan: []
    case .filter(let rows, let condition): rows.conditions + [condition]
    }
  }

  /// A scan of a dataset, narrowed by a condition if there is one.
  static func rows(of dataset: String, where condition: PlanExpression?) -> RowPlan {
    condition.map { .filter(.scan(dataset: dataset), $0) } ?? .scan(dataset: dataset)
  }
}
