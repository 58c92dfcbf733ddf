/// The results of rule tests for machines.
public enum RuleTestJSONReport: RuleTestFormat {
  /// The name behind `--format`.
  public static let name = "json"
  /// The endings of files that are written in this form.
  public static let fileEndings = ["json"]

  /// Renders a report; changes nothing in it.
  public static func render(_ report: RuleTestReport, options: ReportOptions) -> String {
    Writer(report: report, language: options.language).root.text() + "\n"
  }

  private struct Writer {
    let report: RuleTestReport
    let language: Language

    var root: JSONValue {
      .object([
        "norma": .integer(1),
        "summary": .object([
          "tests": .integer(report.results.count), "passed": .integer(report.results.count - report.failed),
          "failed": .integer(report.failed), "rules": .integer(report.rules.count),
          "rules_lacking_tests": .integer(report.lacking.count),
        ]),
        "tests": .array(report.results.map(test)),
        "rules": .array(
          report.rules.map {
            .object([
              "id": .string($0.rule.id), "title": .string($0.rule.title[language]), "tests": .integer($0.tests),
              "met": .boolean($0.hasMet), "broken": .boolean($0.hasBroken),
            ])
          }),
      ])
    }

    private func test(_ result: RuleTestResult) -> JSONValue {
      let test = result.test
      return .object([
        "rule": .string(test.rule.id), "name": .string(test.title(language)),
        "file": .string(test.location.file.path), "line": .optional(test.location.range?.start.line),
        "as_of": .string(test.asOf.description), "passed": .boolean(result.passed),
        "message": result.passed
          ? .null : .string(RuleTestDescription(result: result, language: language).headline),
        "uses_rows": .boolean(!result.usesNoRow), "complete": .boolean(test.isComplete),
        "expectations": .array(result.checks.map(check)),
        "others": .array(result.others.map(obligation)),
        "engine_differences": .array(
          result.differences.map {
            .object(
              [.init(key: "engine", value: .string($0.engine.rawValue))]
                + members(TestedObligation(obligation: $0.obligation, message: nil, missing: [])))
          }),
        "data": .object(test.data.map { .init(key: $0.dataset, value: rows($0.table)) }),
      ])
    }

    private func check(_ check: RuleTestResult.Check) -> JSONValue {
      let expected = check.expected
      return .object([
        "line": .optional(expected.location.range?.start.line),
        "subject": .object(expected.subject.map { .init(key: $0.field, value: .optional($0.value)) }),
        "period": .optional(expected.period), "passed": .boolean(check.passed),
        "expected": .object([
          "outcome": .string(expected.outcome.rawValue), "due": .optional(expected.due?.description),
          "figures": .object(expected.figures.map { .init(key: $0.name.value, value: .string($0.text)) }),
        ]),
        "found": check.found.map(obligation) ?? .null,
        "problems": .array(check.mismatches.map { .string($0.text(language)) }),
        "note": .optional(expected.note?[language]),
      ])
    }

    private func obligation(_ tested: TestedObligation) -> JSONValue { .object(members(tested)) }

    private func members(_ tested: TestedObligation) -> [JSONValue.Member] {
      let obligation = tested.obligation
      return [
        .init(
          key: "subject",
          value: .object(obligation.subject.values.map { .init(key: $0.name, value: .string($0.value)) })),
        .init(key: "period", value: .string(obligation.period)),
        .init(key: "outcome", value: .string(obligation.outcome.rawValue)),
        .init(key: "due", value: .optional(obligation.due?.description)),
        .init(
          key: "figures",
          value: .object(obligation.figures.values.map { .init(key: $0.name, value: .string($0.value.text)) })),
        .init(key: "message", value: .optional(tested.message?[language])),
        .init(
          key: "missing",
          value: .array(
            tested.missing.map {
              .object(["dataset": .string($0.dataset), "row": .integer($0.row), "field": .string($0.field)])
            })),
      ]
    }

    private func rows(_ table: InlineTable) -> JSONValue {
      .array(table.rows.map { .object($0.map { .init(key: $0.field, value: .optional($0.text)) }) })
    }
  }
}
