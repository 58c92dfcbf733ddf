/// Prints plans, one operator a line, the last one first.
public enum PlanText {
  /// Returns a plan as text, with the parts of conditions that the columnar engine has no kernels for.
  public static func text(of plan: RulePlan, in ruleBase: RuleBase) -> String {
    let interpreted = plan.interpretedParts(in: ruleBase)
    let notes = interpreted.map { "  row by row: \($0)" }
    return ([plan.rule] + text(of: plan.obligations) + notes).joined(separator: "\n") + "\n"
  }

  private static func text(of obligations: ObligationPlan) -> [String] {
    switch obligations {
    case .judgeRows(let rows, let requirements, _):
      return ["  judge rows: " + requirements.map(\.condition.text).joined(separator: "; ")] + text(of: rows)
    case .judgeResponses(let rows, let response, _):
      return ["  judge responses: " + text(of: response)] + text(of: rows) + events(response)
    case .judgeGroups(let group, let owed, let judgment):
      return ["  judge groups: " + text(of: judgment), "  owe: " + text(of: owed)] + text(of: group)
    case .judgePairs(let left, let right, let owed, let tolerance):
      return ["  judge pairs: tolerance \(text(of: tolerance))", "  owe: " + text(of: owed)] + text(of: left)
        + text(of: right)
    case .judgeMatches(let match):
      let keys = match.match.map { $0.ours == $0.theirs ? $0.ours : "\($0.ours) = \($0.theirs)" }
      let fields = match.compare.map { $0.ours == $0.theirs ? $0.ours : "\($0.ours) = \($0.theirs)" }
      return [
        "  judge matches: by \(keys.joined(separator: ", ")), compare \(fields.joined(separator: ", ")), "
          + "tolerance \(text(of: match.tolerance))" + (match.onlyBoth ? ", keys of both only" : "")
      ] + text(of: match.left) + text(of: match.right)
    }
  }

  private static func text(of response: ResponsePlan) -> String {
    let done =
      switch response.done {
      case .field(let field): field
      case .event(let rows, let on, let match):
        "first \(on) of \(rows.dataset) by " + match.map { "\($0.theirs) = \($0.ours)" }.joined(separator: ", ")
      }
    let within =
      switch response.within {
      case .span(let span): text(of: span)
      case .hours(let hours): "\(hours)h"
      }
    return "since \(response.since), done \(done), within \(within)"
  }

  private static func events(_ response: ResponsePlan) -> [String] {
    if case .event(let rows, _, _) = response.done { text(of: rows) } else { [] }
  }

  private static func text(of group: GroupPlan) -> [String] {
    let names = group.parts.isEmpty ? "the organization" : group.parts.map(\.name).joined(separator: ", ")
    let place =
      switch group.placement {
      case .everywhere: "every period"
      case .dated(let field): "the period of \(field)"
      case .cumulative(let field): "the period of \(field) and all after it"
      case .reported(let field, _, let on): "the period named by \(field), seen by \(on)"
      }
    return ["  group: by \(names), in \(place), measure \(text(of: group.measure))"] + text(of: group.rows)
  }

  private static func text(of rows: RowPlan) -> [String] {
    switch rows {
    case .scan(let dataset): ["  scan: \(dataset)"]
    case .filter(let input, let condition): ["  filter: \(condition.text)"] + text(of: input)
    }
  }

  private static func text(of measure: Measure) -> String {
    let rows = measure.conditions.isEmpty ? "true" : measure.conditions.map(\.text).joined(separator: " and ")
    switch measure {
    case .share(let population, let having):
      return "share of rows where \(population?.text ?? "true") having \(having.text)"
    case .count: return "count of rows where \(rows)"
    case .earliest(let field, _): return "first \(field) of rows where \(rows)"
    case .events(let distinct, let day, _):
      return (distinct.map { "distinct \($0.expression.text)" } ?? "count")
        + (day.map { " and longest gap of \($0)" } ?? "")
        + " of rows where \(rows)"
    case .figure(let aggregation, let amount, _):
      return "\(aggregation.rawValue) of \(amount?.expression.text ?? "rows") where \(rows)"
    case .balance(let amount, let day, _):
      return "running total of \(amount?.expression.text ?? "rows") by \(day) where \(rows)"
    }
  }

  private static func text(of judgment: Judgment) -> String {
    func bounds(_ low: PlanQuantity?, _ high: PlanQuantity?) -> String {
      "from \(low.map(text) ?? "anything") to \(high.map(text) ?? "anything")"
    }
    switch judgment {
    case .within(let low, let high, let empty, let isChange):
      return (isChange ? "change " : "") + bounds(low, high) + ", empty is \(empty.rawValue)"
    case .events(let low, let high, let gap):
      return bounds(low, high) + (gap.map { ", gap at most \(text(of: $0))" } ?? "")
    case .deadline(let due):
      return "due \(text(of: due.rule)), roll \(due.roll.rawValue), grace \(due.grace.map(text) ?? "none")"
    }
  }

  private static func text(of quantity: PlanQuantity) -> String {
    switch quantity {
    case .constant(let number): number.description
    case .expression(let expression): expression.text
    }
  }

  private static func text(of tolerance: Tolerance) -> String {
    text(of: tolerance.quantity) + (tolerance.isShare ? " of the larger" : "")
  }

  private static func text(of rule: DueRulePlan) -> String {
    switch rule {
    case .fixed(let rule): rule.description
    case .parameter(let name): "param.\(name)"
    }
  }

  private static func text(of span: SpanPlan) -> String {
    switch span {
    case .fixed(let span): span.description
    case .parameter(let name): "param.\(name)"
    }
  }

  private static func text(of owed: Owed) -> String {
    let who =
      switch owed.subjects {
      case .organization: "the organization"
      case .discovered: "whoever the rows name"
      case .listed: "the listed values"
      case .roster(let dataset, let key, let among, let active):
        "every \(key) of \(dataset)" + (among.map { " where \($0.text)" } ?? "")
          + (active == nil ? "" : " while active")
      }
    return "\(who), per \(owed.recurrence)" + (owed.window == nil ? "" : " within a window")
  }
}
