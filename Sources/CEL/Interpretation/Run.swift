/// The names that stand for types.
private let typeNames: Set<String> = [
  "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type", "optional_type",
  "google.protobuf.Timestamp", "google.protobuf.Duration",
]

/// One run of a program.
struct Run<Variables: Activation> {
  let resolution: Resolution
  let activation: Variables
  var stepsLeft: Int

  /// Evaluates a node; `frame` holds the variables of the macros around it.
  mutating func evaluate(_ node: Expression, _ frame: Frame?) -> Value {
    stepsLeft -= 1
    if stepsLeft < 0 { return .failure(.tooManySteps) }
    switch node.kind {
    case .literal(let literal): return Value(literal)
    case .identifier(let name):
      if !name.hasPrefix("."), let value = frame?.value(of: name) { return value }
      return variable(node) ?? .failure(.undeclared(name))
    case .select(let operand, let field):
      if let value = variable(node) { return value }
      return evaluate(operand, frame).field(field)
    case .optionalSelect(let operand, let field): return evaluate(operand, frame).optionalField(field)
    case .presence(let operand, let field): return evaluate(operand, frame).has(field)
    case .call(let name, let target, let arguments): return call(node, name, target, arguments, frame)
    case .list(let entries, let optionals): return list(entries, optionals, frame)
    case .map(let entries): return map(entries, frame)
    case .message(let name, _): return .failure(.undeclared(name))
    case .comprehension(let comprehension): return self.comprehension(comprehension, frame)
    case .bind(let variable, let value, let body):
      return evaluate(body, Frame(variable, evaluate(value, frame), frame))
    case .optionalMap(let target, let variable, let body, let isFlat):
      return optionalMap(evaluate(target, frame), variable, body, isFlat, frame)
    }
  }

  private func variable(_ node: Expression) -> Value? {
    guard let candidates = resolution.candidates[node.id] else { return nil }
    for candidate in candidates {
      if let value = activation.value(of: candidate) { return value }
    }
    for candidate in candidates {
      if typeNames.contains(candidate) { return .type(candidate) }
    }
    return nil
  }

  // MARK: Calls

  private mutating func call(
    _ node: Expression, _ name: String, _ target: Expression?, _ arguments: [Expression], _ frame: Frame?
  ) -> Value {
    switch name {
    case "_&&_": return logical(arguments, frame, decidedBy: false)
    case "_||_": return logical(arguments, frame, decidedBy: true)
    case "_?_:_":
      switch evaluate(arguments[0], frame) {
      case .bool(let condition): return evaluate(arguments[condition ? 1 : 2], frame)
      case let failure where failure.isFailure: return failure
      default: return .failure(.noSuchOverload(name))
      }
    case "or", "orValue":
      if let target, !resolution.namespaced.contains(node.id), arguments.count == 1 {
        return alternative(evaluate(target, frame), name, arguments[0], frame)
      }
    default: break
    }
    var values: [Value] = []
    values.reserveCapacity(arguments.count + 1)
    if let target, !resolution.namespaced.contains(node.id) { values.append(evaluate(target, frame)) }
    for argument in arguments { values.append(evaluate(argument, frame)) }
    if let failure = Value.failure(among: values) { return failure }
    for case .openList(let list) in values { return .unknown(list.reason) }
    for implementation in resolution.functions[node.id] ?? [] {
      if let value = implementation(values) { return value }
    }
    return .failure(.noSuchOverload(name))
  }

  /// `&&` and `||`: the side that decides absorbs errors and unknowns of the other.
  private mutating func logical(_ arguments: [Expression], _ frame: Frame?, decidedBy decisive: Bool) -> Value {
    var failures: [Value] = []
    for argument in arguments {
      switch evaluate(argument, frame) {
      case .bool(decisive): return .bool(decisive)
      case .bool: break
      case let value where value.isFailure: failures.append(value)
      default: failures.append(.failure(.noSuchOverload(decisive ? "_||_" : "_&&_")))
      }
    }
    return Value.failure(among: failures) ?? .bool(!decisive)
  }

