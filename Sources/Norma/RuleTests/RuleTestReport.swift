/// What became of rule tests, and which rules lack some.
public struct RuleTestReport: Sendable {
  /// The results, in the order of the suites.
  public let results: [RuleTestResult]
  /// The rules with what their tests show.
  public let rules: [Coverage]
  /// Whether every rule must have a test that it passes and one that breaks it.
  public let requiresBoth: Bool

  /// What the tests of a rule show.
  public struct Coverage: Sendable {
    /// The rule.
    public let rule: Rule
    /// How many tests it has.
    public let tests: Int
    /// Whether a test expects that it is met.
    public let hasMet: Bool
    /// Whether a test expects that it is broken: late, overdue or breached.
    public let hasBroken: Bool

    /// Whether both are shown.
    public var isFull: Bool { hasMet && hasBroken }
  }

  /// Runs the tests of `suites` whose rules' ids match one of the patterns `only`; without patterns, all.
  public init(running suites: [RuleTestSuite], only: [String] = [], requiresBoth: Bool = false) {
    let patterns = only.map { WildcardPattern($0) }
    func isSelected(_ rule: Rule) -> Bool { patterns.isEmpty || patterns.contains { $0.matches(rule.id) } }
    let runner = RuleTestRunner()
    results = suites.flatMap { $0.tests.filter { isSelected($0.rule) }.map { runner.run($0) } }
    rules = suites.flatMap { suite in
      let tests = Dictionary(grouping: suite.tests) { $0.rule.id }
      return suite.rules.filter(isSelected).map { rule in
        let outcomes = (tests[rule.id] ?? []).flatMap(\.expectations).map(\.outcome)
        return Coverage(
          rule: rule, tests: tests[rule.id]?.count ?? 0, hasMet: outcomes.contains(.met),
          hasBroken: outcomes.contains { $0.isBroken })
      }
    }
    self.requiresBoth = requiresBoth
  }

  /// How many tests failed.
  public var failed: Int { results.count { !$0.passed } }

  /// The rules without a test that they pass, or without one that breaks them.
  public var lacking: [Coverage] { rules.filter { !$0.isFull } }

  /// The exit code of the command: 2 where there was no test, 1 where one failed or a required one is not there, 0
  /// otherwise.
  public var exitCode: Int32 {
    if results.isEmpty { return 2 }
    return failed > 0 || (requiresBoth && !lacking.isEmpty) ? 1 : 0
  }
}

/// A form in which the results of rule tests are written.
public protocol RuleTestFormat: Sendable {
  /// The name behind `--format`.
  static var name: String { get }
  /// The endings of files that are written in this form.
  static var fileEndings: [String] { get }
  /// Renders a report; changes nothing in it.
  static func render(_ report: RuleTestReport, options: ReportOptions) -> String
}

/// The forms of rule tests' results there are.
public enum RuleTestFormats {
  /// All forms; the first is the default.
  public static let all: [any RuleTestFormat.Type] = [
    RuleTestTextReport.self, RuleTestJUnitReport.self, RuleTestJSONReport.self,
  ]

  /// Returns the form called `name`, nil where there is none.
  public static func named(_ name: String) -> (any RuleTestFormat.Type)? {
    all.first { $0.name == name }
  }

  /// Returns the form of a file by its ending, nil where there is none.
  public static func forFile(_ path: String) -> (any RuleTestFormat.Type)? {
    let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last.map { $0.lowercased() }
    return ending.flatMap { ending in all.first { $0.fileEndings.contains(ending) } }
  }
}
