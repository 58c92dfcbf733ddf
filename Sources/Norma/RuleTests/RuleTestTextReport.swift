/// The results of rule tests for people at a terminal: what failed, then what is not tested.
public enum RuleTestTextReport: RuleTestFormat {
  /// The name behind `--format`.
  public static let name = "text"
  /// The endings of files that are written in this form.
  public static let fileEndings = ["txt"]

  /// Renders a report; changes nothing in it.
  public static func render(_ report: RuleTestReport, options: ReportOptions) -> String {
    let writer = Writer(
      report: report, language: options.language, style: TerminalStyle(isOn: options.usesColor))
    return (writer.failures + writer.remarks + writer.lacking + [writer.summary]).joined(separator: "\n") + "\n"
  }

  private struct Writer {
    let report: RuleTestReport
    let language: Language
    let style: TerminalStyle

    func words(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }

    var failures: [String] {
      report.results.filter { !$0.passed }.flatMap { result -> [String] in
        let description = RuleTestDescription(result: result, language: language, style: style)
        return [style.paint("✗ ", as: .breached) + style.bold(title(of: result)) + "  " + description.place]
          + description.lines.map { "    " + $0 } + [""]
      }
    }

    private func title(of result: RuleTestResult) -> String {
      "\(result.test.rule.id) · \(result.test.title(language))"
    }

    /// Tests that pass and show nothing.
    var remarks: [String] {
      let results = report.results.filter { $0.passed && $0.usesNoRow }
      if results.isEmpty { return [] }
      return results.flatMap { result -> [String] in
        let description = RuleTestDescription(result: result, language: language)
        return [
          style.paint("! ", as: .late) + title(of: result) + "  " + description.place, "    " + description.unusedRows,
        ]
      } + [""]
    }

    var lacking: [String] {
      if report.lacking.isEmpty || report.results.isEmpty && !report.requiresBoth { return [] }
      let title = words(
        "每条规则都应有达标的测试和违反的测试，缺少的有：",
        "every rule should have a test that it passes and one that breaks it; these lack one:")
      let mark = report.requiresBoth ? style.paint("✗ ", as: .breached) : "  "
      let partial = report.lacking.filter { $0.tests > 0 }.map { "  \(mark)\($0.rule.id)  \($0.lack(language) ?? "")" }
      let untested = report.lacking.filter { $0.tests == 0 }
      let shown = report.requiresBoth ? untested[...] : untested.prefix(10)
      let rest = untested.count - shown.count
      return [title] + partial + shown.map { "  \(mark)\($0.rule.id)  \($0.lack(language) ?? "")" }
        + (rest > 0 ? [words("    还有 \(rest) 条没有测试", "    and \(rest) more without a test")] : []) + [""]
    }

    var summary: String {
      if report.results.isEmpty { return words("没有任何测试", "there are no tests") }
      let (count, failed) = (report.results.count, report.failed)
      let counts = words(
        "测试 \(count) 个：通过 \(count - failed)、失败 \(failed)", "\(count) tests: \(count - failed) passed, \(failed) failed")
      let full = report.rules.count - report.lacking.count
      let rules = words(
        "规则 \(report.rules.count) 条，其中 \(full) 条有达标和违反两种测试",
        "\(report.rules.count) rules, \(full) of them with a test that passes and one that breaks them")
      return style.paint(counts, as: failed == 0 ? .met : .breached) + "\n" + rules
    }
  }
}
