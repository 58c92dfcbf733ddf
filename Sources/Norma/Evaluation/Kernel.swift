internal import CEL

/// A condition as the columnar engine runs it over a batch: decided once, before the first row.
indirect enum Kernel: Sendable {
  case truth(Bool)
  /// A field that is true or false.
  case field(Int)
  case all([Kernel])
  case any([Kernel])
  case not(Kernel)
  /// Two values held against each other.
  case compare(Comparison, ValueKernel, ValueKernel)
  /// Whether a value is null.
  case isNull(ValueKernel)
  /// Whether fields that are not null never decrease.
  case ordered([ValueKernel])
  /// A condition on the entries of a list that is written out: unknown where one of them is, whatever the others say.
  case entries([ValueKernel], Kernel)
  /// A condition on one field alone, worked out once for each of its distinct values.
  case distinct(ValueKernel)
  /// Whether a value is one of those of a field of another dataset.
  case member(ValueKernel, SetName)
  /// A condition on the rows that refer to the row.
  case related(RelatedKernel)
  /// No kernel: the reference interpreter runs it row by row.
  case interpreted(Expression)
  /// A kernel that is a node of the ``ConditionGraph``.
  case shared(Int32, Kernel)
}

/// A value as the columnar engine works it out for a batch.
indirect enum ValueKernel: Sendable {
  case field(Int)
  /// The same for every row.
  case constant(Expression)
  /// A value that hangs on one field alone, worked out once for each of its distinct values.
  case distinct(Expression, field: Int)
  /// How many conditions hold, each on an entry of a list that is written out; unknown where one is, or an entry.
  case count([ValueKernel], [Kernel])
  /// A field of the row that a reference leads to.
  case referenced(ReferencedField)
  /// How many rows refer to the row for which a condition holds.
  case related(RelatedKernel)
  /// A function of two values, row by row.
  case pair(PairFunction, ValueKernel, ValueKernel)
}

/// The functions of two values that have kernels.
enum PairFunction: String, Sendable {
  case add = "_+_"
  case subtract = "_-_"
  case multiply = "_*_"
  case daysBetween, monthsBetween, yearsBetween, workdaysBetween
}

/// Finds the kernels of an expression.
struct KernelCompiler {
  private let dataset: Dataset
  private let relationships: Relationships
  private let checked: CheckedExpression
  private let fieldNames: FieldNames

  init(_ checked: CheckedExpression, dataset: Dataset, relationships: Relationships) {
    self.checked = checked
    self.dataset = dataset
    self.relationships = relationships
    fieldNames = FieldNames(dataset, relationships)
  }

  /// Returns the kernel of a condition. O(nodes).
  func condition(_ node: Expression) -> Kernel {
    switch node.kind {
    case .literal(.bool(let value)): return .truth(value)
    case .identifier(let name):
      if let field = dataset.index(of: name), dataset.fields[field].type == .boolean { return .field(field) }
    case .presence(let operand, let field):
      if let value = value(node.replacing(.select(operand, field: field))) { return .not(.isNull(value)) }
    case .call("_&&_", _, let arguments): return .all(arguments.map(condition))
    case .call("_||_", _, let arguments): return .any(arguments.map(condition))
    case .call("!_", _, let arguments): return .not(condition(arguments[0]))
    case .call("ordered", _, let arguments):
      if case .list(let entries, _) = arguments[0].kind {
        let values = entries.compactMap { value($0) }
        if values.count == entries.count, entries.allSatisfy({ isOrderable($0) }) { return .ordered(values) }
      }
    case .call("@in", _, let arguments):
      if let set = set(arguments[1]), let value = value(arguments[0]) { return .member(value, set) }
    case .comprehension(let macro) where macro.kind == .exists || macro.kind == .all:
      if let (entries, conditions) = unrolled(macro) {
        let kernels = conditions.map(condition)
        return .entries(entries, macro.kind == .exists ? .any(kernels) : .all(kernels))
      }
      if let kernel = RelatedKernel(macro, node, in: checked, of: dataset, relationships) { return .related(kernel) }
    case .call(let name, _, let arguments):
      if let comparison = Comparison(name), arguments.count == 2, let kernel = compare(comparison, arguments) {
        // What is worked out of one field and held against a constant is worked out as a whole.
        if kernel.comparesDistinct, let field = onlyField(of: node) { return .distinct(.distinct(node, field: field)) }
        return kernel
      }
    default: break
    }
    if let field = onlyField(of: node) { return .distinct(.distinct(node, field: field)) }
    return .interpreted(node)
  }