  private mutating func alternative(
    _ target: Value, _ name: String, _ argument: Expression, _ frame: Frame?
  ) -> Value {
    if target.isFailure { return target }
    guard case .optional(let value) = target else { return .failure(.noSuchOverload(name)) }
    if let value { return name == "or" ? target : value }
    return evaluate(argument, frame)
  }

  private mutating func optionalMap(
    _ target: Value, _ variable: String, _ body: Expression, _ isFlat: Bool, _ frame: Frame?
  ) -> Value {
    if target.isFailure { return target }
    guard case .optional(let value) = target else { return .failure(.noSuchOverload("optMap")) }
    guard let value else { return .optional(nil) }
    let result = evaluate(body, Frame(variable, value, frame))
    return isFlat || result.isFailure ? result : .optional(result)
  }

  // MARK: Collections

  private mutating func list(_ entries: [Expression], _ optionals: Set<Int>, _ frame: Frame?) -> Value {
    var values: [Value] = []
    for (place, entry) in entries.enumerated() {
      let value = evaluate(entry, frame)
      if optionals.contains(place), !value.isFailure {
        guard case .optional(let wrapped) = value else { return .failure(.noSuchOverload("[?_]")) }
        if let wrapped { values.append(wrapped) }
      } else {
        values.append(value)
      }
    }
    return Value.failure(among: values) ?? .list(values)
  }

  private mutating func map(_ entries: [Expression.Entry], _ frame: Frame?) -> Value {
    var map = MapValue()
    var failures: [Value] = []
    for entry in entries {
      let key = evaluate(entry.key, frame)
      var value = evaluate(entry.value, frame)
      if let failure = Value.failure(among: [key, value]) {
        failures.append(failure)
        continue
      }
      if entry.isOptional {
        guard case .optional(let wrapped) = value else { return .failure(.noSuchOverload("{?_: _}")) }
        guard let wrapped else { continue }
        value = wrapped
      }
      if !map.insert(value, for: key) { return .failure(.invalidArgument("invalid or repeated key: \(key.plainText)")) }
    }
    return Value.failure(among: failures) ?? .map(map)
  }

  // MARK: Comprehensions

  private mutating func comprehension(_ node: Expression.Comprehension, _ frame: Frame?) -> Value {
    let range = evaluate(node.range, frame)
    let elements: [(first: Value, second: Value)]
    switch range {
    case .list(let values): elements = values.enumerated().map { (.int(Int64($0.offset)), $0.element) }
    case .map(let map): elements = map.entries.map { ($0.key, $0.value) }
    case .openList(let list): return openComprehension(node, list, frame)
    case let failure where failure.isFailure: return failure
    default: return .failure(.noSuchOverload(node.kind.rawValue))
    }
    let isMap = if case .map = range { true } else { false }
    func frames(_ element: (first: Value, second: Value)) -> Frame {
      guard let second = node.second else { return Frame(node.variable, isMap ? element.first : element.second, frame) }
      return Frame(second, element.second, Frame(node.variable, element.first, frame))
    }
    switch node.kind {
    case .all: return quantifier(elements.map(frames), node.body, decidedBy: false)
    case .exists: return quantifier(elements.map(frames), node.body, decidedBy: true)
    default: return collect(node, elements, frames)
    }
  }

  /// Goes through a list of which some elements may not be there: the result is known where they make no difference.
  private mutating func openComprehension(_ node: Expression.Comprehension, _ list: OpenList, _ frame: Frame?) -> Value
  {
    guard node.second == nil else { return .unknown(list.reason) }
    let frames = list.certain.map { Frame(node.variable, $0, frame) }
    let open = list.possible.lazy.map { Frame(node.variable, $0, frame) }
    switch node.kind {
    case .all, .exists:
      let decisive = node.kind == .exists
      let certain = quantifier(frames, node.body, decidedBy: decisive)
      if case .bool(decisive) = certain { return certain }
      let possible = quantifier(open, node.body, decidedBy: decisive)
      if case .bool(!decisive) = possible { return certain }
      return Value.failure(among: [certain, possible, .unknown(list.reason)]) ?? .unknown(list.reason)
    case .existsOne, .filter:
      for frame in open {
        guard case .bool(false) = evaluate(node.body, frame) else { return .unknown(list.reason) }
      }
      return collect(node, list.certain.map { (.null, $0) }) { Frame(node.variable, $0.second, frame) }
    default: return .unknown(list.reason)
    }
  }

