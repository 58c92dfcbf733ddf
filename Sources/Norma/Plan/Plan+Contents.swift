extension RulePlan {
  /// The dataset whose rows are judged.
  public var dataset: String { rows.dataset }

  /// The roster whose rows owe; nil where there is none.
  public var roster: String? {
    if case .judgeGroups(_, let owed, _) = obligations, case .roster(let name, _, _, _) = owed.subjects {
      name
    } else {
      nil
    }
  }

  /// The field by which rows name their subject in the roster; nil where there is none.
  var rosterField: String? {
    guard roster != nil, case .judgeGroups(.group(_, let parts, _, _), _, _) = obligations else { return nil }
    return parts.first?.name
  }

  /// Every dataset that must have a source before the rule can be audited.
  public var datasets: [String] { [dataset] + (roster.map { $0 == dataset ? [] : [$0] } ?? []) }

  /// The names of the parameters that the rule reads.
  public var parameters: Set<String> {
    var names = expressions.reduce(into: Set<String>()) { $0.formUnion($1.parameters) }
    if case .judgeGroups(_, _, .deadline(let due)) = obligations {
      if case .parameter(let name) = due.rule { names.insert(name) }
      if case .parameter(let name)? = due.grace { names.insert(name) }
    }
    return names
  }

  /// The fields of the judged dataset that the plan reads.
  var fields: Set<String> {
    var names: Set<String> = []
    switch obligations {
    case .judgeRows(let rows, let requirements):
      for expression in rows.conditions + requirements.map(\.condition) { names.formUnion(expression.fields) }
    case .judgeGroups(.group(let rows, let parts, let placement, let measure), _, _):
      for expression in rows.conditions + measure.conditions { names.formUnion(expression.fields) }
      for part in parts {
        switch part {
        case .field(let name), .listed(let name, _): names.insert(name)
        case .computed(_, let expression): names.formUnion(expression.fields)
        }
      }
      switch placement {
      case .everywhere: break
      case .dated(let field): names.insert(field)
      case .reported(let reported, _, let on): names.formUnion([reported, on])
      }
      if case .earliest(let field, _) = measure { names.insert(field) }
    }
    return names
  }

  /// The rows that are judged.
  var rows: RowPlan {
    switch obligations {
    case .judgeRows(let rows, _): rows
    case .judgeGroups(.group(let rows, _, _, _), _, _): rows
    }
  }

  private var expressions: [PlanExpression] {
    switch obligations {
    case .judgeRows(let rows, let requirements):
      return rows.conditions + requirements.map(\.condition)
    case .judgeGroups(.group(let rows, let parts, _, let measure), let owed, let judgment):
      var expressions = rows.conditions + measure.conditions
      for case .computed(_, let expression) in parts { expressions.append(expression) }
      if case .roster(_, _, let among?, _) = owed.subjects { expressions.append(among) }
      if case .within(let atLeast, let atMost, _) = judgment {
        for case .expression(let expression)? in [atLeast, atMost] { expressions.append(expression) }
      }
      return expressions
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
}
