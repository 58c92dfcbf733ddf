/// The values by which rows are found, as one that can be looked up: numbers that are equal are one value whatever the
/// types of their fields.
enum KeyValue: Hashable, Sendable {
  case one(Cell)
  case several([Cell])

  /// Creates the key of known parts; nil where one is null, unknown, or a date of which the day is open.
  init?(_ parts: [Cell]) {
    guard parts.allSatisfy({ !$0.isOpen && $0 != .null }) else { return nil }
    self = parts.count == 1 ? .one(parts[0].normalized) : .several(parts.map(\.normalized))
  }
}

extension Cell {
  /// Whether the value isn't known, or not to the day.
  var isOpen: Bool {
    switch self {
    case .unknown, .interval: true
    default: false
    }
  }

  /// The value in the form in which equal values are equal: a decimal without places is an integer.
  var normalized: Cell {
    if case .decimal(let number) = self, let integer = number.integer { return .integer(integer) }
    return self
  }

  /// Whether a value that isn't known may be `other`.
  func admits(_ other: Cell) -> Bool {
    switch (self, other) {
    case (.unknown, _), (_, .unknown): true
    case (.interval(let first, let last), .date(let day)), (.date(let day), .interval(let first, let last)):
      first <= day && day <= last
    case (.interval(let first, let last), .interval(let from, let through)): first <= through && from <= last
    default: normalized == other.normalized
    }
  }
}