  private func compare(_ comparison: Comparison, _ arguments: [Expression]) -> Kernel? {
    for (side, other) in [(0, 1), (1, 0)] where arguments[side].kind == .literal(.null) {
      guard comparison.isEquality, let value = value(arguments[other]) else { return nil }
      return comparison == .equal ? .isNull(value) : .not(.isNull(value))
    }
    guard isComparable(arguments[0], arguments[1], comparison), let left = value(arguments[0]),
      let right = value(arguments[1])
    else { return nil }
    return .compare(comparison, left, right)
  }

  /// The set that a node names; nil where it is none.
  private func set(_ node: Expression) -> SetName? {
    guard case .select(let dataset, let field) = node.kind, case .identifier(let name) = dataset.kind,
      case .opaque("set", _) = type(node)
    else { return nil }
    return SetName(dataset: name, field: field)
  }

  /// Returns the kernel of a value; nil where there is none.
  func value(_ node: Expression) -> ValueKernel? {
    if case .identifier(let name) = node.kind, let field = dataset.index(of: name) { return .field(field) }
    if let field = ReferencedField(node, of: dataset, relationships) { return .referenced(field) }
    if let kernel = RelatedKernel(counting: node, in: checked, of: dataset, relationships) { return .related(kernel) }
    let names = fieldNames.names(in: node)
    if names.isEmpty { return isConstant(node) ? .constant(node) : nil }
    if names.count == 1, let name = names.first, let field = dataset.index(of: name) {
      return .distinct(node, field: field)
    }
    if let macro = counted(node), let (entries, conditions) = unrolled(macro) {
      return .count(entries, conditions.map(condition))
    }
    guard case .call(let name, nil, let arguments) = node.kind, arguments.count == 2,
      let function = PairFunction(rawValue: name), isComputable(node, arguments),
      let left = value(arguments[0]), let right = value(arguments[1])
    else { return nil }
    return .pair(function, left, right)
  }

  // MARK: Macros over lists that are written out

  /// The macro of `[a, b].filter(x, …).size()` and of `size([a, b].filter(x, …))`.
  private func counted(_ node: Expression) -> Expression.Comprehension? {
    guard case .call("size", let target, let arguments) = node.kind, let list = target ?? arguments.first,
      case .comprehension(let macro) = list.kind, macro.kind == .filter
    else { return nil }
    return macro
  }

  /// The entries of a list that is written out, and the body of a macro for each of them; nil for other lists.
  private func unrolled(_ macro: Expression.Comprehension) -> (entries: [ValueKernel], bodies: [Expression])? {
    guard case .list(let entries, let optionals) = macro.range.kind, optionals.isEmpty, macro.second == nil,
      macro.filter == nil
    else { return nil }
    let values = entries.compactMap { value($0) }
    let bodies = entries.compactMap { Self.replacing(macro.variable, by: $0, in: macro.body) }
    return values.count == entries.count && bodies.count == entries.count ? (values, bodies) : nil
  }

  /// Puts `entry` in the place of a variable; nil where a macro or binding stands within.
  private static func replacing(_ name: String, by entry: Expression, in node: Expression) -> Expression? {
    switch node.kind {
    case .identifier(name): return entry
    case .literal, .identifier: return node
    case .select(let operand, let field):
      return replacing(name, by: entry, in: operand).map { node.replacing(.select($0, field: field)) }
    case .presence(let operand, let field):
      return replacing(name, by: entry, in: operand).map { node.replacing(.presence($0, field: field)) }
    case .call(let function, let target, let arguments):
      let replaced = arguments.compactMap { replacing(name, by: entry, in: $0) }
      let receiver = target.flatMap { replacing(name, by: entry, in: $0) }
      if replaced.count < arguments.count || (target == nil) != (receiver == nil) { return nil }
      return node.replacing(.call(function, target: receiver, arguments: replaced))
    default: return nil
    }
  }

  // MARK: What nodes hang on

  private func onlyField(of node: Expression) -> Int? {
    let names = fieldNames.names(in: node)
    return names.count == 1 ? names.first.flatMap { dataset.index(of: $0) } : nil
  }

  private func isConstant(_ node: Expression) -> Bool {
    fieldNames.names(in: node).isEmpty
  }

