/// A map of CEL, which keeps the order of its keys; numbers that are equal are one key whatever their types.
public struct MapValue: Sendable {
  /// The keys with their values, in order.
  public private(set) var entries: [(key: Value, value: Value)] = []
  private var places: [Key: Int] = [:]

  private enum Key: Hashable {
    case bool(Bool)
    case integer(Int128)
    case string(String)

    init?(_ value: Value) {
      switch value {
      case .bool(let value): self = .bool(value)
      case .int(let value): self = .integer(Int128(value))
      case .uint(let value): self = .integer(Int128(value))
      case .double(let value):
        guard let integer = Int128(exactly: value) else { return nil }
        self = .integer(integer)
      case .string(let value): self = .string(value)
      default: return nil
      }
    }
  }

  /// Creates an empty map.
  public init() {}

  /// Returns the value of a key; nil where it is absent or can be no key.
  public subscript(key: Value) -> Value? {
    Key(key).flatMap { places[$0] }.map { entries[$0].value }
  }

  /// Adds a key; false where it is there already or can be no key.
  public mutating func insert(_ value: Value, for key: Value) -> Bool {
    if case .double = key { return false }
    guard let hashed = Key(key), places[hashed] == nil else { return false }
    places[hashed] = entries.count
    entries.append((key, value))
    return true
  }
}
