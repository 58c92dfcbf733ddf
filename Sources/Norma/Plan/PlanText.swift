/// Prints plans, one operator a line, the last one first.
public enum PlanText {
  /// Returns a plan as text.
  public static func text(of plan: RulePlan) -> String {
    var lines = [plan.rule]
    switch plan.obligations {
    case .judgeRows(let rows, let requirements):
      lines.append("  judge rows: " + requirements.map(\.condition.text).joined(separator: "; "))
      lines += text(of: rows)
    case .judgeGroups(let group, let owed, let judgment):
      lines.append("  judge groups: " + text(of: judgment))
      lines.append("  owe: " + text(of: owed))
      lines += text(of: group)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(of group: GroupPlan) -> [String] {
    switch group {
    case .group(let rows, let parts, let placement, let measure):
      let names = parts.isEmpty ? "the organization" : parts.map(\.name).joined(separator: ", ")
      let place =
        switch placement {
        case .everywhere: "every period"
        case .dated(let field): "the period of \(field)"
        case .reported(let field, _, let on): "the period named by \(field), seen by \(on)"
        }
      return ["  group: by \(names), in \(place), measure \(text(of: measure))"] + text(of: rows)
    }
  }

  private static func text(of rows: RowPlan) -> [String] {
    switch rows {
    case .scan(let dataset): ["  scan: \(dataset)"]
    case .filter(let input, let condition): ["  filter: \(condition.text)"] + text(of: input)
    }
  }

  private static func text(of measure: Measure) -> String {
    switch measure {
    case .share(let population, let having): "share of rows where \(population?.text ?? "true") having \(having.text)"
    case .count(let condition): "count of rows where \(condition?.text ?? "true")"
    case .earliest(let field, let conditions):
      "first \(field) of rows where "
        + (conditions.isEmpty ? "true" : conditions.map(\.text).joined(separator: " and "))
    }
  }

  private static func text(of judgment: Judgment) -> String {
    switch judgment {
    case .within(let low, let high, let empty):
      "from \(low.map(text) ?? "anything") to \(high.map(text) ?? "anything"), empty is \(empty.rawValue)"
    case .deadline(let due):
      "due \(text(of: due.rule)), roll \(due.roll.rawValue), grace \(due.grace.map(text) ?? "none")"
    }
  }

  private static func text(of quantity: PlanQuantity) -> String {
    switch quantity {
    case .constant(let number): number.description
    case .expression(let expression): expression.text
    }
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
    return "\(who), per \(owed.unit.rawValue)" + (owed.window == nil ? "" : " within a window")
  }
}
