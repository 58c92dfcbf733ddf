import Testing

@testable import Norma

/// A small rule base for tests of tests: visits to shops.
enum ShopRules {
  static let datasets = """
    calendars:
      works: {years: {2026: {off: [2026-02-05]}}}
    parameters: {least: 2, unset: {title: x}, due: +5d}
    datasets:
      shops:
        key: [shop]
        fields:
          shop: {type: text, label: 店名, required: true}
          open: {type: boolean}
          size: {type: integer}
      visits:
        fields:
          shop: {type: text, label: [店名, 店铺], required: true, references: shops}
          on: {type: date, required: true, max: asOf}
          fee: {type: decimal}
      notes:
        key: [no]
        fields:
          no: {type: integer, required: true}
          text: {type: text}
      moments:
        fields:
          at: {type: timestamp, required: true}

    """

  /// A rule of each kind, in the order of `rules`.
  static let rules = [
    "frequency": "frequency: {of: visits, on: on, each: shop, per: month, at_least: param.least}",
    "record":
      "record: {of: visits, where: shop != \"丙\", require: [fee == null || fee == 0, on > date(\"2026-01-01\")]}",
    "keyed": "record: {of: notes, require: text != null}",
    "coverage": "coverage: {of: visits, having: fee == null, at_least: 50%}",
    "report": "report: {of: visits, on: on, per: month, due: param.due, roll: next_workday}",
    "moment": "frequency: {of: moments, on: at, per: month}",
  ]

  /// The file with one rule and its tests.
  static func file(_ kind: String, tests: String) -> String {
    datasets + "rules:\n  - id: shop.rule\n    " + (rules[kind] ?? kind) + "\n    tests:\n"
      + tests.split(separator: "\n", omittingEmptySubsequences: false).map { "      " + $0 + "\n" }.joined()
  }

  /// Reads the tests of one rule; every mistake is an issue.
  static func tests(_ kind: String, _ tests: String) throws -> [RuleTest] {
    let sink = DiagnosticSink()
    var loader = RuleBaseLoader(sink: sink)
    loader.read(text: file(kind, tests: tests), path: "rules.yaml")
    let ruleBase = loader.load()
    let plans = RuleBaseCheck(ruleBase: ruleBase, sink: sink).plans()
    let reader = RuleTestReader(
      CheckedRules(ruleBase: ruleBase, plans: plans), names: .init(of: ruleBase.rules), sink: sink)
    let read = reader.tests(of: try #require(ruleBase.rules.first))
    let renderer = DiagnosticRenderer(language: .en)
    let errors = sink.diagnostics.filter { $0.severity == .error }
    #expect(errors.isEmpty, "\(errors.map { renderer.text(of: $0) }.joined(separator: "\n"))")
    return read
  }

  /// Runs the only test of one rule.
  static func run(_ kind: String, _ test: String) throws -> RuleTestResult {
    RuleTestRunner().run(try #require(try tests(kind, test).first))
  }

  /// Runs the tests of one rule and reports on them.
  static func report(_ kind: String, _ tests: String, requiresBoth: Bool = false) throws -> RuleTestReport {
    let tests = try self.tests(kind, tests)
    let suite = RuleTestSuite(rules: try [#require(tests.first).rule], tests: tests)
    return RuleTestReport(running: [suite], requiresBoth: requiresBoth)
  }
}
