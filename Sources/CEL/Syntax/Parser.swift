/// Parses the text of an expression (CEL language definition, "Syntax").
public struct Parser {
  /// What a parser may be told.
  public struct Options: Hashable, Sendable {
    /// What an expression may cost.
    public var limits = SyntaxLimits()
    /// The function that a floating literal such as `0.10` calls with its exact text, for hosts whose numbers are exact;
    /// nil for a double.
    public var floatingLiteralFunction: String?

    /// Creates the usual options.
    public init() {}
  }

  private let tokens: [Token]
  private let options: Options
  private var place = 0
  private var depth = 0
  private var nextID = 0

  /// Parses `source`.
  ///
  /// The first thing that is no expression is thrown: what follows it can't be told apart any more. O(length).
  public static func parse(_ source: String, options: Options = Options()) throws(SyntaxIssue) -> Expression {
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(source.utf8.count)
    for scalar in source.unicodeScalars { scalars.append(scalar) }
    if scalars.count > options.limits.length {
      throw SyntaxIssue(problem: .tooLong(limit: options.limits.length), range: 0..<scalars.count)
    }
    var parser = Parser(tokens: try Lexer.tokens(scalars), options: options)
    let expression = try parser.expression()
    if parser.token.kind != .end { throw parser.unexpected([]) }
    return expression
  }

  private init(tokens: [Token], options: Options) {
    self.tokens = tokens
    self.options = options
  }

  // MARK: Tokens

  private var token: Token { tokens[place] }

  private mutating func accept(_ sign: String) -> Bool {
    guard token.kind == .sign(sign) else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ sign: String) throws(SyntaxIssue) {
    if !accept(sign) { throw unexpected(["`\(sign)`"]) }
  }

  private func unexpected(_ expected: [String]) -> SyntaxIssue {
    let problem: SyntaxIssue.Problem =
      switch token.kind {
      case .end: .unexpectedEnd(expected: expected)
      case .identifier(let text), .quotedIdentifier(let text), .sign(let text), .int(let text), .double(let text):
        .unexpected(found: text, expected: expected)
      case .uint(let text): .unexpected(found: text + "u", expected: expected)
      case .string(let text): .unexpected(found: "\"\(text)\"", expected: expected)
      case .bytes: .unexpected(found: "b\"…\"", expected: expected)
      }
    return SyntaxIssue(problem: problem, range: token.range)
  }

  // MARK: Nodes

  private mutating func make(_ kind: Expression.Kind, from start: Int) throws(SyntaxIssue) -> Expression {
    let end = place > 0 ? tokens[place - 1].range.upperBound : start
    let range = start..<max(start, end)
    let expression = Expression(id: nextID, range: range, kind: kind)
    nextID += 1
    if nextID > options.limits.nodes {
      throw SyntaxIssue(problem: .tooLarge(limit: options.limits.nodes), range: range)
    }
    if expression.height > options.limits.depth {
      throw SyntaxIssue(problem: .tooDeep(limit: options.limits.depth), range: range)
    }
    return expression
  }

  private mutating func enter() throws(SyntaxIssue) {
    depth += 1
    if depth > options.limits.depth {
      throw SyntaxIssue(problem: .tooDeep(limit: options.limits.depth), range: token.range)
    }
  }

  // MARK: Operators

  private mutating func expression() throws(SyntaxIssue) -> Expression {
    try enter()
    defer { depth -= 1 }
    let start = token.range.lowerBound
    let condition = try binary(minimum: 1)
    guard accept("?") else { return condition }
    let first = try binary(minimum: 1)
    try expect(":")
    let second = try expression()
    return try make(.call("_?_:_", target: nil, arguments: [condition, first, second]), from: start)
  }

  private static func precedence(_ kind: Token.Kind) -> (level: Int, function: String)? {
    switch kind {
    case .sign("||"): (1, "_||_")
    case .sign("&&"): (2, "_&&_")
    case .sign("<"): (3, "_<_")
    case .sign("<="): (3, "_<=_")
    case .sign(">"): (3, "_>_")
    case .sign(">="): (3, "_>=_")
    case .sign("=="): (3, "_==_")
    case .sign("!="): (3, "_!=_")
    case .identifier("in"): (3, "@in")
    case .sign("+"): (4, "_+_")
    case .sign("-"): (4, "_-_")
    case .sign("*"): (5, "_*_")
    case .sign("/"): (5, "_/_")
    case .sign("%"): (5, "_%_")
    default: nil
    }
  }

