/// A dataset that is worked out from another instead of being read.
struct Derivation: Sendable {
  /// The dataset that comes out.
  let dataset: Dataset
  /// The dataset that it is worked out from.
  let from: String
  /// The rows of it that count; all where nil.
  let filter: PlanExpression?
  /// How rows become rows.
  let form: Form

  /// How rows become rows.
  enum Form: Sendable {
    /// One row per combination of the values of some fields, with figures over its rows.
    case grouped(keys: [String], figures: [Figure])
    /// Each row with values added.
    case extended([Addition])
  }

  /// A figure over the rows of a group.
  struct Figure: Sendable {
    let name: String
    let aggregation: Aggregation
    let amount: Amount?
  }

  /// A value that is added to each row.
  struct Addition: Sendable {
    let name: String
    let value: PlanExpression
  }

  /// All expressions that it runs on the rows that it is derived from.
  var expressions: [PlanExpression] {
    let values =
      switch form {
      case .grouped(_, let figures): figures.compactMap { $0.amount?.expression }
      case .extended(let additions): additions.map(\.value)
      }
    return (filter.map { [$0] } ?? []) + values
  }

  /// What it reads of other rows.
  var relations: RelationReads {
    expressions.reduce(into: RelationReads()) { $0.formUnion($1.relations) }
  }

  /// The datasets that must be there first.
  var sources: Set<String> { Set(relations.datasets).union([from]) }

  /// The fields of a dataset that it reads.
  func fields(of name: String) -> Set<String> {
    var names = relations.reads[name] ?? []
    guard name == from else { return names }
    for expression in expressions { names.formUnion(expression.fields) }
    switch form {
    case .grouped(let keys, _): names.formUnion(keys)
    // Whoever reads the extended rows may ask for any of their fields.
    case .extended: names.formUnion(dataset.fields.filter { !$0.isDerived }.map(\.name))
    }
    return names
  }
}

extension RuleBase {
  /// The datasets that an audit makes itself: what became of the obligations, and the scores.
  static let outcomesName = "outcomes"
  static let scorecardsName = "scorecards"

  /// Whether a dataset is made by the audit itself.
  func isMadeByAudit(_ name: String) -> Bool { name == Self.outcomesName || name == Self.scorecardsName }

  /// Returns the derivations that datasets need, each after those that it needs itself. O(derivations).
  func derivations(for names: [String]) -> [Derivation] {
    var order: [Derivation] = []
    var visited: Set<String> = []
    func visit(_ name: String) {
      guard let derivation = derivations[name], visited.insert(name).inserted else { return }
      for source in derivation.sources.sorted() { visit(source) }
      order.append(derivation)
    }
    for name in names.sorted() { visit(name) }
    return order
  }

  /// Returns the datasets that are read or made for the given ones: themselves, or what they are derived from.
  func roots(of names: [String]) -> Set<String> {
    let needed = derivations(for: names)
    return Set(names).union(needed.flatMap(\.sources)).subtracting(needed.map(\.dataset.name))
  }
}
