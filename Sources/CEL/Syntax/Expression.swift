/// An expression of the Common Expression Language, as it was written.
///
/// Macros are not expanded: a comprehension, a binding or a test for presence is a node of its own, so that an engine can
/// translate it by what it means. Equal texts give equal expressions.
public struct Expression: Hashable, Sendable {
  /// A number that is unique within the whole expression; the numbers are dense from 0.
  public let id: Int
  /// Where it stands in the source, in Unicode scalars, half open.
  public let range: Range<Int>
  /// What it is.
  public let kind: Kind
  /// The length of the longest path to a leaf.
  let height: Int

  /// What an expression is.
  public indirect enum Kind: Hashable, Sendable {
    case literal(Literal)
    /// A name; one with a leading dot is looked up from the root.
    case identifier(String)
    /// `operand.field`
    case select(Expression, field: String)
    /// `operand.?field`
    case optionalSelect(Expression, field: String)
    /// `has(operand.field)`
    case presence(Expression, field: String)
    /// A function, an operator (by its name in the standard, such as `_+_`), or a method of `target`.
    case call(String, target: Expression?, arguments: [Expression])
    /// A list; `optionals` are the places of the entries marked with `?`.
    case list([Expression], optionals: Set<Int>)
    case map([Entry])
    /// `Name{field: value}`
    case message(String, fields: [Field])
    case comprehension(Comprehension)
    /// `cel.bind(name, value, body)`
    case bind(String, value: Expression, body: Expression)
    /// `target.optMap(name, body)`, or `optFlatMap` where the body is an optional itself.
    case optionalMap(Expression, variable: String, body: Expression, isFlat: Bool)
  }

  /// A key of a map with its value.
  public struct Entry: Hashable, Sendable {
    /// The key.
    public let key: Expression
    /// The value.
    public let value: Expression
    /// Whether the value is an optional that may be absent.
    public let isOptional: Bool
  }

  /// A field of a message with its value.
  public struct Field: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The value.
    public let value: Expression
    /// Whether the value is an optional that may be absent.
    public let isOptional: Bool
  }

  /// A macro that goes through a list or a map.
  public struct Comprehension: Hashable, Sendable {
    /// The keyword of the rule's kind.
    public let kind: ComprehensionKind
    /// What is gone through.
    public let range: Expression
    /// The variable; with two variables the key or index.
    public let variable: String
    /// The second variable, which holds the value.
    public let second: String?
    /// The condition of a `map` or `transform…` with one.
    public let filter: Expression?
    /// The condition or the result, for each element.
    public let body: Expression
  }

  /// What a comprehension does.
  public enum ComprehensionKind: String, Hashable, Sendable {
    case all, exists, existsOne, map, filter, transformList, transformMap, transformMapEntry
  }

  /// The expressions directly beneath this one, in the order in which they stand.
  public var children: [Expression] {
    var children: [Expression] = []
    forEachChild { children.append($0) }
    return children
  }

  /// Passes the expressions directly beneath this one, in the order in which they stand.
  public func forEachChild<Failure: Error>(_ body: (Expression) throws(Failure) -> Void) throws(Failure) {
    try kind.forEachChild(body)
  }

  init(id: Int, range: Range<Int>, kind: Kind) {
    self.id = id
    self.range = range
    self.kind = kind
    var tallest = 0
    kind.forEachChild { tallest = max(tallest, $0.height) }
    height = 1 + tallest
  }
}

extension Expression {
  /// Returns the same node, at the same place in the source, saying something else; its children keep their numbers.
  public func replacing(_ kind: Kind) -> Expression {
    Expression(id: id, range: range, kind: kind)
  }
}

extension Expression.Entry {
  /// Returns the same entry with another key and value.
  public func replacing(key: Expression, value: Expression) -> Self {
    Self(key: key, value: value, isOptional: isOptional)
  }
}

extension Expression.Comprehension {
  /// Returns the same macro over another range, with another filter and body.
  public func replacing(range: Expression, filter: Expression?, body: Expression) -> Self {
    Self(kind: kind, range: range, variable: variable, second: second, filter: filter, body: body)
  }
}

extension Expression.Kind {
  fileprivate func forEachChild<Failure: Error>(_ body: (Expression) throws(Failure) -> Void) throws(Failure) {
    switch self {
    case .literal, .identifier: break
    case .select(let operand, _), .optionalSelect(let operand, _), .presence(let operand, _): try body(operand)
    case .call(_, let target, let arguments):
      if let target { try body(target) }
      for argument in arguments { try body(argument) }
    case .list(let entries, _):
      for entry in entries { try body(entry) }
    case .map(let entries):
      for entry in entries {
        try body(entry.key)
        try body(entry.value)
      }
    case .message(_, let fields):
      for field in fields { try body(field.value) }
    case .comprehension(let node):
      try body(node.range)
      if let filter = node.filter { try body(filter) }
      try body(node.body)
    case .bind(_, let value, let result):
      try body(value)
      try body(result)
    case .optionalMap(let target, _, let result, _):
      try body(target)
      try body(result)
    }
  }
}

/// A constant that an expression writes out.
public enum Literal: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case uint(UInt64)
  case double(Double)
  case string(String)
  case bytes([UInt8])
}

/// What expressions may cost before they are run.
public struct SyntaxLimits: Hashable, Sendable {
  /// The greatest number of Unicode scalars in the source.
  public var length = 100_000
  /// The greatest number of nodes.
  public var nodes = 20_000
  /// The greatest depth of nesting.
  public var depth = 200

  /// Creates the usual limits.
  public init() {}
}
