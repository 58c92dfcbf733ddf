/// Checks the types of an expression before it is run (CEL language definition, "Gradual Type Checking").
public struct TypeChecker {
  private let environment: Environment
  private var substitution = Substitution()
  /// The types by node, dyn for those that are not checked yet.
  private var types: [CELType] = []
  private var variableNames: Set<String> = []
  private var locals: [(name: String, type: CELType)] = []
  private var issues: [TypeIssue] = []

  /// Checks an expression and returns it with the types of all nodes, or everything that is wrong with it.
  ///
  /// O(nodes × overloads of each function).
  public static func check(
    _ expression: Expression, in environment: Environment
  ) -> (checked: CheckedExpression?, issues: [TypeIssue]) {
    // The whole has the greatest number.
    var checker = TypeChecker(environment: environment, nodes: expression.id + 1)
    _ = checker.check(expression)
    if !checker.issues.isEmpty { return (nil, checker.issues) }
    let types = checker.types.map { checker.substitution.apply($0, openBecomeDyn: true) }
    return (CheckedExpression(expression: expression, types: types, variableNames: checker.variableNames), [])
  }

  private init(environment: Environment, nodes: Int) {
    self.environment = environment
    types.reserveCapacity(nodes)
  }

  private mutating func report(_ problem: TypeIssue.Problem, _ node: Expression) -> CELType {
    issues.append(TypeIssue(problem: problem, range: node.range, node: node.id))
    return .error
  }

  private mutating func check(_ node: Expression) -> CELType {
    let type = substitution.apply(infer(node))
    while types.count <= node.id { types.append(.dyn) }
    types[node.id] = type
    return type
  }

  private mutating func infer(_ node: Expression) -> CELType {
    switch node.kind {
    case .literal(let literal): return Self.type(of: literal)
    case .identifier(let name):
      if let local = local(name) { return local }
      return variable(name) ?? report(.undeclared(name, candidates: names), node)
    case .select(let operand, let field):
      if let name = node.qualifiedName({ local($0) != nil }), let type = variable(name) { return type }
      return self.field(field, of: check(operand), node)
    case .optionalSelect(let operand, let field):
      let type = self.field(field, of: check(operand), node)
      return type.isOptional ? type : .optional(type)
    case .presence(let operand, let field):
      _ = self.field(field, of: check(operand), node)
      return .bool
    case .call(let name, let target, let arguments): return call(node, name, target, arguments)
    case .list(let entries, let optionals): return list(entries, optionals)
    case .map(let entries): return map(entries)
    case .message(let name, let fields):
      for field in fields { _ = check(field.value) }
      return report(.undeclared(name, candidates: environment.objects.keys.sorted()), node)
    case .comprehension(let comprehension): return self.comprehension(comprehension)
    case .bind(let variable, let value, let body):
      let type = check(value)
      return with([(variable, type)]) { checker in checker.check(body) }
    case .optionalMap(let target, let variable, let body, let isFlat):
      let type = check(target)
      let wrapped = substitution.fresh()
      if !substitution.unify(.optional(wrapped), type) { return report(.notOptional(type), target) }
      let result = with([(variable, substitution.apply(wrapped))]) { checker in checker.check(body) }
      if !isFlat { return .optional(result) }
      return substitution.unify(.optional(substitution.fresh()), result) ? result : report(.notOptional(result), body)
    }
  }

  private static func type(of literal: Literal) -> CELType {
    switch literal {
    case .null: .null
    case .bool: .bool
    case .int: .int
    case .uint: .uint
    case .double: .double
    case .string: .string
    case .bytes: .bytes
    }
  }

  // MARK: Names

  private var names: [String] {
    (environment.variables.keys + locals.map(\.name)).sorted()
  }

  private func local(_ name: String) -> CELType? {
    locals.last { $0.name == name }?.type
  }

  private mutating func variable(_ name: String) -> CELType? {
    if let type = environment.variables[name], environment.container.isEmpty {
      variableNames.insert(name)
      return type
    }
    for candidate in environment.candidates(for: name) {
      if let type = environment.variables[candidate] {
        variableNames.insert(candidate)
        return type
      }
      if let type = Self.typeNames[candidate] { return .type(type) }
    }
    return nil
  }