  private mutating func quantifier(
    _ frames: some Sequence<Frame>, _ body: Expression, decidedBy decisive: Bool
  ) -> Value {
    var failures: [Value] = []
    for frame in frames {
      switch evaluate(body, frame) {
      case .bool(decisive): return .bool(decisive)
      case .bool: break
      case let value where value.isFailure: failures.append(value)
      default: failures.append(.failure(.noSuchOverload(decisive ? "exists" : "all")))
      }
      if stepsLeft < 0 { return .failure(.tooManySteps) }
    }
    return Value.failure(among: failures) ?? .bool(!decisive)
  }

  private mutating func collect(
    _ node: Expression.Comprehension, _ elements: [(first: Value, second: Value)],
    _ frames: ((first: Value, second: Value)) -> Frame
  ) -> Value {
    var values: [Value] = []
    var map = MapValue()
    var count = 0
    for element in elements {
      let frame = frames(element)
      if let filter = node.filter {
        switch evaluate(filter, frame) {
        case .bool(true): break
        case .bool(false): continue
        case let failure where failure.isFailure: return failure
        default: return .failure(.noSuchOverload(node.kind.rawValue))
        }
      }
      let value = evaluate(node.body, frame)
      if value.isFailure { return value }
      switch (node.kind, value) {
      case (.existsOne, .bool(let holds)): count += holds ? 1 : 0
      case (.filter, .bool(let holds)):
        if holds { values.append(node.second == nil ? frame.value : element.second) }
      case (.map, _), (.transformList, _): values.append(value)
      case (.transformMap, _): _ = map.insert(value, for: element.first)
      case (.transformMapEntry, .map(let entry)):
        for (key, value) in entry.entries where !map.insert(value, for: key) {
          return .failure(.invalidArgument("insert failed: key \(key.plainText) already exists"))
        }
      default: return .failure(.noSuchOverload(node.kind.rawValue))
      }
    }
    switch node.kind {
    case .existsOne: return .bool(count == 1)
    case .transformMap, .transformMapEntry: return .map(map)
    default: return .list(values)
    }
  }
}

extension Value {
  init(_ literal: Literal) {
    switch literal {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .uint(let value): self = .uint(value)
    case .double(let value): self = .double(value)
    case .string(let value): self = .string(value)
    case .bytes(let value): self = .bytes(value)
    }
  }

  /// `value.field`
  func field(_ name: String) -> Value {
    switch self {
    case .map(let map): map[.string(name)] ?? .failure(.noSuchKey(name))
    case .object(let object): object.field(name) ?? .failure(.noSuchField(name))
    case .optional: optionalField(name)
    case .error, .unknown: self
    default: .failure(.noSuchOverload(name))
    }
  }

  /// `value.?field`
  func optionalField(_ name: String) -> Value {
    switch self {
    case .map(let map): return .optional(map[.string(name)])
    case .object(let object):
      guard let value = object.field(name) else { return .failure(.noSuchField(name)) }
      if value.isFailure { return value }
      if case .null = value { return .optional(nil) }
      return .optional(value)
    case .optional(nil): return self
    case .optional(let value?): return value.optionalField(name)
    case .error, .unknown: return self
    default: return .failure(.noSuchKey(name))
    }
  }

  /// `has(value.field)`
  func has(_ name: String) -> Value {
    switch self {
    case .map(let map): return .bool(map[.string(name)] != nil)
    case .object(let object):
      guard let value = object.field(name) else { return .failure(.noSuchField(name)) }
      if value.isFailure { return value }
      if case .null = value { return .bool(false) }
      return .bool(true)
    case .optional(nil): return .bool(false)
    case .optional(let value?): return value.has(name)
    case .error, .unknown: return self
    default: return .failure(.noSuchOverload("has"))
    }
  }
}
