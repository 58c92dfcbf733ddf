import Foundation
import Testing

@testable import Norma

/// The mistakes that people make in rule files, each with the place and the words that it gets.
@Suite struct RuleFileMistakeTests {
  /// A rule file with mistakes.
  struct Mistake: CustomTestStringConvertible, Sendable {
    let name: String
    let source: String
    /// What each diagnostic says in English, hint included, in the order of the markers; a part of it is enough.
    let says: [String]

    var testDescription: String { name }

    /// A mistake in the whole file.
    init(_ name: String, file source: String, _ says: String...) {
      self.name = name
      self.source = source
      self.says = says
    }

    /// A mistake within one rule's kind.
    init(_ name: String, rule: String, _ says: String...) {
      self.name = name
      let lines = rule.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 + "\n" }.joined()
      source = Self.datasets + "rules:\n  - id: a.b\n" + lines
      self.says = says
    }

    /// A mistake in a condition.
    init(_ name: String, condition: String, _ says: String...) {
      self.name = name
      source =
        Self.datasets + "rules:\n  - id: a.b\n    record:\n      of: visits\n      require: |-\n        \(condition)\n"
      self.says = says
    }

    private static let datasets = """
      parameters: {least: 2}
      datasets:
        shops:
          key: [shop]
          fields:
            shop: {type: text, required: true}
            open: {type: boolean, required: true}
        visits:
          fields:
            shop: {type: text, required: true, references: shops}
            inspector: {type: text, required: true}
            on: {type: date, required: true}
            fee: {type: decimal}
            count: {type: integer, required: true}

      """
  }

  @Test(
    "is told at its place, with what to do about it",
    arguments: structure + values + names + yaml + conditions + kinds + relations)
  func mistakes(item: Mistake) {
    let marked = MarkedSource(item.source)
    // That a rule which was not understood leaves a parameter unused is no news.
    let diagnostics = Lint.check(text: marked.text, path: "rules.yaml").filter {
      if case .unusedParameter("least") = $0.problem { false } else { true }
    }
    let renderer = DiagnosticRenderer(language: .en)
    let all = diagnostics.map { renderer.text(of: $0) }.joined(separator: "\n")
    #expect(marked.places.count == item.says.count, "as many markers as words")
    #expect(diagnostics.count == item.says.count, "\(all)")
    for (diagnostic, (place, words)) in zip(diagnostics, zip(marked.places, item.says)) {
      #expect(diagnostic.location.range?.start == place, "\(all)")
      let wording = diagnostic.problem.wording
      let text = wording.message.en + (wording.hint.map { "\n" + $0.en } ?? "")
      #expect(text.contains(words), "\(all)")
      // Both languages say something, and the Chinese in Chinese.
      #expect(wording.message.zh.unicodeScalars.contains { $0.value > 0x4E00 })
    }
  }

  static let structure: [Mistake] = [
    .init("an unknown key of a file", file: "1️⃣rulez: []\n", "did you mean `rules`?"),
    .init("a key that stands twice", file: "rules: []\n1️⃣rules: []\n", "stands twice"),
    .init("a rule without an id", file: "rules:\n  - 1️⃣title: x\n    record: {of: x, require: y}\n", "lacks `id`"),
    .init("an unknown key of a rule", rule: "1️⃣titel: x\nfrequency: {of: visits, on: on}", "did you mean `title`?"),
    .init("a rule without a kind", file: "rules:\n  - 1️⃣id: a.b\n", "needs one of `record`, `coverage`"),
    .init(
      "a misspelt kind", file: "rules:\n  - 1️⃣id: a.b\n    2️⃣frequencyy: {of: x}\n", "needs one of",
      "did you mean `frequency`?"),
    .init(
      "two kinds in one rule", rule: "record: {of: visits, require: count > 1}\n1️⃣frequency: {of: visits, on: on}",
      "can't have"),
    .init("a kind without its dataset", rule: "frequency: {1️⃣on: on}", "lacks `of`"),
    .init("a kind with nothing behind it", rule: "1️⃣record:", "`record` is empty"),
    .init(
      "a condition with nothing behind it",
      rule: "frequency:\n  of: visits\n  on: on\n  1️⃣where: # not closed\n  at_least: 2", "`where` is empty"),
    .init(
      "bounds with nothing behind one of them",
      rule: "frequency: {of: visits, on: on, at_least: 2, 1️⃣at_most: ~}", "leave the key out"),
    .init("a coverage without having", rule: "coverage: {1️⃣of: visits, at_least: 90%}", "lacks `having`"),
    .init("a coverage without a bound", rule: "coverage: {1️⃣of: visits, having: count > 1}", "needs one of `at_least`"),
    .init("a report without per", rule: "report: {1️⃣of: visits, on: on}", "a report needs `per`"),
    .init("a record without require", rule: "record: {1️⃣of: visits}", "lacks `require`"),
    .init("a text where keys are expected", rule: "frequency: 1️⃣visits", "expected the keys of `frequency`"),
    .init("a list where a text is expected", rule: "title: 1️⃣[a]\nfrequency: {of: visits, on: on}", "found a list"),
    .init(
      "an unknown key of a kind", rule: "frequency: {of: visits, on: on, 1️⃣at_leest: 2}", "did you mean `at_least`?"),
    .init(
      "bounds that exclude each other", rule: "frequency: {of: visits, on: on, at_least: 1, 1️⃣exactly: 2}",
      "can't have `at_least` and `exactly`"),
    .init("a window without per", rule: "frequency: {of: visits, on: on, in: 1️⃣[9]}", "`in` needs `per`"),
    .init("a requirement without a condition", rule: "record: {of: visits, require: [{1️⃣say: x}]}", "lacks `that`"),
    .init(
      "an unknown language", rule: "title: {zh: 甲, 1️⃣cn: 乙}\nfrequency: {of: visits, on: on}",
      "has no key `cn`"),
    .init("a dataset without fields", file: "datasets:\n  a:\n    1️⃣title: x\n", "lacks `fields`"),
    .init("a field without a type", file: "datasets:\n  a:\n    fields:\n      x: {1️⃣label: y}\n", "lacks `type`"),
    .init(
      "a waiver whose reason is blank",
      file: "waivers:\n  - {rule: x, until: 2026-01-01, reason: 1️⃣\"  \", approved_by: 乙}\n",
      "a text that says something"),
    .init(
      "a waiver without an end, a reason and an approver", file: "waivers:\n  - 1️⃣2️⃣3️⃣rule: x\n", "lacks `until`",
      "lacks `reason`", "lacks `approved_by`"),
  ]

  static let values: [Mistake] = [
    .init(
      "a rule id with capitals",
      file:
        "datasets: {d: {fields: {x: {type: integer, required: true}}}}\nrules:\n  - id: 1️⃣Shop.Visits\n    record: {of: d, require: x > 1}\n",
      "is no rule id"),
    .init("an unknown severity", rule: "severity: 1️⃣mayor\nfrequency: {of: visits, on: on}", "did you mean `major`?"),
    .init("an unknown period", rule: "frequency: {of: visits, on: on, per: 1️⃣monthly}", "did you mean `month`?"),
    .init(
      "a percentage without its sign", rule: "coverage: {of: visits, having: count > 1, at_least: 1️⃣90}",
      "write percentages with %"),
    .init(
      "a full-width percent sign", rule: "coverage: {of: visits, having: count > 1, at_least: 1️⃣90\u{FF05}}",
      "full-width"),
    .init("a number with two points", rule: "frequency: {of: visits, on: on, at_least: 1️⃣1.2.3}", "expected a number"),
    .init(
      "a least above the greatest", rule: "frequency: {of: visits, on: on, between: [1️⃣3, 2]}", "is above the greatest"),
    .init(
      "a due date that is none", rule: "report: {of: visits, on: on, per: month, due: 1️⃣5 days}", "expected a due date"),
    .init(
      "a grace that is no span", rule: "report: {of: visits, on: on, per: month, grace: 1️⃣two days}", "expected a span"),
    .init(
      "an unknown roll", rule: "report: {of: visits, on: on, per: month, roll: 1️⃣next_workdays}",
      "did you mean `next_workday`?"),
    .init(
      "a window that passes the year's end", rule: "frequency: {of: visits, on: on, per: month, in: 1️⃣12-20..01-10}",
      "expected months"),
    .init("a date that is none", rule: "from: 1️⃣2026-02-30\nfrequency: {of: visits, on: on}", "expected a date"),
    .init(
      "an end before the beginning", rule: "from: 2026-02-01\nuntil: 1️⃣2026-01-01\nfrequency: {of: visits, on: on}",
      "is above"),
    .init("a yes that is no boolean", rule: "enabled: 1️⃣yes\nfrequency: {of: visits, on: on}", "true and false alone"),
    .init(
      "an unknown outcome of an empty population",
      rule: "coverage: {of: visits, having: count > 1, at_least: 90%, empty: 1️⃣mett}", "did you mean `met`?"),
    .init(
      "a type of another language", file: "datasets:\n  a:\n    fields:\n      x: {type: 1️⃣string}\n", "write `text`"),
    .init(
      "a misspelt type", file: "datasets:\n  a:\n    fields:\n      x: {type: 1️⃣interger}\n", "did you mean `integer`?"),
    .init(
      "a pattern that is none", file: "datasets:\n  a:\n    fields:\n      x: {type: text, pattern: 1️⃣'('}\n",
      "no valid regular expression"),
    .init(
      "a pattern of a number", file: "datasets:\n  a:\n    fields:\n      x: {type: integer, 1️⃣pattern: x}\n",
      "does not apply to fields of type integer"),
    .init(
      "a least above the greatest of a field",
      file: "datasets:\n  a:\n    fields:\n      x: {type: integer, 1️⃣min: 3, max: 2}\n", "is above"),
    .init(
      "a partial number", file: "datasets:\n  a:\n    fields:\n      x: {type: integer, 1️⃣partial: true}\n",
      "does not apply"),
    .init("a weekday that is none", file: "calendars:\n  c: {weekend: 1️⃣[8]}\n", "expected weekdays"),
    .init(
      "a holiday that is no date", file: "calendars:\n  c: {years: {2026: {off: [1️⃣5月1日]}}}\n",
      "expected a date or a range"),
    .init(
      "a waived period that is none",
      file: "waivers:\n  - {rule: 1️⃣x, period: 2️⃣三月, until: 2026-01-01, reason: 甲, approved_by: 乙}\n", "matches no rule",
      "expected a period"),
  ]

  static let names: [Mistake] = [
    .init("an unknown dataset", rule: "frequency: {of: 1️⃣visit, on: on}", "did you mean `visits`?"),
    .init("an unknown field", rule: "frequency: {of: visits, on: on, each: 1️⃣shopp}", "did you mean `shop`?"),
    .init("a date field that is none", rule: "frequency: {of: visits, on: 1️⃣inspector}", "is of type text, and date"),
    .init(
      "an unknown parameter", rule: "report: {of: visits, on: on, per: month, due: 1️⃣param.lest}",
      "did you mean `least`?"),
    .init(
      "a condition on a roster that is not there",
      rule: "frequency: {of: visits, on: on, each: inspector, among: 1️⃣open}", "give `inspector` a `references`"),
    .init(
      "a rule that stands twice",
      file:
        "datasets: {d: {fields: {x: {type: integer, required: true}}}}\nrules:\n  - {id: a.b, record: {of: d, require: x > 1}}\n  - {id: 1️⃣a.b, record: {of: d, require: x > 1}}\n",
      "declared twice"),
    .init(
      "a dataset that refers to nothing", file: "datasets:\n  a:\n    fields:\n      x: {type: text, references: 1️⃣b}\n",
      "there is no dataset `b`"),
    .init(
      "a reference to a dataset without a key",
      file: "datasets:\n  a: {fields: {x: {type: text}}}\n  b: {fields: {x: {type: text, references: 1️⃣a}}}\n",
      "has no key"),
    .init(
      "a reference of another type",
      file:
        "datasets:\n  a: {key: [x], fields: {x: {type: text}}}\n  b: {fields: {1️⃣y: {type: integer, references: a}}}\n",
      "`x`, which it refers to, is of type text"),
    .init(
      "a key that is no field", file: "datasets:\n  a: {key: [1️⃣z], fields: {x: {type: text}}}\n", "has no field `z`"),
    .init(
      "a parameter that no rule uses",
      file:
        "parameters: {1️⃣p: 1}\ndatasets: {d: {fields: {x: {type: integer, required: true}}}}\nrules:\n  - {id: a.b, record: {of: d, require: x > 1}}\n",
      "no rule uses"),
  ]

  static let yaml: [Mistake] = [
    .init("a tab", file: "rules:\n1️⃣\t- id: x\n", "spaces alone"),
    .init("a quote that is not closed", file: "title: 1️⃣\"abc\n", "not closed"),
    .init("a bracket that is not closed", file: "rules: [a, b\ntitle1️⃣: x\n", "bracket"),
    .init("a full-width colon", file: "title: x\nrules1️⃣\u{FF1A} []\n", "full-width"),
    .init("an unquoted colon in a value", file: "title: a1️⃣: b\n", "put a value that holds a colon in quotes"),
    .init(
      "a negation that YAML takes for a tag",
      rule: "record:\n  of: shops\n  require: shop != ''\n  where: 1️⃣!open", "takes `!open` for a tag"),
    .init(
      "a negation within braces", rule: "record: {of: shops, require: shop != '', where: 1️⃣!open}",
      "put the whole value in quotes"),
    .init("a type that YAML knows", rule: "title: 1️⃣!!str visits\nfrequency: {of: visits, on: on}", "`!!str`"),
    .init("a list with a tag", file: "rules: 1️⃣!all []\n", "`!all`"),
    .init("an anchor that is not there", file: "title: 1️⃣*nobody\n", "not there"),
    .init("two documents", file: "title: x\n1️⃣---\ntitle: y\n", "one YAML document"),
    .init("what is nested too deeply", file: "title: \(String(repeating: "[", count: 64))1️⃣[\n", "nested deeper"),
    .init("a text instead of a file", file: "1️⃣hello\n", "expected the keys of a rule file"),
    .init("a value that begins with an at sign", file: "title: 1️⃣@x\n", "in quotes"),
  ]

  static let conditions: [Mistake] = [
    .init("a single equals sign", condition: "count 1️⃣= 1", "equality is written `==`"),
    .init("the word and", condition: "count > 1 1️⃣and count < 3", "write `&&` instead"),
    .init("the word or", condition: "count > 1 1️⃣or count < 3", "write `||` instead"),
    .init("a percentage", condition: "fee != null && fee > 90%1️⃣", "percentages can't be written"),
    .init("a full-width sign", condition: "count 1️⃣\u{FF1E} 1", "full-width"),
    .init("Chinese quotes", condition: "inspector == 1️⃣“甲”", "full-width"),
    .init("a full-width bracket", condition: "1️⃣\u{FF08}count > 1)", "full-width"),
    .init("a name that nothing has", condition: "1️⃣cuont > 1", "did you mean `count`?"),
    .init("a function that is not there", condition: "1️⃣yeer(on) > 2020", "did you mean `year`?"),
    .init("a parameter that is not there", condition: "count > 1️⃣param.lesat", "did you mean `least`?"),
    .init("a text beside a number", condition: "1️⃣count == \"1\"", "can't be compared with a number"),
    .init("a text beside a date", condition: "1️⃣on >= \"2026-01-01\"", "write date(\"2026-01-01\")"),
    .init("a date without quotes", condition: "1️⃣on >= 2026-01-01", "write date(\"2026-01-01\")"),
    .init("a number instead of a condition", condition: "1️⃣count + 1", "is needed here"),
    .init("a pattern that is none", condition: "inspector.matches(1️⃣\"(\")", "no valid regular expression"),
    .init("an optional field that may be empty", condition: "1️⃣fee > 1", "may be empty"),
    .init("a condition that ends too early", condition: "count >1️⃣", "ends too early"),
    .init("a quote that is not closed", condition: "inspector == 1️⃣\"x", "can't be read"),
    .init("several mistakes at once", condition: "1️⃣cuont > 1 && 2️⃣on == \"x\"", "did you mean `count`?", "date"),
  ]

  static let kinds: [Mistake] = [
    .init("an aggregate without a figure", rule: "aggregate:\n  1️⃣of: visits\n  at_least: 1", "needs one of"),
    .init("two figures", rule: "aggregate:\n  of: visits\n  count: true\n  1️⃣sum: count\n  at_least: 1", "count"),
    .init("a sum of a text", rule: "aggregate:\n  of: visits\n  sum: 1️⃣inspector\n  at_least: 1", "number is needed"),
    .init(
      "a running mean", rule: "aggregate:\n  of: visits\n  mean: count\n  on: on\n  1️⃣over: running\n  at_most: 1",
      "a running total is a sum or a count"),
    .init(
      "a change without periods",
      rule: "aggregate:\n  of: visits\n  sum: count\n  on: on\n  1️⃣over: previous\n  at_most: 1",
      "`per`"),
    .init(
      "a total without a date", rule: "aggregate:\n  of: visits\n  sum: count\n  1️⃣over: cumulative\n  at_most: 1",
      "`on`"),
    .init(
      "a gap in months", rule: "frequency:\n  of: visits\n  on: on\n  max_gap: 1️⃣1mo", "a span"),
    .init(
      "hours between days", rule: "response: {of: visits, since: on, done: on, within: 1️⃣24h}",
      "hours are counted between timestamps"),
    .init(
      "a response without a time", rule: "response: {1️⃣of: visits, since: on, done: on}", "`within`"),
    .init(
      "a match of a number with a text",
      rule: "response: {of: visits, since: on, done: {of: visits, on: on, match: {count: 1️⃣inspector}}, within: 5d}",
      "integer"),
    .init(
      "a side without a figure", rule: "reconcile:\n  left: {1️⃣of: visits}\n  right: {of: visits, value: count()}",
      "`value`"),
    .init(
      "a figure that is none",
      rule: "reconcile:\n  left: {of: visits, value: 1️⃣total(count)}\n  right: {of: visits, value: count()}",
      "such as count(), sum(amount)"),
    .init(
      "a tolerance below nothing",
      rule: "reconcile:\n  left: {of: visits, value: count()}\n  right: {of: visits, value: count()}\n  tolerance: 1️⃣-1",
      "can't be negative"),
    .init(
      "a rule for recurrence without FREQ",
      rule: "frequency:\n  of: visits\n  on: on\n  per: {rrule: 1️⃣\"BYDAY=MO\"}", "needs FREQ"),
    .init(
      "a part that the frequency does not take",
      rule: "frequency:\n  of: visits\n  on: on\n  per: {rrule: 1️⃣\"FREQ=WEEKLY;BYMONTHDAY=1\"}", "can't stand together"),
  ]

  static let relations: [Mistake] = [
    .init("a field that the referenced row lacks", condition: "1️⃣shop.opn", "did you mean `open`?"),
    .init("a field of a set that is not there", condition: "shop in 1️⃣shops.shp", "did you mean `shop`?"),
    .init(
      "a list whose name two references share",
      file: """
        datasets:
          shops:
            key: [shop]
            fields: {shop: {type: text, required: true}}
          visits:
            fields: {from: {type: text, references: shops}, to: {type: text, references: shops}}
        rules:
          - id: a.b
            record: {of: shops, require: '1️⃣visits.exists(v, true)'}
        """, "write `visits_by_from` or `visits_by_to`"),
    .init(
      "datasets derived from each other",
      file: """
        datasets:
          1️⃣a: {from: b, add: {x: '1'}}
          b: {from: a, add: {y: '2'}}
        """, "depend on each other"),
    .init(
      "a dataset with the name of one that audits make", file: "datasets:\n  1️⃣outcomes: {fields: {a: text}}\n",
      "every audit makes itself"),
    .init(
      "rules that follow each other",
      file: """
        rules:
          - id: 1️⃣a.b
            record: {of: outcomes, where: rule == "c.d", require: outcome == "met"}
          - id: c.d
            record: {of: outcomes, where: rule == "a.b", require: outcome == "met"}
        """, "`a.b` → `c.d` → `a.b`"),
    .init(
      "a scorecard of no rules",
      file: """
        datasets: {d: {fields: {a: {type: text, required: true}}}}
        rules:
          - {id: a.b, record: {of: d, require: a == "x"}}
        scorecards:
          - {id: s, each: a, rules: [1️⃣b.*], grades: [{2️⃣at_least: 60, grad: 合格}]}
        """, "matches no rule", "a grade lacks `grade`"),
    .init(
      "more variants than anybody can mean",
      file: """
        datasets: {d: {fields: {a: {type: text, required: true}}}}
        rules:
          - id: a.{x}{y}{z}{u}
            for: {x: [a, b, c, d, e, f, g, h, i, j], y: [a, b, c, d, e, f, g, h, i, j], z: [a, b, c, d, e, f, g, h, i, j], 1️⃣u: [k, l]}
            record: {of: d, require: a == "x"}
        """, "more than 1000 combinations"),
    .init(
      "a variable without values",
      file: """
        datasets: {d: {fields: {a: {type: text, required: true}}}}
        rules:
          - id: a.{x}
            for: {1️⃣x: []}
            record: {of: d, require: a == "x"}
        """, "is empty"),
  ]

  @Test("the underline stands below the mistake, wide characters counted twice")
  func underlining() {
    let source =
      "datasets: {表: {fields: {数量: {type: integer, required: true}}}}\nrules:\n  - {id: a.b, record: {of: 表, require: 数量 > 1 && 数目 > 2}}\n"
    let diagnostics = Lint.check(text: source, path: "规则.yaml")
    #expect(diagnostics.count == 1)
    let lines = diagnostics.first.map { DiagnosticRenderer(language: .zh).text(of: $0) }?.split(separator: "\n") ?? []
    guard lines.count >= 3, let mark = lines[2].firstIndex(of: "^"), let place = lines[1].range(of: "数目") else {
      Issue.record("\(lines.joined(separator: "\n"))")
      return
    }
    #expect(lines[1][..<place.lowerBound].displayWidth == lines[2][..<mark].displayWidth)
    #expect(lines[2][mark...] == "^~~~")
    #expect(lines[0].contains("错误"))
  }
}
