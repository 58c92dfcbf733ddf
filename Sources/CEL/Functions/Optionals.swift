extension FunctionLibrary {
  mutating func addOptionals() {
    addUnary("optional.of") { .optional($0) }
    addUnary("optional.ofNonZeroValue") { .optional($0.isZero ? nil : $0) }
    add("optional.none") { $0.isEmpty ? .optional(nil) : nil }
    addUnary("hasValue") { if case .optional(let value) = $0 { .bool(value != nil) } else { nil } }
    addUnary("value") { if case .optional(let value) = $0 { value ?? .failure(.emptyOptional) } else { nil } }
    addUnary("first") { if case .list(let values) = $0 { .optional(values.first) } else { nil } }
    addUnary("last") { if case .list(let values) = $0 { .optional(values.last) } else { nil } }
    for name in ["optional.unwrap", "unwrapOpt"] {
      addUnary(name) { value in
        guard case .list(let values) = value else { return nil }
        return .list(values.compactMap { if case .optional(let value) = $0 { value } else { $0 } })
      }
    }
  }
}

extension Value {
  /// Whether it is the zero of its type: null, false, 0, or empty.
  var isZero: Bool {
    switch self {
    case .null: true
    case .bool(let value): !value
    case .int(let value): value == 0
    case .uint(let value): value == 0
    case .double(let value): value == 0
    case .string(let text): text.isEmpty
    case .bytes(let bytes): bytes.isEmpty
    case .list(let values): values.isEmpty
    case .map(let map): map.entries.isEmpty
    case .duration(let duration): duration.nanoseconds == 0
    case .timestamp(let time): time.nanoseconds == 0
    case .optional(let value): value == nil
    default: false
    }
  }
}
