extension RuleTestResult.Mismatch {
  /// The words for it. The outcome that was expected stands with the expectation.
  func text(_ language: Language) -> String {
    let isChinese = language == .zh
    switch self {
    case .notThere:
      return isChinese ? "规则没有得出这项义务" : "the rule states no such obligation"
    case .severalPeriods(let periods):
      let list = periods.joined(separator: isChinese ? "、" : ", ")
      return isChinese
        ? "有几个周期，请用 period 写明是哪一个：\(list)" : "there are several periods; name one with `period`: \(list)"
    case .outcome(let found):
      return isChinese ? "实际是 \(found.named(.zh))" : "found \(found.named(.en))"
    case .due(let expected, let found):
      return isChinese
        ? "期限应是 \(expected)，实际是 \(found?.description ?? "没有期限")"
        : "expected it to be due on \(expected), found \(found?.description ?? "no due date")"
    case .figure(let name, let expected, let found):
      return isChinese
        ? "\(name) 应是 \(expected)，实际是 \(found.text)" : "expected \(name) \(expected), found \(found.text)"
    case .noSuchFigure(let name, let candidates):
      let list = candidates.joined(separator: isChinese ? "、" : ", ")
      return isChinese ? "没有叫 \(name) 的数字；有：\(list)" : "there is no figure \(name); there are \(list)"
    }
  }
}

extension Outcome {
  /// The word of rule files, with the title that people know it by.
  func named(_ language: Language) -> String {
    language == .zh ? "\(rawValue)（\(title.zh)）" : rawValue
  }
}

extension RuleTestReport.Coverage {
  /// What is lacking, nil where nothing is.
  func lack(_ language: Language) -> String? {
    switch (hasMet, hasBroken, language) {
    case (true, true, _): nil
    case (false, false, .zh): tests == 0 ? "没有测试" : "没有达标的测试，也没有违反的测试"
    case (false, false, .en):
      tests == 0 ? "has no test" : "has neither a test that it passes nor one that breaks it"
    case (true, false, .zh): "没有违反规则的测试（late、overdue 或 breached）"
    case (true, false, .en): "has no test that breaks it (late, overdue or breached)"
    case (false, true, .zh): "没有达标的测试（met）"
    case (false, true, .en): "has no test that it passes (met)"
    }
  }
}

/// Describes the result of one test so that whoever answers for the rule sees the difference.
struct RuleTestDescription {
  let result: RuleTestResult
  let language: Language
  var style = TerminalStyle(isOn: false)

  private func words(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }

  /// Where the test stands.
  var place: String {
    let location = result.test.location
    return location.file.path + (location.range.map { ":\($0.start.line)" } ?? "")
  }

  /// What failed, in one line.
  var headline: String {
    if !result.differences.isEmpty { return words("两个计算引擎的结论不同", "the engines disagree") }
    if let check = result.checks.first(where: { !$0.passed }) { return headline(of: check) }
    if result.hasUnexpected {
      return words(
        "得出了测试没有列出的义务 \(result.others.count) 项",
        "\(result.others.count) obligations came out that the test does not list")
    }
    return words("通过", "passed")
  }

  /// All that is to be said about it, a line each.
  var lines: [String] {
    var lines = [words("截至 \(result.test.asOf)", "as of \(result.test.asOf)")]
    for check in result.checks { lines += self.lines(of: check) }
    lines += differences
    lines += others
    if result.usesNoRow { lines.append(unusedRows) }
    lines += rows
    lines += dataFindings
    return lines
  }

  /// That the test's rows make no difference.
  var unusedRows: String {
    words(
      "测试的数据没有起作用：去掉所有行，结论也一样", "the rows of the test make no difference: without any of them the rule finds the same")
  }

  private func headline(of check: RuleTestResult.Check) -> String {
    let name = name(of: check.expected)
    let expected = check.expected.outcome.named(language)
    let first = check.mismatches.first?.text(language) ?? ""
    return words("\(name)：应是 \(expected)，\(first)", "\(name): expected \(expected), \(first)")
  }

