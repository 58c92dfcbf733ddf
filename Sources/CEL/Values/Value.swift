/// A value of the Common Expression Language, or the reason why there is none.
///
/// Errors and unknowns are values: a condition on a row never throws, and the logical operators absorb both where the
/// other side decides.
public enum Value: Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case uint(UInt64)
  case double(Double)
  case string(String)
  case bytes([UInt8])
  case list([Value])
  /// A list of which some elements may not be there.
  indirect case openList(OpenList)
  case map(MapValue)
  case timestamp(Timestamp)
  case duration(Duration)
  case type(String)
  indirect case optional(Value?)
  /// A record of the host's.
  case object(any ObjectValue)
  /// A value of a host's type, which only the host's functions look into.
  case opaque(any OpaqueValue)
  case error(EvaluationError)
  case unknown(UnknownSet)

  /// Whether it is an error or unknown.
  public var isFailure: Bool {
    switch self {
    case .error, .unknown: true
    default: false
    }
  }

  /// The name of its type.
  public var typeName: String {
    switch self {
    case .null: "null_type"
    case .bool: "bool"
    case .int: "int"
    case .uint: "uint"
    case .double: "double"
    case .string: "string"
    case .bytes: "bytes"
    case .list, .openList: "list"
    case .map: "map"
    case .timestamp: "google.protobuf.Timestamp"
    case .duration: "google.protobuf.Duration"
    case .type: "type"
    case .optional: "optional_type"
    case .object(let object): object.typeName
    case .opaque(let value): value.typeName
    case .error: "error"
    case .unknown: "unknown"
    }
  }
}

/// A list of which some elements may not be there: what is asked of it is known where those make no difference.
///
/// Its elements have no order, so that no index leads to one.
public struct OpenList: Sendable {
  /// The elements that are there.
  public let certain: [Value]
  /// How many elements may be there.
  public let possibleCount: Int
  /// What would have to be known.
  public let reason: UnknownSet
  private let element: @Sendable (Int) -> Value

  /// Creates a list with at least one element that may not be there. These may be many, and are made when they are asked for.
  public init(
    certain: [Value], possibleCount: Int, possible: @escaping @Sendable (Int) -> Value, reason: UnknownSet
  ) {
    precondition(possibleCount > 0, "a list without open elements is an ordinary list")
    self.certain = certain
    self.possibleCount = possibleCount
    self.reason = reason
    element = possible
  }

  /// The elements that may be there.
  public var possible: some Sequence<Value> { (0..<possibleCount).lazy.map(element) }
}

/// A record whose fields the host looks up when they are asked for.
public protocol ObjectValue: Sendable {
  /// The name under which the environment declares its fields.
  var typeName: String { get }
  /// Returns a field's value; nil where there is no such field.
  func field(_ name: String) -> Value?
  /// Whether another record is equal.
  func isEqual(to other: any ObjectValue) -> Bool
}

extension ObjectValue {
  /// Records are not equal unless they say so.
  public func isEqual(to other: any ObjectValue) -> Bool { false }
}

/// A value of a host's type.
public protocol OpaqueValue: Sendable {
  /// The name of the type, as the environment declares it.
  var typeName: String { get }
  /// Compares with another value: true, false, an error or unknown.
  func equals(_ other: Value) -> Value
}

/// What went wrong when an expression was run.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of errors.
  public enum Problem: Hashable, Sendable {
    case divideByZero, modulusByZero, overflow
    case noSuchOverload(String)
    case noSuchKey(String)
    case noSuchField(String)
    case indexOutOfRange(Int64)
    case undeclared(String)
    case invalidArgument(String)
    case emptyOptional
    case tooManySteps
  }

  /// What went wrong.
  public let problem: Problem

  /// Creates an error.
  public init(_ problem: Problem) {
    self.problem = problem
  }

  /// The error in English.
  public var description: String {
    switch problem {
    case .divideByZero: "divide by zero"
    case .modulusByZero: "modulus by zero"
    case .overflow: "return error for overflow"
    case .noSuchOverload(let name): "no such overload: \(name)"
    case .noSuchKey(let key): "no such key: \(key)"
    case .noSuchField(let field): "no such field: \(field)"
    case .indexOutOfRange(let index): "index out of bounds: \(index)"
    case .undeclared(let name): "undeclared reference to '\(name)'"
    case .invalidArgument(let text): text
    case .emptyOptional: "optional.none() dereference"
    case .tooManySteps: "evaluation took too many steps"
    }
  }
}

/// The names of what is not known and was needed.
public struct UnknownSet: Hashable, Sendable {
  private final class Names: Sendable {
    let all: Set<String>

    init(_ all: Set<String>) {
      self.all = all
    }
  }

  private let names: Names

  /// Creates a set of names.
  public init(_ attributes: Set<String>) {
    names = Names(attributes)
  }

  /// Creates a set of one name.
  public init(_ attribute: String) {
    self.init([attribute])
  }

  /// The names, such as `birth_date`.
  public var attributes: Set<String> { names.all }

  /// The same for a set and those that it was given on to as it is, as long as one of them is there: what was made of a large
  /// set need not be made again.
  public var identity: ObjectIdentifier { ObjectIdentifier(names) }

  /// Returns the names of both.
  public func union(_ other: UnknownSet) -> UnknownSet {
    names === other.names ? self : UnknownSet(attributes.union(other.attributes))
  }

  /// Compares the names.
  public static func == (left: UnknownSet, right: UnknownSet) -> Bool {
    left.names === right.names || left.attributes == right.attributes
  }

  /// Hashes the names.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(attributes)
  }
}

extension Value {
  /// Creates an error.
  static func failure(_ problem: EvaluationError.Problem) -> Value { .error(EvaluationError(problem)) }

  /// Returns the first error or the union of the unknowns among values; nil where all are proper values. An unknown
  /// outweighs an error.
  public static func failure(among values: some Sequence<Value>) -> Value? {
    var unknown: UnknownSet?
    var error: Value?
    for value in values {
      switch value {
      case .unknown(let set): unknown = unknown.map { $0.union(set) } ?? set
      case .error: error = error ?? value
      default: break
      }
    }
    return unknown.map { .unknown($0) } ?? error
  }
}