  private mutating func binary(minimum: Int) throws(SyntaxIssue) -> Expression {
    let start = token.range.lowerBound
    var left = try unary()
    while let (level, function) = Self.precedence(token.kind), level >= minimum {
      if level <= 2 {
        left = try logical(left, function, level: level, from: start)
        continue
      }
      place += 1
      let right = try binary(minimum: level + 1)
      left = try make(.call(function, target: nil, arguments: [left, right]), from: start)
    }
    return left
  }

  /// Reads a chain of one logical operator as a balanced tree, so that its depth grows with the logarithm of its length.
  private mutating func logical(
    _ first: Expression, _ function: String, level: Int, from start: Int
  ) throws(SyntaxIssue) -> Expression {
    var operands = [first]
    while let (other, name) = Self.precedence(token.kind), other == level, name == function {
      place += 1
      operands.append(try binary(minimum: level + 1))
    }
    return try balanced(operands[...], function)
  }

  private mutating func balanced(_ operands: ArraySlice<Expression>, _ function: String) throws(SyntaxIssue)
    -> Expression
  {
    if operands.count == 1 { return operands[operands.startIndex] }
    let middle = operands.startIndex + (operands.count + 1) / 2
    let left = try balanced(operands[..<middle], function)
    let right = try balanced(operands[middle...], function)
    let node = Expression(
      id: nextID, range: left.range.lowerBound..<right.range.upperBound,
      kind: .call(function, target: nil, arguments: [left, right]))
    nextID += 1
    if nextID > options.limits.nodes {
      throw SyntaxIssue(problem: .tooLarge(limit: options.limits.nodes), range: node.range)
    }
    return node
  }

  private mutating func unary() throws(SyntaxIssue) -> Expression {
    let start = token.range.lowerBound
    guard token.kind == .sign("!") || token.kind == .sign("-") else { return try member() }
    let sign = token.kind == .sign("!") ? "!_" : "-_"
    let spelled = token.kind
    var count = 0
    while token.kind == spelled {
      count += 1
      place += 1
      // A sign before a number belongs to it, so that the least integer can be written.
      if spelled == .sign("-"), isNumber(token.kind),
        let literal = try negativeLiteral(from: tokens[place - 1].range.lowerBound)
      {
        count -= 1
        return try applied(sign, count, to: try members(of: literal, from: literal.range.lowerBound), from: start)
      }
    }
    try enter()
    defer { depth -= 1 }
    return try applied(sign, count, to: try unary(), from: start)
  }

  /// Two signs in a row cancel out for the value, but not for the types: one pair is kept.
  private mutating func applied(
    _ sign: String, _ count: Int, to operand: Expression, from start: Int
  ) throws(SyntaxIssue) -> Expression {
    var expression = operand
    let kept = count <= 2 ? count : 2 - count % 2
    for _ in 0..<kept { expression = try make(.call(sign, target: nil, arguments: [expression]), from: start) }
    return expression
  }

  private func isNumber(_ kind: Token.Kind) -> Bool {
    switch kind {
    case .int, .double: true
    default: false
    }
  }

  private mutating func negativeLiteral(from start: Int) throws(SyntaxIssue) -> Expression? {
    switch token.kind {
    case .int(let digits):
      let range = start..<token.range.upperBound
      guard let value = Self.integer("-" + digits, Int64.self) else {
        throw SyntaxIssue(problem: .invalidNumber("-" + digits), range: range)
      }
      place += 1
      return try make(.literal(.int(value)), from: start)
    case .double(let digits):
      place += 1
      return try floating("-" + digits, from: start)
    default: return nil
    }
  }

  private mutating func floating(_ digits: String, from start: Int) throws(SyntaxIssue) -> Expression {
    if let function = options.floatingLiteralFunction {
      let text = try make(.literal(.string(digits)), from: start)
      return try make(.call(function, target: nil, arguments: [text]), from: start)
    }
    let padded = digits.hasPrefix(".") ? "0" + digits : digits.hasPrefix("-.") ? "-0" + digits.dropFirst() : digits
    guard let value = Double(padded) else {
      throw SyntaxIssue(problem: .invalidNumber(digits), range: start..<token.range.lowerBound)
    }
    return try make(.literal(.double(value)), from: start)
  }

