/// What an expression may speak of: variables, functions and the fields of records.
public struct Environment: Sendable {
  /// The types of variables by qualified name.
  public var variables: [String: CELType]
  /// The overloads of functions and operators by name.
  public private(set) var functions: [String: [Overload]]
  /// The types of the fields of records by the record's name.
  public var objects: [String: [String: CELType]]
  /// The namespace in which names are looked up first.
  public var container: String

  /// Creates an environment with the standard functions and the given variables.
  public init(variables: [String: CELType] = [:], container: String = "") {
    self.variables = variables
    self.container = container
    objects = [:]
    functions = StandardDeclarations.byName
  }

  /// Creates an environment that knows no names, for looking them up in a container.
  init(bare container: String) {
    variables = [:]
    functions = [:]
    objects = [:]
    self.container = container
  }

  /// Adds overloads to those of the same name.
  public mutating func add(_ overloads: [Overload]) {
    for overload in overloads { functions[overload.function, default: []].append(overload) }
  }

  /// The qualified names that `name` may stand for, the most specific first.
  func candidates(for name: String) -> [String] {
    if name.hasPrefix(".") { return [String(name.dropFirst())] }
    if container.isEmpty { return [name] }
    let parts = container.split(separator: ".")
    return (0...parts.count).reversed().map { ($0 == 0 ? [] : parts[..<$0].map(String.init) + []) + [name] }
      .map { $0.joined(separator: ".") }
  }
}

/// One form of a function: the types that it takes and the type that it gives.
///
/// A checker goes through the forms of a function at every call, and environments share them.
public final class Overload: Hashable, Sendable {
  /// The function's name, or an operator's name in the standard.
  public let function: String
  /// A name that tells it from all others.
  public let id: String
  /// Whether the first parameter stands before the dot.
  public let isMember: Bool
  /// The types of the parameters, the receiver's first.
  public let parameters: [CELType]
  /// The type of the result.
  public let result: CELType
  /// Whether it has type parameters.
  let isGeneric: Bool

  /// Creates an overload of a function.
  public init(
    _ function: String, _ id: String, _ parameters: [CELType], _ result: CELType, isMember: Bool = false
  ) {
    self.function = function
    self.id = id
    self.isMember = isMember
    self.parameters = parameters
    self.result = result
    isGeneric = result.hasParameter || parameters.contains(where: \.hasParameter)
  }

  /// Compares all that two forms say.
  public static func == (left: Overload, right: Overload) -> Bool {
    left === right
      || left.function == right.function && left.id == right.id && left.isMember == right.isMember
        && left.parameters == right.parameters && left.result == right.result
  }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