  private func lines(of check: RuleTestResult.Check) -> [String] {
    let name = name(of: check.expected)
    let expected = check.expected.outcome.named(language)
    guard !check.passed else {
      return [style.paint("✓ ", as: .met) + words("\(name)：\(expected)", "\(name): \(expected)")]
    }
    var lines = [style.paint("✗ ", as: .breached) + words("\(name)：应是 \(expected)", "\(name): expected \(expected)")]
    lines += check.mismatches.map { "    " + $0.text(language) }
    if let found = check.found { lines += details(of: found).map { "    " + $0 } }
    if let note = check.expected.note { lines.append("    " + words("说明：", "note: ") + note[language]) }
    return lines
  }

  private func details(of found: TestedObligation) -> [String] {
    var lines: [String] = []
    if let message = found.message { lines.append(message[language]) }
    let figures = found.obligation.figures.values.map { "\($0.name) \($0.value.text)" }
    if !figures.isEmpty {
      lines.append(words("数字：", "figures: ") + figures.joined(separator: words("，", ", ")))
    }
    if let due = found.obligation.due { lines.append(words("期限：\(due)", "due: \(due)")) }
    if !found.missing.isEmpty {
      let cells = found.missing.map { "\($0.dataset):\($0.row) \($0.field)" }
      lines.append(words("需补：", "to supply: ") + cells.joined(separator: words("、", ", ")))
    }
    return lines
  }

  private func name(of expected: ExpectedObligation) -> String {
    let values = expected.subject.map { $0.value ?? words("（空）", "(none)") }
    return name(values.isEmpty ? nil : values.joined(separator: " / "), expected.period ?? "once")
  }

  private func name(of obligation: AuditReport.Obligation) -> String {
    name(obligation.subject.text(language), obligation.period)
  }

  private func name(_ subject: String?, _ period: String) -> String {
    (subject ?? words("本单位", "the organization")) + (period == "once" ? "" : " · \(period)")
  }

  private var differences: [String] {
    if result.differences.isEmpty { return [] }
    let title = words("两个计算引擎的结论不同，这是程序的错误：", "the engines disagree, which is a fault of the program:")
    return [title]
      + result.differences.map { difference in
        let obligation = difference.obligation
        let figures = obligation.figures.values.map { "\($0.name) \($0.value.text)" }.joined(separator: " ")
        return
          "    \(difference.engine.rawValue)  \(name(of: obligation))  \(obligation.outcome.named(language))  \(figures)"
      }
  }

  private var others: [String] {
    if result.others.isEmpty { return [] }
    let title =
      result.hasUnexpected
      ? style.paint("✗ ", as: .breached)
        + words("测试没有列出、却得出的义务：", "obligations that came out and the test does not list:")
      : words("其他义务：", "other obligations:")
    let shown = result.others.prefix(Self.limit).flatMap { other -> [String] in
      let obligation = other.obligation
      let figures = obligation.figures.values.map { "\($0.name) \($0.value.text)" }.joined(separator: words("，", ", "))
      let separator = words("：", ": ")
      return ["    \(name(of: obligation))\(separator)\(obligation.outcome.named(language))  \(figures)"]
    }
    let rest = result.others.count - shown.count
    return [title] + shown + (rest > 0 ? [words("    还有 \(rest) 项", "    and \(rest) more")] : [])
  }

  /// How many obligations that no expectation names are shown: a rule by day states hundreds.
  private static let limit = 20

  private var rows: [String] {
    result.test.data.flatMap { dataset, table -> [String] in
      if table.rows.isEmpty { return [words("数据 \(dataset)：没有行", "data \(dataset): no rows")] }
      let lines = table.rows.enumerated().map { index, row in
        "    \(index + 1)  " + row.map { "\($0.field)=\($0.text ?? words("空", "none"))" }.joined(separator: "  ")
      }
      return [words("数据 \(dataset)：", "data \(dataset):")] + lines
    }
  }

  private var dataFindings: [String] {
    if result.dataFindings.isEmpty { return [] }
    return [words("数据问题：", "data findings:")]
      + result.dataFindings.map { located in
        let finding = located.finding
        let value = finding.value.map { words(" “\($0)”", " \"\($0)\"") } ?? ""
        return
          "    \(finding.dataset):\(finding.row) \(finding.field ?? "")\(value)  \(finding.problem.message[language])"
      }
  }
}
