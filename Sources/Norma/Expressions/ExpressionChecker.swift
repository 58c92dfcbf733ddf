internal import CEL

/// Parses and checks the expressions of rules against the fields and parameters that there are.
struct ExpressionChecker {
  /// What an expression may speak of.
  enum Scope {
    /// The fields of a row, and the period where there is one.
    case row(Dataset, hasPeriod: Bool)
    /// A subject's row of a roster under the subject's name; nil where there is no roster.
    case subject((name: String, dataset: Dataset)?)
  }

  /// What an expression should give.
  enum Wanted {
    case condition, number, value
    /// A number, a date or a moment.
    case orderedValue
  }

  private let environments: ExpressionEnvironments
  private let sink: DiagnosticSink
  private var relationships: Relationships { environments.relationships }

  init(_ environments: ExpressionEnvironments, sink: DiagnosticSink) {
    self.environments = environments
    self.sink = sink
  }

  /// Checks an expression; what is wrong with it is reported, and then the result is nil. Optional fields that are used
  /// where they may be null are warned of, unless `assumed` says that they are not, or a null does no harm.
  func check(
    _ source: ExpressionSource, scope: Scope, wanted: Wanted, assuming assumed: PlanExpression? = nil,
    mayBeNull: Bool = false
  ) -> PlanExpression? {
    if source.text.isBlank {
      sink.report(.expression(.empty), at: source.location)
      return nil
    }
    let expression: Expression
    do {
      var options = Parser.Options()
      options.floatingLiteralFunction = "decimal"
      expression = try Parser.parse(source.text, options: options)
    } catch {
      let problem = ExpressionDiagnosis(source).problem(for: error)
      sink.report(.expression(problem), at: source.location(of: error.range))
      return nil
    }
    var resolver = RelationResolver(root(scope), relationships: relationships)
    let resolved = resolver.resolve(expression)
    for (name, lists, range) in resolver.ambiguous {
      sink.report(
        .expression(.ambiguousList(name, candidates: lists.map(\.fullName))), at: source.location(of: range))
    }
    if !resolver.ambiguous.isEmpty { return nil }
    let (checked, issues) = TypeChecker.check(resolved, in: environments.environment(scope, resolver.found))
    for issue in issues {
      let problem = ExpressionDiagnosis(source).problem(for: issue)
      sink.report(.expression(problem), at: source.location(of: issue.range))
    }
    guard let checked, admits(checked.type, wanted, source) else { return nil }
    let dataset: Dataset? = if case .row(let dataset, _) = scope { dataset } else { nil }
    let plan = PlanExpression(text: source.text, checked: checked, dataset: dataset, relations: resolver.found)
    if let dataset, !mayBeNull { warn(of: plan, dataset, source, assuming: assumed) }
    return plan
  }

  /// Makes the condition that a field is filled in.
  func filled(_ name: Located<String>, _ dataset: Dataset) -> PlanExpression? {
    let none = RelationReads()
    guard let expression = try? Parser.parse("\(name.value) != null"),
      let checked = TypeChecker.check(expression, in: environments.environment(.row(dataset, hasPeriod: false), none))
        .checked
    else { return nil }
    return PlanExpression(text: "\(name.value) != null", checked: checked, dataset: dataset, relations: none)
  }

  private func root(_ scope: Scope) -> RelationResolver.Root {
    switch scope {
    case .row(let dataset, _): .row(dataset)
    case .subject(let roster): roster.map { .named($0.name, $0.dataset) } ?? .none
    }
  }

  private func admits(_ type: CELType, _ wanted: Wanted, _ source: ExpressionSource) -> Bool {
    let allowed: [CELType]
    switch wanted {
    case .condition: allowed = [.bool, .dyn]
    case .number: allowed = [.int, .uint, DecimalValue.type, .dyn]
    case .orderedValue: allowed = [.int, .uint, DecimalValue.type, DateValue.type, .timestamp, .dyn]
    case .value: allowed = [.bool, .int, .string, DecimalValue.type, DateValue.type, .timestamp, .dyn]
    }
    if allowed.contains(type.nonNull) { return true }
    let names: [Wanted: (String)] = [
      .condition: "condition", .number: "number", .value: "value", .orderedValue: "number or date",
    ]
    sink.report(
      .expression(.resultType("\(type)", wanted: names[wanted] ?? "value")),
      at: source.location(of: 0..<source.text.unicodeScalars.count))
    return false
  }

  private func warn(
    of plan: PlanExpression, _ dataset: Dataset, _ source: ExpressionSource, assuming assumed: PlanExpression?
  ) {
    let optional = environments.optionalFields(of: dataset)
    if plan.fields.isDisjoint(with: optional) { return }
    var analysis = NullAnalysis(optional: optional)
    let known = assumed.map { analysis.filled(where: $0.checked.expression, is: true) } ?? []
    for use in analysis.unguardedUses(in: plan.checked.expression, filled: known) {
      sink.report(.expression(.unguarded(use.field)), at: source.location(of: use.range))
    }
  }
}

