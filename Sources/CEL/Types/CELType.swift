/// The type of an expression (CEL language definition, "Values" and "Gradual Type Checking").
public indirect enum CELType: Hashable, Sendable {
  /// Any type; what it is shows when it is run.
  case dyn
  case null
  case bool, int, uint, double, string, bytes, timestamp, duration
  case list(CELType)
  case map(CELType, CELType)
  /// The type of a type.
  case type(CELType)
  /// A value of the given type or null.
  case nullable(CELType)
  /// A record whose fields the environment declares.
  case object(String)
  /// A type of the host's, or of an extension, that only functions look into.
  case opaque(String, [CELType])
  /// A type that a use of the function decides.
  case parameter(String)
  /// A type that was reported as wrong, and fits anything, so that it is reported once.
  case error

  /// An optional value (extension "optional types").
  public static func optional(_ wrapped: CELType) -> CELType { .opaque("optional_type", [wrapped]) }

  /// Whether null is one of its values.
  public var admitsNull: Bool {
    switch self {
    case .dyn, .null, .nullable, .object, .opaque, .timestamp, .duration, .error: true
    default: false
    }
  }

  /// The type without null.
  public var nonNull: CELType {
    if case .nullable(let type) = self { type } else { self }
  }
}

extension CELType: CustomStringConvertible {
  /// The type as the standard writes it.
  public var description: String {
    switch self {
    case .dyn: "dyn"
    case .null: "null_type"
    case .bool: "bool"
    case .int: "int"
    case .uint: "uint"
    case .double: "double"
    case .string: "string"
    case .bytes: "bytes"
    case .timestamp: "google.protobuf.Timestamp"
    case .duration: "google.protobuf.Duration"
    case .list(let element): "list(\(element))"
    case .map(let key, let value): "map(\(key), \(value))"
    case .type: "type"
    case .nullable(let type): "\(type)"
    case .object(let name): name
    case .opaque(let name, let parameters):
      parameters.isEmpty ? name : "\(name)(\(parameters.map(\.description).joined(separator: ", ")))"
    case .parameter(let name): name
    case .error: "error"
    }
  }
}