  private static let typeNames: [String: CELType] = [
    "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes,
    "list": .list(.dyn), "map": .map(.dyn, .dyn), "null_type": .null, "type": .type(.dyn),
    "optional_type": .optional(.dyn), "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
  ]

  private mutating func with(
    _ variables: [(name: String, type: CELType)], _ body: (inout TypeChecker) -> CELType
  ) -> CELType {
    locals += variables
    defer { locals.removeLast(variables.count) }
    return body(&self)
  }

  private mutating func field(_ name: String, of type: CELType, _ node: Expression) -> CELType {
    switch substitution.apply(type) {
    case .dyn, .error, .parameter: return .dyn
    case .map(_, let value): return value
    case .nullable(let inner): return field(name, of: inner, node)
    case .object(let object):
      let fields = environment.objects[object] ?? [:]
      return fields[name] ?? report(.noSuchField(name, of: type, candidates: fields.keys.sorted()), node)
    case .opaque("optional_type", let wrapped):
      let inner = field(name, of: wrapped.first ?? .dyn, node)
      return inner.isOptional ? inner : .optional(inner)
    default: return report(.noSuchField(name, of: type, candidates: []), node)
    }
  }

  // MARK: Calls

  private mutating func call(
    _ node: Expression, _ name: String, _ target: Expression?, _ arguments: [Expression]
  ) -> CELType {
    if let target {
      if let prefix = target.qualifiedName({ local($0) != nil }) {
        for candidate in environment.candidates(for: prefix + "." + name) where environment.functions[candidate] != nil
        {
          return resolve(node, candidate, arguments.map { check($0) }, isMember: false)
        }
      }
      return resolve(node, name, ([target] + arguments).map { check($0) }, isMember: true)
    }
    let types = arguments.map { check($0) }
    if !environment.container.isEmpty || name.hasPrefix(".") {
      for candidate in environment.candidates(for: name) where environment.functions[candidate] != nil {
        return resolve(node, candidate, types, isMember: false)
      }
    }
    return resolve(node, name, types, isMember: false)
  }

  private mutating func resolve(_ node: Expression, _ name: String, _ types: [CELType], isMember: Bool) -> CELType {
    guard let all = environment.functions[name] else {
      return report(
        .noSuchFunction(name, candidates: environment.functions.keys.filter { !$0.contains("_") }.sorted()), node)
    }
    if types.contains(.error) { return .error }
    if let type = variadic(name, types) { return type }
    // Equality is a truth whatever is compared, so that no form of it has to be found.
    if types.count == 2, name == "_==_" || name == "_!=_", types[0].isComparable(with: types[1]) { return .bool }
    var matches = 0
    var result: CELType?
    var after = substitution
    for form in all where form.isMember == isMember && form.mayTake(types) {
      var attempt = substitution
      let found: CELType
      if !form.isGeneric, form.parameters == types {
        found = form.result
      } else {
        let (parameters, type) = attempt.instantiate(form)
        guard types.indices.allSatisfy({ attempt.accept(parameters[$0], types[$0]) }) else { continue }
        found = attempt.apply(type)
      }
      matches += 1
      if let known = result {
        if known != found { result = .dyn }
      } else {
        result = found
        after = attempt
      }
    }
    guard let result else {
      let applied = types.map { substitution.apply($0, openBecomeDyn: true) }
      return report(.noSuchOverload(name, arguments: applied, available: all), node)
    }
    // Several overloads fit where a type is dyn: what the first would say of it is no knowledge.
    if matches == 1 { substitution = after }
    checkPattern(node, name)
    return result
  }

  /// `math.greatest` and `math.least` take any number of numbers.
  private func variadic(_ name: String, _ types: [CELType]) -> CELType? {
    guard name == "math.greatest" || name == "math.least", types.count > 2 else { return nil }
    let numbers: [CELType] = [.int, .uint, .double, .dyn]
    guard types.allSatisfy({ numbers.contains($0) }) else { return nil }
    return types.allSatisfy { $0 == types[0] } ? types[0] : .dyn
  }

  private mutating func checkPattern(_ node: Expression, _ name: String) {
    guard name == "matches", case .call(_, _, let arguments) = node.kind, let last = arguments.last,
      case .literal(.string(let pattern)) = last.kind, (try? RegularExpression(pattern)) == nil
    else { return }
    _ = report(.invalidRegularExpression(pattern), last)
  }

