/// The implementations of functions by name: each is offered the arguments until one takes them.
public struct FunctionLibrary: Sendable {
  /// An implementation: returns nil where the arguments are not of its types. Arguments are proper values, neither errors
  /// nor unknown; the receiver of a method comes first.
  public typealias Implementation = @Sendable ([Value]) -> Value?

  private var implementations: [String: [Implementation]] = [:]

  /// Creates an empty library.
  public init() {}

  /// The standard functions with their extensions. `timeZone` gives the offset from UTC in seconds of a named zone at a
  /// time in seconds since 1970; nil for no such zone.
  public static func standard(
    timeZone: @escaping @Sendable (_ name: String, _ seconds: Int64) -> Int? = { name, _ in name == "UTC" ? 0 : nil }
  ) -> FunctionLibrary {
    var library = FunctionLibrary()
    library.addOperators()
    library.addConversions()
    library.addStrings()
    library.addMathematics()
    library.addOptionals()
    library.addTimes(timeZone: timeZone)
    return library
  }

  /// Adds an implementation, tried before those of the same name that are there already.
  public mutating func add(_ name: String, _ implementation: @escaping Implementation) {
    implementations[name, default: []].insert(implementation, at: 0)
  }

  /// Whether a function has this name.
  func contains(_ name: String) -> Bool { implementations[name] != nil }

  /// Returns all implementations of a function.
  func implementations(of name: String) -> [Implementation] { implementations[name] ?? [] }
}