  // MARK: Types

  private func type(_ node: Expression) -> CELType { checked.type(of: node).nonNull }

  private static let numbers: Set<CELType> = [.int, DecimalValue.type]

  /// Whether two nodes are of types that kernels compare as single values; of texts and truth values, whether they are equal.
  private func isComparable(_ left: Expression, _ right: Expression, _ comparison: Comparison) -> Bool {
    let types = [type(left), type(right)]
    if types.allSatisfy({ Self.numbers.contains($0) }) { return true }
    if types[0] != types[1] { return false }
    return types[0] == DateValue.type || types[0] == .timestamp
      || comparison.isEquality && [.string, .bool].contains(types[0])
  }

  private func isOrderable(_ node: Expression) -> Bool {
    Self.numbers.contains(type(node)) || type(node) == DateValue.type || type(node) == .timestamp
  }

  private func isComputable(_ node: Expression, _ arguments: [Expression]) -> Bool {
    let types = arguments.map { type($0) }
    return types.allSatisfy { Self.numbers.contains($0) } || types.allSatisfy { $0 == DateValue.type }
  }
}

/// Finds the fields of a row that a node needs, those that lead to other rows included.
struct FieldNames: Sendable {
  private let dataset: Dataset
  private let relationships: Relationships

  init(_ dataset: Dataset, _ relationships: Relationships) {
    self.dataset = dataset
    self.relationships = relationships
  }

  /// Returns their names. O(nodes).
  func names(in node: Expression) -> Set<String> {
    if case .identifier(let name) = node.kind {
      if dataset.index(of: name) != nil { return [name] }
      if let field = RowStep.field(name) { return Set(relationships.holders(of: field, in: dataset.name)) }
      return Set(
        relationships.lists(name, of: dataset.name).flatMap { list in
          relationships.reference(list.field, of: list.dataset)?.match.map(\.theirs) ?? []
        })
    }
    return node.children.reduce(into: []) { $0.formUnion(names(in: $1)) }
  }
}

extension Kernel {
  /// Whether a value that is worked out for each distinct value of a field is compared.
  fileprivate var comparesDistinct: Bool {
    guard case .compare(_, let left, let right) = self else { return false }
    if case .distinct = left { return true }
    if case .distinct = right { return true }
    return false
  }

  /// The parts that the reference interpreter runs row by row.
  var interpreted: [Expression] {
    switch self {
    case .truth, .field, .related: []
    case .compare(_, let left, let right): left.interpreted + right.interpreted
    case .isNull(let value), .distinct(let value), .member(let value, _): value.interpreted
    case .ordered(let values): values.flatMap(\.interpreted)
    case .entries(let values, let kernel): values.flatMap(\.interpreted) + kernel.interpreted
    case .all(let kernels), .any(let kernels): kernels.flatMap(\.interpreted)
    case .not(let kernel), .shared(_, let kernel): kernel.interpreted
    case .interpreted(let node): [node]
    }
  }
}

extension ValueKernel {
  /// The parts that the reference interpreter runs row by row.
  var interpreted: [Expression] {
    switch self {
    case .field, .constant, .distinct, .referenced, .related: []
    case .count(let entries, let kernels): entries.flatMap(\.interpreted) + kernels.flatMap(\.interpreted)
    case .pair(_, let left, let right): left.interpreted + right.interpreted
    }
  }
}

extension Kernel {
  /// What is asked of rows that refer to the row.
  var related: [RelatedKernel] {
    switch self {
    case .related(let kernel): [kernel]
    case .all(let kernels), .any(let kernels): kernels.flatMap(\.related)
    case .not(let kernel), .shared(_, let kernel): kernel.related
    case .entries(let values, let kernel): values.flatMap(\.related) + kernel.related
    case .compare(_, let left, let right): left.related + right.related
    case .isNull(let value), .distinct(let value), .member(let value, _): value.related
    case .ordered(let values): values.flatMap(\.related)
    case .truth, .field, .interpreted: []
    }
  }
}

extension ValueKernel {
  /// What is asked of rows that refer to the row.
  var related: [RelatedKernel] {
    switch self {
    case .related(let kernel): [kernel]
    case .count(let values, let kernels): values.flatMap(\.related) + kernels.flatMap(\.related)
    case .pair(_, let left, let right): left.related + right.related
    case .field, .constant, .distinct, .referenced: []
    }
  }
}