  // MARK: Collections

  private mutating func list(_ entries: [Expression], _ optionals: Set<Int>) -> CELType {
    var joined: CELType?
    for (place, entry) in entries.enumerated() {
      joined = join(joined, optionals.contains(place) ? unwrapped(check(entry), entry) : check(entry))
    }
    return .list(joined ?? substitution.fresh())
  }

  private mutating func map(_ entries: [Expression.Entry]) -> CELType {
    var key: CELType?
    var value: CELType?
    for entry in entries {
      key = join(key, check(entry.key))
      let type = check(entry.value)
      value = join(value, entry.isOptional ? unwrapped(type, entry.value) : type)
    }
    return .map(key ?? substitution.fresh(), value ?? substitution.fresh())
  }

  private mutating func unwrapped(_ type: CELType, _ node: Expression) -> CELType {
    let wrapped = substitution.fresh()
    return substitution.unify(.optional(wrapped), type) ? substitution.apply(wrapped) : report(.notOptional(type), node)
  }

  private mutating func join(_ left: CELType?, _ right: CELType) -> CELType {
    guard let left else { return right }
    var attempt = substitution
    guard attempt.unify(left, right) else { return .dyn }
    substitution = attempt
    return substitution.mostGeneral(substitution.apply(left), substitution.apply(right))
  }

  // MARK: Comprehensions

  private mutating func comprehension(_ node: Expression.Comprehension) -> CELType {
    let range = check(node.range)
    let first: CELType
    let second: CELType
    switch substitution.apply(range) {
    case .list(let element): (first, second) = (.int, element)
    case .map(let key, let value): (first, second) = (key, value)
    case .dyn, .error, .parameter: (first, second) = (.dyn, .dyn)
    case let type:
      _ = report(.notIterable(type), node.range)
      (first, second) = (.error, .error)
    }
    let isMap = if case .map = substitution.apply(range) { true } else { false }
    let variables =
      node.second.map { [(name: node.variable, type: first), (name: $0, type: second)] }
      ?? [(name: node.variable, type: isMap ? first : second)]
    return with(variables) { checker in
      if let filter = node.filter { checker.requireBool(filter) }
      switch node.kind {
      case .all, .exists, .existsOne:
        checker.requireBool(node.body)
        return .bool
      case .filter:
        checker.requireBool(node.body)
        return isMap ? .list(first) : .list(second)
      case .map, .transformList: return .list(checker.check(node.body))
      case .transformMap: return .map(first, checker.check(node.body))
      case .transformMapEntry: return checker.check(node.body)
      }
    }
  }

  private mutating func requireBool(_ node: Expression) {
    let type = check(node)
    if !substitution.unify(.bool, type) { _ = report(.notBoolean(type), node) }
  }
}

extension Overload {
  /// Whether it may take values of such types, as far as that is seen without a look into them.
  fileprivate func mayTake(_ types: [CELType]) -> Bool {
    if parameters.count != types.count { return false }
    for place in types.indices where parameters[place].certainlyDiffers(from: types[place]) { return false }
    return true
  }
}

extension CELType {
  /// Whether neither type can ever stand for the other, but for null, which is seen without a look into them.
  fileprivate func certainlyDiffers(from other: CELType) -> Bool {
    if case .nullable(let inner) = other { return certainlyDiffers(from: inner) }
    if case .nullable(let inner) = self { return inner.certainlyDiffers(from: other) }
    return isScalar && other.isScalar && self != other
  }

  /// Whether values of the two types may certainly be compared, and nothing is learnt from it about either.
  fileprivate func isComparable(with other: CELType) -> Bool {
    if hasParameter || other.hasParameter { return false }
    switch (self, other) {
    case (.null, _): return other.admitsNull
    case (_, .null): return admitsNull
    default: return nonNull == other.nonNull
    }
  }

  private var isScalar: Bool {
    switch self {
    case .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration: true
    case .opaque(_, let parameters): parameters.isEmpty
    default: false
    }
  }

  /// Whether it is an optional.
  fileprivate var isOptional: Bool {
    if case .opaque("optional_type", _) = self { true } else { false }
  }
}
