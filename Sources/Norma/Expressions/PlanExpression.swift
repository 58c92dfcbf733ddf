public import CEL

/// A condition, figure or bound that was checked: names and types are settled.
///
/// Plans hold many of them and are passed around: what is known of one is shared by its copies.
public struct PlanExpression: Hashable, Sendable {
  private let facts: Facts

  private final class Facts: Sendable {
    let text: String
    let checked: CheckedExpression
    let fields: Set<String>
    let relations: RelationReads
    let parameters: Set<String>
    let usesPeriod: Bool

    init(_ text: String, _ checked: CheckedExpression, _ dataset: Dataset?, _ relations: RelationReads) {
      self.text = text
      self.checked = checked
      self.relations = relations
      var fields = relations.ownFields
      for name in checked.variableNames where dataset?.index(of: name) != nil { fields.insert(name) }
      self.fields = fields
      usesPeriod = !fields.contains("period") && checked.variableNames.contains("period")
      var parameters: Set<String> = []
      if !fields.contains("param") { PlanExpression.addParameters(of: checked.expression, to: &parameters) }
      self.parameters = parameters
    }
  }

  init(text: String, checked: CheckedExpression, dataset: Dataset?, relations: RelationReads) {
    facts = Facts(text, checked, dataset, relations)
  }

  /// The text as it was written.
  public var text: String { facts.text }
  /// The expression with its types; what leads to other rows is marked (see ``RowStep``).
  public var checked: CheckedExpression { facts.checked }
  /// The fields of the row itself that it needs, those that lead to other rows included.
  public var fields: Set<String> { facts.fields }
  /// What it reads of other rows.
  var relations: RelationReads { facts.relations }
  /// The parameters that it reads.
  public var parameters: Set<String> { facts.parameters }
  /// Whether it reads the period.
  public var usesPeriod: Bool { facts.usesPeriod }

  /// Compares all that is known of two expressions.
  public static func == (left: PlanExpression, right: PlanExpression) -> Bool {
    if left.facts === right.facts { return true }
    // Fields, parameters and periods follow from these.
    return left.text == right.text && left.checked == right.checked && left.fields == right.fields
      && left.relations == right.relations
  }

  /// Hashes the text.
  public func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// The field that it is, where it is nothing else.
  var fieldName: String? {
    if case .identifier(let name) = checked.expression.kind, fields.contains(name) { name } else { nil }
  }

  /// The parameter that it is, where it is nothing else.
  var parameterName: String? {
    guard case .select(let operand, let name) = checked.expression.kind, operand.kind == .identifier("param"),
      parameters.contains(name)
    else { return nil }
    return name
  }

  fileprivate static func addParameters(of node: Expression, to names: inout Set<String>) {
    if case .select(let operand, let field) = node.kind, case .identifier("param") = operand.kind {
      names.insert(field)
    } else {
      node.forEachChild { addParameters(of: $0, to: &names) }
    }
  }
}

/// What an expression reads beyond the row that it is run on.
struct RelationReads: Hashable, Sendable {
  /// A list of related rows that an expression names.
  struct ListUse: Hashable, Sendable {
    /// The rows that refer.
    let list: Relationships.List
    /// The dataset of the row whose list it is.
    let owner: String
    /// The fields that lead from the row to the row whose list it is: none where it is the row's own. Nil where the list
    /// belongs to a row that a macro goes through.
    let path: [String]?
  }

  /// A field by which a reference is followed.
  struct Step: Hashable, Sendable {
    let dataset: String
    let field: String
  }

  /// The fields of the row itself that lead to other rows.
  var ownFields: Set<String> = []
  /// The fields of other datasets, by dataset.
  var reads: [String: Set<String>] = [:]
  /// The lists that are named.
  var lists: Set<ListUse> = []
  /// The references that are followed.
  var steps: Set<Step> = []
  /// The sets that are named: `dataset.field`.
  var sets: Set<SetName> = []
  /// The fields of the row of which it is asked whether they have a column.
  var columns: Set<String> = []

  /// Whether it reads anything but the row itself.
  var isEmpty: Bool { reads.isEmpty && lists.isEmpty && steps.isEmpty && sets.isEmpty }

  mutating func formUnion(_ other: RelationReads) {
    ownFields.formUnion(other.ownFields)
    reads.merge(other.reads) { $0.union($1) }
    lists.formUnion(other.lists)
    steps.formUnion(other.steps)
    sets.formUnion(other.sets)
    columns.formUnion(other.columns)
  }

  mutating func read(_ field: String, of dataset: String) {
    reads[dataset, default: []].insert(field)
  }
}

/// The values of a field of another dataset, as `products.code` names them.
struct SetName: Hashable, Sendable {
  let dataset: String
  let field: String

  /// The name in expressions.
  var text: String { "\(dataset).\(field)" }
}

/// How an expression that was checked marks a field by which it goes on to the row that is referred to.
///
/// `village.county` reads `village` as a row, not as the text that the field holds: the parser can't yield this name.
enum RowStep {
  private static let mark = "->"

  /// Returns the mark of a step by `field`.
  static func name(_ field: String) -> String { field + mark }

  /// Returns the field of a step; nil for every other name.
  static func field(_ name: String) -> String? {
    name.hasSuffix(mark) ? String(name.dropLast(mark.count)) : nil
  }

  /// Returns the name of the variable that says whether a field has a column.
  static func hasColumn(_ field: String) -> String { "hasColumn(\(field))" }
}