  private static func integer<Number: FixedWidthInteger>(_ text: String, _ type: Number.Type) -> Number? {
    let isNegative = text.hasPrefix("-")
    let digits = isNegative ? text.dropFirst() : text[...]
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      return Number((isNegative ? "-" : "") + digits.dropFirst(2), radix: 16)
    }
    return Number(text)
  }

  // MARK: Members

  private mutating func member() throws(SyntaxIssue) -> Expression {
    let start = token.range.lowerBound
    return try members(of: try primary(), from: start)
  }

  private mutating func members(of operand: Expression, from start: Int) throws(SyntaxIssue) -> Expression {
    var operand = operand
    while true {
      if accept(".") {
        let isOptional = accept("?")
        let field = try field()
        if isOptional {
          operand = try make(.optionalSelect(operand, field: field.name), from: start)
        } else if !field.isQuoted, token.kind == .sign("(") {
          operand = try method(of: operand, field.name, from: start)
        } else {
          operand = try make(.select(operand, field: field.name), from: start)
        }
      } else if accept("[") {
        let isOptional = accept("?")
        let index = try expression()
        try expect("]")
        operand = try make(
          .call(isOptional ? "_[?_]" : "_[_]", target: nil, arguments: [operand, index]), from: start)
      } else if token.kind == .sign("{"), let name = Self.qualifiedName(operand) {
        operand = try message(name, from: start)
      } else {
        return operand
      }
    }
  }

  private mutating func field() throws(SyntaxIssue) -> (name: String, isQuoted: Bool) {
    switch token.kind {
    case .identifier(let name) where !["true", "false", "null", "in"].contains(name):
      place += 1
      return (name, false)
    case .quotedIdentifier(let name):
      place += 1
      return (name, true)
    default: throw unexpected(["a name"])
    }
  }

  private static func qualifiedName(_ expression: Expression) -> String? {
    switch expression.kind {
    case .identifier(let name): name
    case .select(let operand, let field): qualifiedName(operand).map { $0 + "." + field }
    default: nil
    }
  }

  private mutating func method(
    of target: Expression, _ name: String, from start: Int
  ) throws(SyntaxIssue) -> Expression {
    let nameRange = tokens[place - 1].range
    let arguments = try arguments()
    if let macro = try macro(name, nameRange, target: target, arguments, from: start) { return macro }
    return try make(.call(name, target: target, arguments: arguments), from: start)
  }

  private mutating func arguments() throws(SyntaxIssue) -> [Expression] {
    try expect("(")
    var arguments: [Expression] = []
    if accept(")") { return arguments }
    repeat { arguments.append(try expression()) } while accept(",")
    try expect(")")
    return arguments
  }

  // MARK: Primaries

  private static let reserved: Set<String> = [
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
    "namespace",
    "return", "var", "void", "while",
  ]

  private mutating func primary() throws(SyntaxIssue) -> Expression {
    let start = token.range.lowerBound
    switch token.kind {
    case .identifier("true"), .identifier("false"):
      place += 1
      return try make(.literal(.bool(tokens[place - 1].kind == .identifier("true"))), from: start)
    case .identifier("null"):
      place += 1
      return try make(.literal(.null), from: start)
    case .identifier("in"): throw unexpected(["an expression"])
    case .identifier(let name): return try identifier(name, from: start)
    case .int(let digits):
      guard let value = Self.integer(digits, Int64.self) else {
        throw SyntaxIssue(problem: .invalidNumber(digits), range: token.range)
      }
      place += 1
      return try make(.literal(.int(value)), from: start)
    case .uint(let digits):
      guard let value = Self.integer(digits, UInt64.self) else {
        throw SyntaxIssue(problem: .invalidNumber(digits), range: token.range)
      }
      place += 1
      return try make(.literal(.uint(value)), from: start)
    case .double(let digits):
      place += 1
      return try floating(digits, from: start)
    case .string(let text):
      place += 1
      return try make(.literal(.string(text)), from: start)
    case .bytes(let bytes):
      place += 1
      return try make(.literal(.bytes(bytes)), from: start)
    case .sign("("):
      place += 1
      let inner = try expression()
      try expect(")")
      return inner
    case .sign("["): return try list(from: start)
    case .sign("{"): return try map(from: start)
    case .sign("."):
      place += 1
      guard case .identifier(let name) = token.kind else { throw unexpected(["a name"]) }
      return try identifier("." + name, from: start)
    default: throw unexpected(["an expression"])
    }
  }

  private mutating func identifier(_ name: String, from start: Int) throws(SyntaxIssue) -> Expression {
    if Self.reserved.contains(name) { throw SyntaxIssue(problem: .reservedWord(name), range: token.range) }
    let nameRange = token.range
    place += 1
    guard token.kind == .sign("(") else { return try make(.identifier(name), from: start) }
    let arguments = try arguments()
    if let macro = try macro(name, nameRange, target: nil, arguments, from: start) { return macro }
    return try make(.call(name, target: nil, arguments: arguments), from: start)
  }

  private mutating func list(from start: Int) throws(SyntaxIssue) -> Expression {
    try expect("[")
    var entries: [Expression] = []
    var optionals: Set<Int> = []
    while token.kind != .sign("]") {
      if accept("?") { optionals.insert(entries.count) }
      entries.append(try expression())
      if !accept(",") { break }
    }
    try expect("]")
    return try make(.list(entries, optionals: optionals), from: start)
  }

  private mutating func map(from start: Int) throws(SyntaxIssue) -> Expression {
    try expect("{")
    var entries: [Expression.Entry] = []
    while token.kind != .sign("}") {
      let isOptional = accept("?")
      let key = try expression()
      try expect(":")
      entries.append(.init(key: key, value: try expression(), isOptional: isOptional))
      if !accept(",") { break }
    }
    try expect("}")
    return try make(.map(entries), from: start)
  }

  private mutating func message(_ name: String, from start: Int) throws(SyntaxIssue) -> Expression {
    try expect("{")
    var fields: [Expression.Field] = []
    while token.kind != .sign("}") {
      let isOptional = accept("?")
      let field = try field()
      try expect(":")
      fields.append(.init(name: field.name, value: try expression(), isOptional: isOptional))
      if !accept(",") { break }
    }
    try expect("}")
    return try make(.message(name, fields: fields), from: start)
  }

  // MARK: Macros

  private mutating func macro(
    _ name: String, _ nameRange: Range<Int>, target: Expression?, _ arguments: [Expression], from start: Int
  ) throws(SyntaxIssue) -> Expression? {
    guard let target else {
      guard name == "has", arguments.count == 1 else { return nil }
      guard case .select(let operand, let field) = arguments[0].kind else {
        throw SyntaxIssue(problem: .invalidMacro(name, expected: "a field"), range: arguments[0].range)
      }
      return try make(.presence(operand, field: field), from: start)
    }
    if name == "bind", case .identifier("cel") = target.kind, arguments.count == 3 {
      let variable = try self.variable(arguments[0], of: name)
      return try make(.bind(variable, value: arguments[1], body: arguments[2]), from: start)
    }
    if name == "optMap" || name == "optFlatMap", arguments.count == 2 {
      let variable = try self.variable(arguments[0], of: name)
      return try make(
        .optionalMap(target, variable: variable, body: arguments[1], isFlat: name == "optFlatMap"), from: start)
    }
    return try comprehension(name, target, arguments, from: start)
  }

  private mutating func comprehension(
    _ name: String, _ target: Expression, _ arguments: [Expression], from start: Int
  ) throws(SyntaxIssue) -> Expression? {
    let kind: Expression.ComprehensionKind
    var variables = 1
    var hasFilter = false
    switch (name, arguments.count) {
    case ("all", 2): kind = .all
    case ("exists", 2): kind = .exists
    case ("exists_one", 2), ("existsOne", 2): kind = .existsOne
    case ("filter", 2): kind = .filter
    case ("map", 2): kind = .map
    case ("map", 3): (kind, hasFilter) = (.map, true)
    case ("all", 3): (kind, variables) = (.all, 2)
    case ("exists", 3): (kind, variables) = (.exists, 2)
    case ("exists_one", 3), ("existsOne", 3): (kind, variables) = (.existsOne, 2)
    case ("transformList", 3), ("transformList", 4):
      (kind, variables, hasFilter) = (.transformList, 2, arguments.count == 4)
    case ("transformMap", 3), ("transformMap", 4):
      (kind, variables, hasFilter) = (.transformMap, 2, arguments.count == 4)
    case ("transformMapEntry", 3), ("transformMapEntry", 4):
      (kind, variables, hasFilter) = (.transformMapEntry, 2, arguments.count == 4)
    default: return nil
    }
    let first = try variable(arguments[0], of: name)
    let second = variables == 2 ? try variable(arguments[1], of: name) : nil
    if first == second {
      throw SyntaxIssue(problem: .invalidMacro(name, expected: "two different variables"), range: arguments[1].range)
    }
    let body = arguments[arguments.count - 1]
    return try make(
      .comprehension(
        .init(
          kind: kind, range: target, variable: first, second: second, filter: hasFilter ? arguments[variables] : nil,
          body: body)),
      from: start)
  }

  private func variable(_ expression: Expression, of name: String) throws(SyntaxIssue) -> String {
    guard case .identifier(let variable) = expression.kind, !variable.hasPrefix(".") else {
      throw SyntaxIssue(problem: .invalidMacro(name, expected: "a variable's name"), range: expression.range)
    }
    return variable
  }
}
