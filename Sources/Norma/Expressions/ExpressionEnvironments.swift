internal import CEL

/// What the expressions of a rule base may speak of, worked out once for each dataset, whoever asks first.
final class ExpressionEnvironments: Sendable {
  let relationships: Relationships
  private let parameters: [String: CELType]
  private let types: RowTypes
  private let rows = SharedState<[RowKey: Environment]>([:])

  private struct RowKey: Hashable {
    let dataset: String
    let hasPeriod: Bool
  }

  /// What is known of the fields of each dataset's rows.
  private final class RowTypes: Sendable {
    let members = SharedState<[String: [String: CELType]]>([:])
    let optional = SharedState<[String: Set<String>]>([:])
  }

  /// Prepares for a rule base; its relationships may be known already.
  init(_ ruleBase: RuleBase, _ relationships: Relationships? = nil) {
    self.relationships = relationships ?? ruleBase.relationships
    types = RowTypes()
    parameters = Self.types(of: ruleBase)
  }

  /// Prepares for a rule base with the datasets of another, and parameters of its own.
  init(_ ruleBase: RuleBase, sharing other: ExpressionEnvironments) {
    relationships = other.relationships
    types = other.types
    parameters = Self.types(of: ruleBase)
  }

  private static func types(of ruleBase: RuleBase) -> [String: CELType] {
    ruleBase.parameters.mapValues { $0.values.first?.value.expressionType ?? .dyn }
  }

  /// What every expression may speak of.
  private static let common: Environment = {
    var environment = Environment()
    environment.add(ExpressionFunctions(calendar: .weekendsOnly, timeZone: .utc).declarations)
    environment.variables["asOf"] = DateValue.type
    environment.variables["param"] = .object("param")
    return environment
  }()

  /// Returns what an expression in `scope` may speak of that reads `relations`.
  func environment(_ scope: ExpressionChecker.Scope, _ relations: RelationReads) -> Environment {
    var environment: Environment
    switch scope {
    case .row(let dataset, let hasPeriod):
      environment = row(of: dataset, hasPeriod: hasPeriod)
      for field in relations.columns { environment.variables[RowStep.hasColumn(field)] = .bool }
    case .subject(let roster):
      environment = Self.common
      environment.objects["param"] = parameters
      if let roster {
        environment.variables[roster.name] = .object(roster.dataset.name)
        environment.objects[roster.dataset.name] = members(of: roster.dataset)
      }
    }
    for set in relations.sets {
      guard let dataset = relationships.dataset(set.dataset), let index = dataset.index(of: set.field) else { continue }
      environment.variables[set.text] = SetValue.type(of: dataset.fields[index].type)
    }
    for name in relations.reads.keys {
      if let dataset = relationships.dataset(name) { environment.objects[name] = members(of: dataset) }
    }
    return environment
  }

  private func row(of dataset: Dataset, hasPeriod: Bool) -> Environment {
    let key = RowKey(dataset: dataset.name, hasPeriod: hasPeriod)
    if let known = rows.read({ $0[key] }) { return known }
    var environment = Self.common
    environment.objects["param"] = parameters
    if hasPeriod {
      environment.variables["period"] = .object("period")
      environment.objects["period"] = ["start": DateValue.type, "end": DateValue.type]
    }
    environment.variables.merge(members(of: dataset)) { $1 }
    rows.change { [environment] in $0[key] = environment }
    return environment
  }

  /// The names of the fields of a dataset that may be null.
  func optionalFields(of dataset: Dataset) -> Set<String> {
    if let known = types.optional.read({ $0[dataset.name] }) { return known }
    let optional = Set(dataset.fields.filter(\.mayBeNull).map(\.name))
    types.optional.change { $0[dataset.name] = optional }
    return optional
  }

  /// The fields of a row of `dataset` with its steps to other rows and its lists, by their types.
  private func members(of dataset: Dataset) -> [String: CELType] {
    if let known = types.members.read({ $0[dataset.name] }) { return known }
    var members: [String: CELType] = [:]
    for name in relationships.listNames(of: dataset.name) {
      for list in relationships.lists(name, of: dataset.name) { members[name] = .list(.object(list.dataset)) }
    }
    for field in dataset.fields {
      members[field.name] = field.type.expressionType
      if let reference = field.reference { members[RowStep.name(field.name)] = .object(reference.dataset) }
    }
    types.members.change { [members] in $0[dataset.name] = members }
    return members
  }
}