/// Finds optional fields that are used where they may be null, and where that would leave the result open.
struct NullAnalysis {
  /// A use of a field.
  struct Use: Hashable {
    let field: String
    let range: Range<Int>
  }

  let optional: Set<String>

  /// The fields that are certainly filled in where a condition is true, or where it is false.
  ///
  /// They are so few that looking through them takes less than to hash them; that one is named twice does no harm.
  func filled(where node: Expression, is truth: Bool) -> [String] {
    guard case .call(let name, _, let arguments) = node.kind else {
      if case .presence(let operand, let field) = node.kind, truth, case .identifier = operand.kind { return [field] }
      return []
    }
    switch (name, truth) {
    case ("!_", _): return filled(where: arguments[0], is: !truth)
    case ("_&&_", true), ("_||_", false):
      return arguments.flatMap { filled(where: $0, is: truth) }
    case ("_&&_", false), ("_||_", true):
      let sides = arguments.map { filled(where: $0, is: truth) }
      return sides.dropFirst().reduce(sides.first ?? []) { both, side in both.filter(side.contains) }
    case ("_!=_", true), ("_==_", false): return comparedWithNull(arguments)
    case ("_==_", true): return comparedWithConstant(arguments)
    case ("_<_", true), ("_<=_", true), ("_>_", true), ("_>=_", true):
      return arguments.flatMap { fields(in: $0) }
    default: return []
    }
  }

  private func comparedWithNull(_ arguments: [Expression]) -> [String] {
    arguments.contains { $0.kind == .literal(.null) } ? Self.names(among: arguments) : []
  }

  private func comparedWithConstant(_ arguments: [Expression]) -> [String] {
    let isConstant = arguments.contains { node in
      if case .literal(let literal) = node.kind { literal != .null } else { false }
    }
    return isConstant ? Self.names(among: arguments) : []
  }

  private static func names(among nodes: [Expression]) -> [String] {
    nodes.compactMap { if case .identifier(let name) = $0.kind { name } else { nil } }
  }

  private func fields(in node: Expression) -> [String] {
    if case .identifier(let name) = node.kind { return optional.contains(name) ? [name] : [] }
    var names: [String] = []
    node.forEachChild { names += fields(in: $0) }
    return names
  }

  /// The uses that may meet a null, given the fields that are certainly filled in.
  mutating func unguardedUses(in node: Expression, filled known: [String]) -> [Use] {
    switch node.kind {
    case .call("_&&_", _, let arguments), .call("_||_", _, let arguments):
      let decides = if case .call("_&&_", _, _) = node.kind { true } else { false }
      return arguments.enumerated().flatMap { place, argument -> [Use] in
        if !speaksOfOpenField(argument, known) { return [] }
        var inner = known
        for (other, guardNode) in arguments.enumerated() where other != place {
          inner += filled(where: guardNode, is: decides)
        }
        return unguardedUses(in: argument, filled: inner)
      }
    case .call("_?_:_", _, let arguments):
      return unguardedUses(in: arguments[0], filled: known)
        + unguardedUses(in: arguments[1], filled: known + filled(where: arguments[0], is: true))
        + unguardedUses(in: arguments[2], filled: known + filled(where: arguments[0], is: false))
    case .call("_==_", _, let arguments), .call("_!=_", _, let arguments), .call("@in", _, let arguments),
      .call("ordered", _, let arguments):
      return arguments.flatMap { harmless($0, known) }
    case .call:
      var uses: [Use] = []
      node.forEachChild { argument in
        if case .identifier(let name) = argument.kind, optional.contains(name), !known.contains(name) {
          uses.append(Use(field: name, range: argument.range))
        } else {
          uses += unguardedUses(in: argument, filled: known)
        }
      }
      return uses
    case .list(let entries, _): return entries.flatMap { harmless($0, known) }
    case .presence: return []
    default:
      var uses: [Use] = []
      node.forEachChild { uses += unguardedUses(in: $0, filled: known) }
      return uses
    }
  }

  /// Whether a part speaks of an optional field that is not certainly filled in.
  private func speaksOfOpenField(_ node: Expression, _ known: [String]) -> Bool {
    if case .identifier(let name) = node.kind { return optional.contains(name) && !known.contains(name) }
    var speaks = false
    node.forEachChild { speaks = speaks || speaksOfOpenField($0, known) }
    return speaks
  }

  /// The uses beneath a place where a null does no harm.
  private mutating func harmless(_ node: Expression, _ known: [String]) -> [Use] {
    if case .identifier = node.kind { return [] }
    return unguardedUses(in: node, filled: known)
  }
}
