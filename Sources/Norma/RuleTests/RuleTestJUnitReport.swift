/// The results of rule tests in the XML that build servers read: a suite per rule, a case per test.
///
/// Neither times nor host names are written, so that equal results are equal files.
public enum RuleTestJUnitReport: RuleTestFormat {
  /// The name behind `--format`.
  public static let name = "junit"
  /// The endings of files that are written in this form.
  public static let fileEndings = ["xml"]

  /// Renders a report; changes nothing in it.
  public static func render(_ report: RuleTestReport, options: ReportOptions) -> String {
    let suites = Suites(report: report, language: options.language)
    return XMLDocument(root: suites.root).text
  }

  private struct Suites {
    let report: RuleTestReport
    let language: Language

    var root: XMLElement {
      var order: [String] = []
      var cases: [String: [Case]] = [:]
      func add(_ rule: Rule, _ element: Case) {
        if cases[rule.id] == nil { order.append(rule.id) }
        cases[rule.id, default: []].append(element)
      }
      for result in report.results { add(result.test.rule, testCase(result)) }
      if report.requiresBoth { for rule in report.lacking { add(rule.rule, lack(rule)) } }
      let all = order.flatMap { cases[$0] ?? [] }
      return XMLElement(
        "testsuites", [("name", "norma")] + counts(all), order.map { suite($0, cases[$0] ?? []) })
    }

    private struct Case {
      let element: XMLElement
      let failed: Bool
    }

    private func counts(_ cases: [Case]) -> [(String, String)] {
      [
        ("tests", "\(cases.count)"), ("failures", "\(cases.count { $0.failed })"), ("errors", "0"), ("skipped", "0"),
      ]
    }

    private func suite(_ rule: String, _ cases: [Case]) -> XMLElement {
      XMLElement("testsuite", [("name", rule)] + counts(cases), cases.map(\.element))
    }

    private func testCase(_ result: RuleTestResult) -> Case {
      let test = result.test
      let description = RuleTestDescription(result: result, language: language)
      var attributes = [("classname", test.rule.id), ("name", test.title(language)), ("file", test.location.file.path)]
      if let line = test.location.range?.start.line { attributes.append(("line", "\(line)")) }
      var children: [XMLElement] = []
      if !result.passed {
        let text = ([description.place] + description.lines).joined(separator: "\n")
        children.append(
          XMLElement("failure", [("message", description.headline), ("type", "expectation")], text: text))
      } else if result.usesNoRow {
        children.append(XMLElement("system-out", [], text: description.unusedRows))
      }
      return Case(element: XMLElement("testcase", attributes, children), failed: !result.passed)
    }

    private func lack(_ coverage: RuleTestReport.Coverage) -> Case {
      let name = language == .zh ? "有达标的测试和违反的测试" : "has a test that it passes and one that breaks it"
      let message = "\(coverage.rule.id) " + (coverage.lack(language) ?? "")
      let location = coverage.rule.location
      return Case(
        element: XMLElement(
          "testcase", [("classname", coverage.rule.id), ("name", name), ("file", location.file.path)],
          [XMLElement("failure", [("message", message), ("type", "missing-test")], text: message)]),
        failed: true)
    }
  }
}
