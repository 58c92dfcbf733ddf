internal import CEL

/// Finds out where an expression goes on from a row to others, and marks these steps, so that the checker and the engines
/// know a reference that is followed from the value that it holds.
struct RelationResolver {
  /// The row that names stand for by themselves.
  enum Root {
    /// Its fields are in scope by name.
    case row(Dataset)
    /// It is in scope under a name.
    case named(String, Dataset)
    case none
  }

  private let relationships: Relationships
  private let root: Root
  /// What the expression reads beyond the row.
  private(set) var found = RelationReads()
  /// Lists whose name several references share, with the place of their use.
  private(set) var ambiguous: [(name: String, lists: [Relationships.List], range: Range<Int>)] = []
  /// How many nodes were marked.
  private var markCount = 0

  /// What a node is, as far as rows go.
  private enum Shape {
    case row(dataset: String, path: [String]?)
    case reference(target: String, path: [String]?)
    case list(dataset: String)
    case other
  }

  init(_ root: Root, relationships: Relationships) {
    self.root = root
    self.relationships = relationships
  }

  /// Returns the expression with its steps marked. O(nodes).
  mutating func resolve(_ node: Expression) -> Expression {
    staysOnRow(node) ? node : visit(node, [:]).node
  }

  /// Whether an expression holds nothing but values, fields of the row, and what is the same for all rows: most go no further.
  private func staysOnRow(_ node: Expression) -> Bool {
    switch node.kind {
    case .literal: return true
    case .identifier(let name): return isOwn(name) || Constants.names.contains(name)
    case .select(let operand, _):
      guard case .identifier(let name) = operand.kind else { return false }
      return Constants.names.contains(name) && !isOwn(name)
    case .call("hasColumn", _, _): return false
    case .call, .list:
      var stays = true
      node.forEachChild { stays = stays && staysOnRow($0) }
      return stays
    default: return false
    }
  }

  /// Whether a name stands for a field of the row, or for the row.
  private func isOwn(_ name: String) -> Bool {
    switch root {
    case .row(let dataset): dataset.index(of: name) != nil
    case .named(let own, _): own == name
    case .none: false
    }
  }

  private typealias Locals = [String: Shape]

  /// Returns a node that says something else by a mark.
  private mutating func marked(_ node: Expression, _ kind: Expression.Kind) -> Expression {
    markCount += 1
    return node.replacing(kind)
  }

  /// Returns a node with the children that were visited since `before`; the node itself where none of them was marked.
  private func rebuilt(_ node: Expression, since before: Int, _ kind: @autoclosure () -> Expression.Kind) -> Expression
  {
    markCount == before ? node : node.replacing(kind())
  }

  private mutating func visit(_ node: Expression, _ locals: Locals) -> (node: Expression, shape: Shape) {
    let before = markCount
    switch node.kind {
    case .literal, .message: return (node, .other)
    case .identifier(let name): return (node, locals[name] ?? shape(ofName: name, node))
    case .select(let operand, let field):
      if let set = set(operand, field, locals) {
        found.sets.insert(set)
        found.read(field, of: set.dataset)
        return (node, .other)
      }
      let (row, shape) = step(operand, locals)
      return (rebuilt(node, since: before, .select(row, field: field)), self.shape(of: field, in: shape, node))
    case .optionalSelect(let operand, let field):
      let (row, shape) = step(operand, locals)
      _ = self.shape(of: field, in: shape, node)
      return (rebuilt(node, since: before, .optionalSelect(row, field: field)), .other)
    case .presence(let operand, let field):
      let (row, shape) = step(operand, locals)
      _ = self.shape(of: field, in: shape, node)
      return (rebuilt(node, since: before, .presence(row, field: field)), .other)
    case .call(let name, let target, let arguments): return call(node, name, target, arguments, locals)
    case .list(let entries, let optionals):
      let visited = entries.map { visit($0, locals).node }
      return (rebuilt(node, since: before, .list(visited, optionals: optionals)), .other)
    case .map(let entries):
      let visited = entries.map { entry in
        entry.replacing(key: visit(entry.key, locals).node, value: visit(entry.value, locals).node)
      }
      return (rebuilt(node, since: before, .map(visited)), .other)
    case .comprehension(let macro): return comprehension(node, macro, locals)
    case .bind(let variable, let value, let body):
      let (value, shape) = visit(value, locals)
      let (inner, result) = visit(body, locals.merging([variable: shape]) { $1 })
      return (rebuilt(node, since: before, .bind(variable, value: value, body: inner)), result)
    case .optionalMap(let target, let variable, let body, let isFlat):
      let target = visit(target, locals).node
      let body = visit(body, locals.merging([variable: .other]) { $1 }).node
      return (
        rebuilt(node, since: before, .optionalMap(target, variable: variable, body: body, isFlat: isFlat)), .other
      )
    }
  }

  private mutating func call(
    _ node: Expression, _ name: String, _ target: Expression?, _ arguments: [Expression], _ locals: Locals
  ) -> (node: Expression, shape: Shape) {
    if name == "hasColumn", target == nil, arguments.count == 1, case .identifier(let field) = arguments[0].kind,
      locals[field] == nil, case .row(let dataset) = root, dataset.index(of: field) != nil
    {
      found.columns.insert(field)
      return (marked(node, .identifier(RowStep.hasColumn(field))), .other)
    }
    let before = markCount
    let visitedTarget = target.map { visit($0, locals) }
    let visited = arguments.map { visit($0, locals) }
    var shape = Shape.other
    if name == "_[_]", case .list(let dataset)? = visited.first?.shape { shape = .row(dataset: dataset, path: nil) }
    let whole = rebuilt(node, since: before, .call(name, target: visitedTarget?.node, arguments: visited.map(\.node)))
    return (whole, shape)
  }

