/// What is known of the type parameters of the functions that an expression calls.
struct Substitution {
  private var bindings: [String: CELType] = [:]
  private var count = 0

  /// Returns a parameter that no other type has.
  mutating func fresh() -> CELType {
    count += 1
    return .parameter("_\(count)")
  }

  /// Returns an overload with parameters of its own.
  mutating func instantiate(_ overload: Overload) -> (parameters: [CELType], result: CELType) {
    if !overload.isGeneric { return (overload.parameters, overload.result) }
    var names: [String: CELType] = [:]
    let parameters = overload.parameters.map { instantiate($0, &names) }
    return (parameters, instantiate(overload.result, &names))
  }

  private mutating func instantiate(_ type: CELType, _ names: inout [String: CELType]) -> CELType {
    if case .parameter(let name) = type {
      if let known = names[name] { return known }
      let new = fresh()
      names[name] = new
      return new
    }
    var changed: [String: CELType] = names
    let result = type.map { self.instantiate($0, &changed) }
    names = changed
    return result
  }

  /// Returns a type with all that is known put in; parameters that are still open stay, or become dyn.
  func apply(_ type: CELType, openBecomeDyn: Bool = false) -> CELType {
    if !type.hasParameter { return type }
    if case .parameter(let name) = type {
      if let bound = bindings[name] { return apply(bound, openBecomeDyn: openBecomeDyn) }
      return openBecomeDyn ? .dyn : type
    }
    return type.map { apply($0, openBecomeDyn: openBecomeDyn) }
  }

  /// Whether a value of type `source` may stand where `target` is wanted; binds parameters on the way.
  mutating func unify(_ target: CELType, _ source: CELType) -> Bool {
    let left = shallow(target)
    let right = shallow(source)
    if left == right { return true }
    switch (left, right) {
    case (.parameter(let name), _): return bind(name, right)
    case (_, .parameter(let name)): return bind(name, left)
    case (.dyn, _), (_, .dyn), (.error, _), (_, .error): return true
    case (.null, _): return right.admitsNull
    case (_, .null): return left.admitsNull
    case (.nullable(let inner), _): return unify(inner, right.nonNull)
    case (_, .nullable(let inner)): return unify(left, inner)
    case (.list(let one), .list(let other)): return unify(one, other)
    // Any two types may be compared, whatever they are types of.
    case (.type, .type): return true
    case (.map(let key, let value), .map(let otherKey, let otherValue)):
      return unify(key, otherKey) && unify(value, otherValue)
    case (.opaque(let name, let parameters), .opaque(let other, let others)):
      guard name == other, parameters.count == others.count else { return false }
      for (one, two) in zip(parameters, others) where !unify(one, two) { return false }
      return true
    default: return false
    }
  }

  /// Like ``unify(_:_:)``, but a parameter on the wanted side takes the more general of all the types that it meets.
  mutating func accept(_ target: CELType, _ source: CELType) -> Bool {
    guard case .parameter(let name) = target, let bound = bindings[name] else { return unify(target, source) }
    let known = apply(bound)
    guard unify(known, source) else { return false }
    if case .parameter = shallow(bound) { return true }
    bindings[name] = mostGeneral(apply(known), apply(source))
    return true
  }

  /// The more general of two types that fit each other.
  func mostGeneral(_ left: CELType, _ right: CELType) -> CELType {
    switch (left, right) {
    case (.dyn, _), (_, .dyn): .dyn
    case (.parameter, _): right
    case (_, .parameter): left
    case (.null, _): right
    case (_, .null): left
    case (.nullable, _): left
    case (_, .nullable): right
    case (.list(let one), .list(let other)): .list(mostGeneral(one, other))
    case (.map(let key, let value), .map(let otherKey, let otherValue)):
      .map(mostGeneral(key, otherKey), mostGeneral(value, otherValue))
    case (.opaque(let name, let parameters), .opaque(_, let others)) where parameters.count == others.count:
      .opaque(name, zip(parameters, others).map { mostGeneral($0, $1) })
    default: left
    }
  }

  private func shallow(_ type: CELType) -> CELType {
    var type = type
    while case .parameter(let name) = type, let bound = bindings[name] { type = bound }
    return type
  }

  private mutating func bind(_ name: String, _ type: CELType) -> Bool {
    if apply(type).contains(parameter: name) { return false }
    bindings[name] = type
    return true
  }
}

extension CELType {
  /// Returns the type with its parts changed.
  func map(_ change: (CELType) -> CELType) -> CELType {
    switch self {
    case .list(let element): .list(change(element))
    case .map(let key, let value): .map(change(key), change(value))
    case .type(let type): .type(change(type))
    case .nullable(let type): .nullable(change(type))
    case .opaque(let name, let parameters): .opaque(name, parameters.map(change))
    default: self
    }
  }

  /// Whether a type parameter is part of it.
  var hasParameter: Bool {
    switch self {
    case .parameter: true
    case .list(let element): element.hasParameter
    case .map(let key, let value): key.hasParameter || value.hasParameter
    case .type(let type), .nullable(let type): type.hasParameter
    case .opaque(_, let parameters): parameters.contains(where: \.hasParameter)
    default: false
    }
  }

  fileprivate func contains(parameter name: String) -> Bool {
    switch self {
    case .parameter(let other): name == other
    case .list(let element): element.contains(parameter: name)
    case .map(let key, let value): key.contains(parameter: name) || value.contains(parameter: name)
    case .type(let type), .nullable(let type): type.contains(parameter: name)
    case .opaque(_, let parameters): parameters.contains { $0.contains(parameter: name) }
    default: false
    }
  }
}
