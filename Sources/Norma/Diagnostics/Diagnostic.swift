/// Something that a person should know about a file they wrote.
public struct Diagnostic: Sendable {
  /// How bad it is.
  public enum Severity: String, Hashable, Sendable, CaseIterable {
    /// The files can't be used as they are.
    case error
    /// The files can be used, but probably do not say what is meant.
    case warning
    /// Worth knowing.
    case note
  }

  /// How bad it is.
  public let severity: Severity
  /// Where it stands.
  public let location: SourceLocation
  /// What it is: facts, without wording.
  public let problem: Problem

  /// Creates a diagnostic with the severity of its problem.
  public init(_ problem: Problem, at location: SourceLocation) {
    self.severity = problem.severity
    self.location = location
    self.problem = problem
  }
}

/// Collects the diagnostics of one run, so that all mistakes are told and not the first alone.
public final class DiagnosticSink {
  /// The diagnostics in the order of their discovery.
  public private(set) var diagnostics: [Diagnostic] = []

  private var told: Set<Told> = []

  private struct Told: Hashable {
    let problem: Problem
    let place: String
  }

  /// Creates an empty sink.
  public init() {}

  /// Adds a diagnostic; one that was told already, as by another variant of the same rule, is not told again.
  public func report(_ problem: Problem, at location: SourceLocation) {
    let place = "\(location.file.path):\(location.range.map { "\($0)" } ?? "")"
    guard told.insert(Told(problem: problem, place: place)).inserted else { return }
    diagnostics.append(Diagnostic(problem, at: location))
  }

  /// Adds diagnostics that another sink has collected.
  func report(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics { report(diagnostic.problem, at: diagnostic.location) }
  }

  /// Whether any error was reported.
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// Returns the diagnostics by file and place. O(n log n).
  public func sorted() -> [Diagnostic] {
    let start = SourcePosition(line: 0, column: 0)
    return diagnostics.enumerated().sorted { left, right in
      let (a, b) = (left.element.location, right.element.location)
      if a.file.path != b.file.path { return a.file.path < b.file.path }
      let (from, to) = (a.range?.start ?? start, b.range?.start ?? start)
      return from == to ? left.offset < right.offset : from < to
    }.map(\.element)
  }
}
