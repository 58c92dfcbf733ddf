/// Supplies the values of variables.
public protocol Activation {
  /// Returns the value of a variable by its qualified name; nil where there is no such variable.
  func value(of name: String) -> Value?
}

/// Variables with fixed values.
public struct Bindings: Activation {
  /// The values by name.
  public var values: [String: Value]

  /// Creates an activation of the given values.
  public init(_ values: [String: Value] = [:]) {
    self.values = values
  }

  /// Returns the value of a variable.
  public func value(of name: String) -> Value? { values[name] }
}

/// An expression that is ready to be run: the reference interpreter.
///
/// Functions and the possible meanings of qualified names are looked up once, here, and not whenever it is run.
public struct Program: Sendable {
  /// The expression.
  public let expression: Expression
  /// The greatest number of nodes visited in one run; more is an error.
  public let stepLimit: Int
  let resolution: Resolution

  /// Prepares an expression. Functions that the library does not have are errors when they are run.
  public init(
    _ expression: Expression, functions: FunctionLibrary, container: String = "", stepLimit: Int = 10_000_000
  ) {
    self.expression = expression
    self.stepLimit = stepLimit
    resolution = Resolution(expression, functions: functions, container: container)
  }

  /// Runs the expression. Errors and unknowns are results like any other.
  public func evaluate(_ activation: some Activation) -> Value {
    var run = Run(resolution: resolution, activation: activation, stepsLeft: stepLimit)
    return run.evaluate(expression, nil)
  }
}

/// What is known of an expression's names before it is run, by node.
struct Resolution: Sendable {
  /// For calls the implementations, those of a namespaced function where `isNamespaced` holds.
  private(set) var functions: [Int: [FunctionLibrary.Implementation]] = [:]
  private(set) var namespaced: Set<Int> = []
  /// For names, and for fields of names, the qualified names that they may be.
  private(set) var candidates: [Int: [String]] = [:]

  private let library: FunctionLibrary
  private let environment: Environment

  init(_ expression: Expression, functions library: FunctionLibrary, container: String) {
    self.library = library
    environment = Environment(bare: container)
    visit(expression, locals: [])
  }

  private mutating func visit(_ node: Expression, locals: Set<String>) {
    switch node.kind {
    case .identifier, .select:
      if let name = node.qualifiedName(locals.contains) { candidates[node.id] = environment.candidates(for: name) }
    case .call(let name, let target, _):
      functions[node.id] = library.implementations(of: name)
      if let prefix = target?.qualifiedName(locals.contains) {
        for candidate in environment.candidates(for: prefix + "." + name) where library.contains(candidate) {
          functions[node.id] = library.implementations(of: candidate)
          namespaced.insert(node.id)
          break
        }
      }
    default: break
    }
    switch node.kind {
    case .comprehension(let comprehension):
      visit(comprehension.range, locals: locals)
      var inner = locals.union([comprehension.variable])
      if let second = comprehension.second { inner.insert(second) }
      if let filter = comprehension.filter { visit(filter, locals: inner) }
      visit(comprehension.body, locals: inner)
    case .bind(let variable, let value, let body), .optionalMap(let value, let variable, let body, _):
      visit(value, locals: locals)
      visit(body, locals: locals.union([variable]))
    default:
      node.forEachChild { visit($0, locals: locals) }
    }
  }
}

extension Expression {
  /// The dotted name that a name or a field of a name spells; nil where it begins with a local variable.
  func qualifiedName(_ isLocal: (String) -> Bool) -> String? {
    switch kind {
    case .identifier(let name): isLocal(name) ? nil : name
    case .select(let operand, let field): operand.qualifiedName(isLocal).map { $0 + "." + field }
    default: nil
    }
  }
}

/// The local variables of macros, the innermost first.
final class Frame {
  let name: String
  let value: Value
  let outer: Frame?

  init(_ name: String, _ value: Value, _ outer: Frame?) {
    self.name = name
    self.value = value
    self.outer = outer
  }

  func value(of name: String) -> Value? {
    var frame: Frame? = self
    while let here = frame {
      if here.name == name { return here.value }
      frame = here.outer
    }
    return nil
  }
}
