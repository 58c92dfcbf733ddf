import Testing

@testable import Norma

/// The mistakes that people make in rule tests, each with the place and the words that it gets.
@Suite struct RuleTestMistakeTests {
  /// A test with mistakes.
  struct Mistake: CustomTestStringConvertible, Sendable {
    let name: String
    let kind: String
    let test: String
    /// What each diagnostic says in English, hint included, in the order of the markers; a part of it is enough.
    let says: [String]

    var testDescription: String { name }

    init(_ name: String, _ kind: String = "frequency", _ test: String, _ says: String...) {
      self.name = name
      self.kind = kind
      self.test = test
      self.says = says
    }
  }

  private static let rest = "expect: [{subject: {shop: 甲}, period: 2026-01, outcome: met}]"

  static let mistakes: [Mistake] = [
    .init("no day", "frequency", "- {1️⃣name: x, \(rest)}", "a rule test lacks `as_of`"),
    .init("no expectations", "frequency", "- {1️⃣as_of: 2026-01-31}", "a rule test lacks `expect`"),
    .init("tests that are no list", "frequency", "1️⃣as_of: 2026-01-31", "expected a list"),
    .init("an unknown key", "frequency", "- {as_of: 2026-01-31, 1️⃣asof: x, \(rest)}", "did you mean `as_of`?"),
    .init("a rule inside a rule", "frequency", "- {as_of: 2026-01-31, 1️⃣rule: x, \(rest)}", "has no key `rule`"),
    .init("a day that is none", "frequency", "- {as_of: 1️⃣2026-02-30, \(rest)}", "expected a date"),
    .init(
      "an unknown calendar", "frequency", "- {as_of: 2026-01-31, calendar: 1️⃣work, \(rest)}", "did you mean `works`?"),
    .init(
      "an unknown time zone", "frequency", "- {as_of: 2026-01-31, timezone: 1️⃣Asia/Shanghia, \(rest)}",
      "did you mean `Asia/Shanghai`?"),
    .init(
      "an unknown parameter", "frequency", "- {as_of: 2026-01-31, parameters: {1️⃣leest: 3}, \(rest)}",
      "did you mean `least`?"),
    .init(
      "an unknown dataset", "frequency", "- {as_of: 2026-01-31, data: {1️⃣visit: []}, \(rest)}", "did you mean `visits`?"),
    .init(
      "a dataset that the rule does not read", "frequency", "- {as_of: 2026-01-31, data: {1️⃣notes: []}, \(rest)}",
      "the rule `shop.rule` does not read the dataset `notes`"),
    .init(
      "an unknown field", "frequency", "- {as_of: 2026-01-31, data: {visits: [{1️⃣shp: 甲}]}, \(rest)}",
      "did you mean `shop`?"),
    .init(
      "a label instead of a field", "frequency", "- {as_of: 2026-01-31, data: {visits: [{1️⃣店铺: 甲}]}, \(rest)}",
      "it can be one of `shop`"),
    .init(
      "rows that are no list", "frequency", "- {as_of: 2026-01-31, data: {visits: 1️⃣{shop: 甲}}, \(rest)}",
      "expected a list"),
    .init(
      "a row that is no mapping", "frequency", "- {as_of: 2026-01-31, data: {visits: [1️⃣甲]}, \(rest)}",
      "expected the keys of a row of test data"),
    .init(
      "a cell that is a list", "frequency", "- {as_of: 2026-01-31, data: {visits: [{shop: 1️⃣[甲]}]}, \(rest)}",
      "expected what a cell holds"),
    .init(
      "a row of nothing", "frequency", "- {as_of: 2026-01-31, data: {visits: [{1️⃣shop: null}]}, \(rest)}",
      "blank rows are no records"),
    .init(
      "an unknown outcome", "frequency",
      "- {as_of: 2026-01-31, expect: [{subject: {shop: 甲}, outcome: 1️⃣breach}]}", "did you mean `breached`?"),
    .init(
      "an outcome that tests can't have", "frequency",
      "- {as_of: 2026-01-31, expect: [{subject: {shop: 甲}, outcome: 1️⃣waived}]}", "expected one of `met`"),
    .init(
      "no outcome", "frequency", "- {as_of: 2026-01-31, expect: [{1️⃣subject: {shop: 甲}}]}",
      "an expectation lacks `outcome`"),
    .init(
      "no subject", "frequency", "- {as_of: 2026-01-31, expect: [{1️⃣outcome: met}]}", "an expectation lacks `subject`"),
    .init(
      "an unknown field of the subject", "frequency",
      "- {as_of: 2026-01-31, expect: [{subject: {1️⃣2️⃣shopp: 甲}, outcome: met}]}", "lacks `shop`",
      "did you mean `shop`?"),
    .init(
      "a subject where the organization owes", "report",
      "- {as_of: 2026-01-31, expect: [{subject: {1️⃣shop: 甲}, outcome: met}]}", "has no key `shop`"),
    .init(
      "a field of the row where the key is wanted", "keyed",
      "- {as_of: 2026-01-31, expect: [{subject: {no: 1, 1️⃣text: a}, outcome: met}]}", "has no key `text`"),
    .init(
      "a period that is none", "frequency",
      "- {as_of: 2026-01-31, expect: [{subject: {shop: 甲}, period: 1️⃣一月, outcome: met}]}", "expected a period key"),
    .init(
      "a figure that is none", "frequency",
      "- {as_of: 2026-01-31, expect: [{subject: {shop: 甲}, outcome: met, figures: {count: 1️⃣many}}]}",
      "expected a number, a date, or [lowest, highest]"),
  ]

  @Test("is told at its place, with what to do about it", arguments: mistakes)
  func mistake(item: Mistake) {
    let marked = MarkedSource(ShopRules.file(item.kind, tests: item.test))
    let diagnostics = Lint.check(text: marked.text, path: "rules.yaml").filter {
      if case .unusedParameter = $0.problem { false } else { true }
    }
    let renderer = DiagnosticRenderer(language: .en)
    let all = diagnostics.map { renderer.text(of: $0) }.joined(separator: "\n")
    #expect(marked.places.count == item.says.count, "as many markers as words")
    #expect(diagnostics.count == item.says.count, "\(all)")
    for (diagnostic, (place, words)) in zip(diagnostics, zip(marked.places, item.says)) {
      #expect(diagnostic.location.range?.start == place, "\(all)")
      let wording = diagnostic.problem.wording
      #expect((wording.message.en + (wording.hint.map { "\n" + $0.en } ?? "")).contains(words), "\(all)")
      #expect(wording.message.zh.unicodeScalars.contains { $0.value > 0x4E00 })
    }
  }

  @Test("a parameter of a type that the rule can't use is told at the rule")
  func parameterOfAnotherType() {
    let source = ShopRules.file(
      "record: {of: notes, require: no > param.least}",
      tests: "- {as_of: 2026-01-31, parameters: {least: many}, expect: []}")
    #expect(Lint.check(text: source, path: "rules.yaml").contains { $0.severity == .error })
    #expect(
      !Lint.check(text: source.replacing("least: many", with: "least: 3"), path: "rules.yaml").contains {
        $0.severity == .error
      })
  }
}
