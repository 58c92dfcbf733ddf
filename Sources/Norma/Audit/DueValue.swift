/// A parameter that is needed and not set, or not what is needed.
struct UnsetParameter: Error, Hashable {
  let name: String
}

/// A bound that is no number.
enum BoundProblem: Error, Hashable {
  case unset(String)
  case noNumber

  var doubt: Doubt {
    switch self {
    case .unset(let name): .unsetParameter(name)
    case .noNumber: .noBound
    }
  }
}

/// Reads due dates and spans that a parameter may set.
enum DueValue {
  /// Returns the rule for a due date. A parameter's whole number is a number of days after the period.
  static func rule(_ plan: DueRulePlan, _ constants: Constants) throws(UnsetParameter) -> DueRule {
    switch plan {
    case .fixed(let rule): return rule
    case .parameter(let name):
      switch constants.parameters[name] {
      case .text(let text)?: if let rule = DueRule(text) ?? DueRule("+" + text) { return rule }
      case .integer(let days)?: if let rule = DueRule("+\(days)d") { return rule }
      case .date(let date)?: if let rule = DueRule(String(date.description.dropFirst(5))) { return rule }
      default: break
      }
      throw UnsetParameter(name: name)
    }
  }

  /// Returns a span. A parameter's whole number is a number of days.
  static func span(_ plan: SpanPlan, _ constants: Constants) throws(UnsetParameter) -> CalendarSpan {
    switch plan {
    case .fixed(let span): return span
    case .parameter(let name):
      switch constants.parameters[name] {
      case .text(let text)?: if let span = CalendarSpan(text) { return span }
      case .integer(let days)?: if let span = CalendarSpan("\(days)d") { return span }
      default: break
      }
      throw UnsetParameter(name: name)
    }
  }
}
