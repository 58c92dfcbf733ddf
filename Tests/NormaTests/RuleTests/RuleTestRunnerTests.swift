import Testing

@testable import Norma

/// What tests of rules find: every outcome, and every way in which an expectation can fail.
@Suite struct RuleTestRunnerTests {
  private func problems(_ result: RuleTestResult) -> [String] {
    result.checks.flatMap(\.mismatches).map { $0.text(.en) }
  }

  @Test("a rule is met, broken, pending and undetermined, each as the test says")
  func outcomes() throws {
    let result = try ShopRules.run(
      "frequency",
      """
      - as_of: 2026-03-10
        data:
          shops: [{shop: 甲}, {shop: 乙}]
          visits:
            - {shop: 甲, on: 2026-01-05}
            - {shop: 甲, on: 2026-01-06}
            - {shop: 乙, on: 2026-01-05}
            - {shop: 乙, on: 2026-02-30}
        complete: true
        expect:
          - {subject: {shop: 甲}, period: 2026-01, outcome: met, figures: {count: [2, 3]}}
          - {subject: {shop: 甲}, period: 2026-02, outcome: breached, figures: {count: 0}}
          - {subject: {shop: 甲}, period: 2026-03, outcome: pending}
          - {subject: {shop: 乙}, period: 2026-01, outcome: undetermined}
          - {subject: {shop: 乙}, period: 2026-02, outcome: breached}
          - {subject: {shop: 乙}, period: 2026-03, outcome: pending}
      """)
    // A visit on no day of the calendar may have been in any period, but to one shop alone.
    #expect(problems(result) == ["expected count [2, 3], found 2"])
    #expect(result.others.isEmpty && result.differences.isEmpty && !result.usesNoRow)
    #expect(result.dataFindings.map(\.finding.problem) == [.notADate])
    let open = try #require(result.checks[3].found)
    #expect(open.missing.map { "\($0.dataset):\($0.row) \($0.field)" } == ["visits:4 on"])
    #expect(open.message != nil && result.checks[0].found?.message == nil)
  }

  @Test(
    "what is not as expected is told",
    arguments: [
      ("outcome: met", "found breached"),
      ("outcome: breached, due: 2026-01-01", "expected it to be due on 2026-01-01, found no due date"),
      ("outcome: breached, figures: {count: 2}", "expected count 2, found 1"),
      ("outcome: breached, figures: {count: [1, 2]}", "expected count [1, 2], found 1"),
      ("outcome: breached, figures: {count: null}", "expected count null, found 1"),
      ("outcome: breached, figures: {rows: 1}", "there is no figure rows; there are count"),
    ])
  func mismatches(expectation: String, says: String) throws {
    let result = try ShopRules.run(
      "frequency",
      """
      - as_of: 2026-02-01
        data: {shops: [{shop: 甲}], visits: [{shop: 甲, on: 2026-01-05}]}
        expect: {subject: {shop: 甲}, period: 2026-01, \(expectation)}
      """)
    #expect(problems(result) == [says] && !result.passed)
    #expect(result.others.map(\.obligation.period) == ["2026-02"])
  }