  private mutating func comprehension(
    _ node: Expression, _ macro: Expression.Comprehension, _ locals: Locals
  ) -> (node: Expression, shape: Shape) {
    let before = markCount
    let (range, shape) = visit(macro.range, locals)
    var inner = locals
    var element = Shape.other
    if case .list(let dataset) = shape { element = .row(dataset: dataset, path: nil) }
    if let second = macro.second {
      inner[macro.variable] = .other
      inner[second] = element
    } else {
      inner[macro.variable] = element
    }
    let filter = macro.filter.map { visit($0, inner).node }
    let body = visit(macro.body, inner)
    var result = Shape.other
    if macro.kind == .filter { result = shape }
    if macro.kind == .map, case .row(let dataset, _) = body.shape { result = .list(dataset: dataset) }
    let whole = rebuilt(
      node, since: before, .comprehension(macro.replacing(range: range, filter: filter, body: body.node)))
    return (whole, result)
  }

  // MARK: Steps

  /// Visits what stands before a dot; a reference there is followed.
  private mutating func step(_ operand: Expression, _ locals: Locals) -> (node: Expression, shape: Shape) {
    let (node, shape) = visit(operand, locals)
    guard case .reference(let target, let path) = shape else { return (node, shape) }
    switch node.kind {
    case .identifier(let name):
      follow(name, of: rootDataset?.name, isOwn: true)
      return (marked(node, .identifier(RowStep.name(name))), .row(dataset: target, path: path.map { $0 + [name] }))
    case .select(let row, let field):
      follow(field, of: owner(of: row, locals), isOwn: false)
      return (
        marked(node, .select(row, field: RowStep.name(field))), .row(dataset: target, path: path.map { $0 + [field] })
      )
    default: return (node, .other)
    }
  }

  private var rootDataset: Dataset? {
    if case .row(let dataset) = root { dataset } else { nil }
  }

  /// The dataset of the row that a marked expression gives.
  private mutating func owner(of row: Expression, _ locals: Locals) -> String? {
    switch row.kind {
    case .identifier(let name):
      if let field = RowStep.field(name), let dataset = rootDataset {
        return relationships.reference(field, of: dataset.name)?.dataset
      }
      if case .row(let dataset, _)? = locals[name] { return dataset }
      if case .named(name, let dataset) = root { return dataset.name }
      return nil
    case .select(let inner, let name):
      guard let field = RowStep.field(name), let dataset = owner(of: inner, locals) else { return nil }
      return relationships.reference(field, of: dataset)?.dataset
    case .call("_[_]", _, let arguments):
      if case .list(let dataset) = visit(arguments[0], locals).shape { return dataset }
      return nil
    default: return nil
    }
  }

  /// Notes what following a reference reads.
  private mutating func follow(_ field: String, of dataset: String?, isOwn: Bool) {
    guard let dataset, let reference = relationships.reference(field, of: dataset) else { return }
    found.steps.insert(.init(dataset: dataset, field: field))
    for pair in reference.match {
      if isOwn { found.ownFields.insert(pair.ours) } else { found.read(pair.ours, of: dataset) }
      found.read(pair.theirs, of: reference.dataset)
    }
  }

  // MARK: Names

  private mutating func shape(ofName name: String, _ node: Expression) -> Shape {
    switch root {
    case .row(let dataset):
      if dataset.index(of: name) != nil {
        guard let reference = relationships.reference(name, of: dataset.name) else { return .other }
        return .reference(target: reference.dataset, path: [])
      }
      if Constants.names.contains(name) { return .other }
      return list(name, of: dataset.name, path: [], node)
    case .named(name, let dataset): return .row(dataset: dataset.name, path: nil)
    case .named, .none: return .other
    }
  }

  private mutating func shape(of field: String, in shape: Shape, _ node: Expression) -> Shape {
    guard case .row(let name, let path) = shape, let dataset = relationships.dataset(name) else { return .other }
    if dataset.index(of: field) != nil {
      found.read(field, of: name)
      guard let reference = relationships.reference(field, of: name) else { return .other }
      return .reference(target: reference.dataset, path: path)
    }
    return list(field, of: name, path: path, node)
  }

  private mutating func list(_ name: String, of dataset: String, path: [String]?, _ node: Expression) -> Shape {
    let lists = relationships.lists(name, of: dataset)
    guard let list = lists.first else { return .other }
    if lists.count > 1 { ambiguous.append((name, lists, node.range)) }
    found.lists.insert(.init(list: list, owner: dataset, path: path))
    for pair in relationships.reference(list.field, of: list.dataset)?.match ?? [] {
      found.read(pair.ours, of: list.dataset)
      if path == [] { found.ownFields.insert(pair.theirs) }
      // The keys of the owner tell which references lead nowhere.
      found.read(pair.theirs, of: dataset)
    }
    return .list(dataset: list.dataset)
  }

  /// The set that `operand.field` names, where `operand` is a dataset that is nothing else in this place.
  private func set(_ operand: Expression, _ field: String, _ locals: Locals) -> SetName? {
    guard case .identifier(let name) = operand.kind, locals[name] == nil, !Constants.names.contains(name),
      let dataset = relationships.dataset(name), dataset.index(of: field) != nil
    else { return nil }
    switch root {
    case .row(let own):
      if own.index(of: name) != nil || !relationships.lists(name, of: own.name).isEmpty { return nil }
    case .named(let own, _): if own == name { return nil }
    case .none: break
    }
    return SetName(dataset: name, field: field)
  }
}