  @Test("an obligation that does not come out, and one of which the period is not named, are failures")
  func obligationsThatAreNotThere() throws {
    let result = try ShopRules.run(
      "frequency",
      """
      - as_of: 2026-02-01
        data: {shops: [{shop: 甲}], visits: [{shop: 甲, on: 2026-01-05}]}
        expect:
          - {subject: {shop: 乙}, outcome: met}
          - {subject: {shop: 甲}, outcome: breached}
          - {subject: {shop: 甲}, period: 2025-12, outcome: breached}
      """)
    #expect(
      problems(result) == [
        "the rule states no such obligation", "there are several periods; name one with `period`: 2026-01, 2026-02",
        "the rule states no such obligation",
      ])
  }

  @Test("rows without a key are named by their place, and met ones come out too")
  func rowSubjects() throws {
    let result = try ShopRules.run(
      "record",
      """
      - as_of: 2026-03-10
        data:
          visits:
            - {shop: 甲, on: 2026-01-05, fee: 0}
            - {shop: 丙, on: 2026-01-05, fee: 5}
            - {shop: 甲, on: 2026-01-01, fee: "1,000.50"}
            - {shop: 甲, on: 2026-01-05, fee: 免费}
            - {on: 2026-01-05, fee: 5}
        complete: true
        expect:
          - {subject: {row: 1}, outcome: met, figures: {failed: [], unknown: null}}
          - {subject: {row: 3}, outcome: breached, figures: {failed: [1, 2]}}
          - {subject: {row: 4}, outcome: undetermined, figures: {unknown: 1}}
          - {subject: {row: 5}, outcome: undetermined}
      """)
    #expect(problems(result).isEmpty && result.passed, "\(result.others)")
    // The rows refer to shops, and the test has none.
    #expect(
      result.dataFindings.map(\.finding.problem.rawValue).sorted() == [
        "empty", "no_such_row", "no_such_row", "no_such_row", "no_such_row", "not_a_decimal",
      ])
  }

  @Test("rows of one key are told apart, and numbers are compared as numbers")
  func keyedSubjects() throws {
    let result = try ShopRules.run(
      "keyed",
      """
      - as_of: 2026-03-10
        data: {notes: [{no: 7, text: a}, {no: "7", text: ""}, {no: １２, text: b}]}
        complete: true
        expect:
          - {subject: {no: 7.0}, outcome: met}
          - {subject: {no: 7~2}, outcome: breached}
          - {subject: {no: 12}, outcome: met}
      """)
    #expect(result.passed, "\(problems(result)) \(result.others)")
    #expect(result.dataFindings.map(\.finding.problem) == [.duplicateKey])
  }

  @Test("an empty list of expectations means that nothing is owed")
  func nothingOwed() throws {
    let none = "- {as_of: 2026-03-10, data: {visits: [{shop: 丙, on: 2026-01-05}]}, expect: []}"
    let passed = try ShopRules.run("record", none)
    #expect(passed.passed && !passed.usesNoRow)
    let failed = try ShopRules.run("record", none.replacing("丙", with: "甲"))
    #expect(!failed.passed && failed.hasUnexpected && failed.others.count == 1)
    // Without `complete`, obligations that a test does not name are its own affair.
    let one = """
      - as_of: 2026-03-10
        data: {visits: [{shop: 甲, on: 2026-01-05}, {shop: 乙, on: 2026-01-05, fee: 5}]}
        expect: [{subject: {row: 1}, outcome: met}]
      """
    #expect(try ShopRules.run("record", one).passed)
    #expect(try !ShopRules.run("record", one + "\n  complete: true").passed)
  }

  @Test("a test whose rows make no difference shows nothing about them, and is told so")
  func unusedRows() throws {
    func test(_ visits: String) -> String {
      "- {as_of: 2026-03-10, data: {visits: [\(visits)]}, expect: [{period: 2026-02, outcome: overdue}]}"
    }
    // Without rows there are none to be used; and a row of another period than the expected one is used all the same.
    #expect(try !ShopRules.run("report", test("")).usesNoRow)
    #expect(try !ShopRules.run("report", test("{shop: 甲, on: 2026-01-05}")).usesNoRow)
    #expect(try ShopRules.run("report", test("{shop: 甲, on: 2025-01-05}")).usesNoRow)
    let unused = try ShopRules.run(
      "coverage",
      "- {as_of: 2026-03-10, data: {shops: [{shop: 甲}]}, expect: [{outcome: undetermined}]}")
    #expect(unused.passed && unused.usesNoRow)
  }

  @Test("a test fails where the engines disagree, whatever it expects")
  func engines() throws {
    let result = try ShopRules.run(
      "keyed",
      "- {as_of: 2026-03-10, data: {notes: [{no: 1, text: a}]}, expect: [{subject: {no: 1}, outcome: met}]}")
    #expect(result.passed)
    let obligation = try #require(result.checks[0].found).obligation
    let differing = RuleTestResult(
      test: result.test, checks: result.checks, others: result.others,
      differences: [.init(engine: .rowByRow, obligation: obligation)], dataFindings: [], usesNoRow: false)
    let description = RuleTestDescription(result: differing, language: .en)
    #expect(!differing.passed && description.headline == "the engines disagree")
    #expect(description.lines.contains { $0.contains("row-by-row  1  met") })
  }

  @Test("parameters, calendar, time zone and since are the test's own")
  func surroundings() throws {
    let report = try ShopRules.run(
      "report",
      """
      - as_of: 2026-02-07
        since: 2026-01-01
        calendar: works
        data: {visits: [{shop: 甲, on: 2026-01-05}]}
        expect: [{period: 2026-01, outcome: met, due: 2026-02-06, figures: {received: 2026-01-05}}]
      """)
    #expect(report.passed, "\(problems(report))")
    let later = try ShopRules.run(
      "report",
      """
      - as_of: 2026-03-31
        since: 2026-02-01
        parameters: {due: "+20d"}
        data: {visits: [{shop: 甲, on: 2026-03-21}]}
        complete: true
        expect:
          - {period: 2026-02, outcome: overdue, due: 2026-03-20}
          - {period: 2026-03, outcome: met, due: 2026-04-20}
      """)
    #expect(later.passed, "\(problems(later)) \(later.others)")
    func moment(_ zone: String) -> String {
      """
      - as_of: 2026-03-10
        timezone: \(zone)
        data: {moments: [{at: "2026-01-31T20:00:00Z"}]}
        expect: [{period: 2026-01, outcome: \(zone == "UTC" ? "met" : "breached")}]
      """
    }
    #expect(try ShopRules.run("moment", moment("UTC")).passed)
    #expect(try ShopRules.run("moment", moment("Asia/Shanghai")).passed)
  }

  @Test("a disabled rule is tested, and one that is not in force owes nothing")
  func disabledRules() throws {
    let rule = "record: {of: notes, require: text != null}"
    let test = "- {as_of: 2026-03-10, data: {notes: [{no: 1, text: a}]}, expect: [{subject: {no: 1}, outcome: met}]}"
    #expect(try ShopRules.run("enabled: false\n    " + rule, test).passed)
    #expect(try !ShopRules.run("from: 2026-03-11\n    " + rule, test).passed)
  }

  @Test("a rule without a test that it passes, or one that breaks it, is told")
  func coverage() throws {
    func test(_ outcome: String) -> String {
      "- {as_of: 2026-02-10, data: {visits: [{shop: 甲, on: 2026-01-05}]}, expect: [{subject: {row: 1}, outcome: \(outcome)}]}"
    }
    let one = try ShopRules.report("record", test("met"))
    #expect(one.lacking.map { $0.lack(.en) } == ["has no test that breaks it (late, overdue or breached)"])
    #expect(one.exitCode == 0)
    #expect(try ShopRules.report("record", test("met"), requiresBoth: true).exitCode == 1)
    let both = try ShopRules.report(
      "record", test("met") + "\n" + test("breached").replacing("on: 2026-01-05", with: "on: 2025-01-05"),
      requiresBoth: true)
    #expect(both.lacking.isEmpty && both.exitCode == 0)
    #expect(RuleTestReport(running: [RuleTestSuite(rules: [one.rules[0].rule], tests: [])]).exitCode == 2)
  }
}
