/// The report for people at a terminal: the summary first, then the findings by department and severity.
public enum TextReport: ReportFormat {
  /// The name behind `--format`.
  public static let name = "text"
  /// The endings of files that are written in this form.
  public static let fileEndings = ["txt"]
  /// Whether it names the digests of the data files.
  public static let showsDigests = false
  /// Nobody reads thousands of lines: it lists the first of everything, and says how many more there are.
  public static let listing = Listing(findings: 200, missing: 8, dataFindings: 50, cellsToSupply: 20)

  /// Renders a report; changes nothing in it.
  public static func render(_ report: AuditReport, options: ReportOptions) -> TextBuffer {
    var writer = Writer(report: report, language: options.language, style: TerminalStyle(isOn: options.usesColor))
    return writer.render()
  }

  private struct Writer: Sendable {
    let report: AuditReport
    let language: Language
    let style: TerminalStyle
    var text = TextBuffer()

    init(report: AuditReport, language: Language, style: TerminalStyle) {
      self.report = report
      self.language = language
      self.style = style
    }

    func words(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }

    private mutating func write(_ lines: [String]) {
      for line in lines { text.writeLine(line) }
    }

    mutating func render() -> TextBuffer {
      heading()
      summary()
      rules()
      findings()
      dataFindings()
      cellsToSupply()
      scores()
      upcoming()
      notes()
      return text
    }

    private mutating func heading() {
      text.writeLine(style.bold(report.organization[language] + words(" 履职检查", " compliance audit")))
      text.writeLine(
        words(
          "截至 \(report.asOf)，检查 \(report.since) 以来的周期", "as of \(report.asOf), periods since \(report.since)"))
      text.writeLine("")
    }

    private mutating func summary() {
      let counts = report.summary
      var cells = Outcome.allCases.filter { counts[$0] > 0 }.map { outcome in
        style.paint("\(outcome.title[language]) \(counts[outcome])", as: outcome)
      }
      if cells.isEmpty { cells = [words("没有任何应检查的事项", "nothing was checked")] }
      text.writeLine(
        words("义务 \(counts.obligations) 项：", "\(counts.obligations) obligations: ")
          + cells.joined(separator: words("、", ", ")))
      if report.dataFindingCount > 0 {
        text.writeLine(words("数据问题 \(report.dataFindingCount) 处", "\(report.dataFindingCount) data findings"))
      }
      text.writeLine("")
    }

    private mutating func rules() {
      if report.rules.isEmpty { return }
      let outcomes = Outcome.allCases.filter { report.summary[$0] > 0 }
      // Of hundreds of rules those are listed that somebody has to do something about.
      let listed = report.rules.filter { rule in Outcome.allCases.contains { $0.isFinding && rule.counts[$0] > 0 } }
      let others = report.rules.filter { rule in !Outcome.allCases.contains { $0.isFinding && rule.counts[$0] > 0 } }
      let silent = others.count { $0.counts.obligations == 0 }
      if listed.isEmpty { return rest(others.count - silent, silent, isAll: true) }
      var rows = [[words("规则", "rule")] + outcomes.map { $0.title[language] }]
      for rule in listed {
        rows.append([rule.title[language]] + outcomes.map { rule.counts[$0] == 0 ? "·" : String(rule.counts[$0]) })
      }
      let lines = TextTable(rows: rows, alignsRight: [false] + outcomes.map { _ in true }).lines
      write([style.dim(lines[0])] + lines.dropFirst())
      rest(others.count - silent, silent, isAll: false)
    }

    /// Says how many rules the table leaves out.
    private mutating func rest(_ kept: Int, _ silent: Int, isAll: Bool) {
      if kept > 0 {
        text.writeLine(
          isAll
            ? words("\(kept) 条规则没有发现问题", "nothing was found by \(kept) rules")
            : words("其余 \(kept) 条规则没有发现问题", "nothing was found by \(kept) others"))
      }
      if silent > 0 {
        text.writeLine(words("\(silent) 条规则没有应检查的事项", "\(silent) rules had nothing to check"))
      }
      text.writeLine("")
    }

    private mutating func findings() {
      let noDepartment = words("未指定部门", "no department")
      let findings = report.findings
      let listed = findings.indices.filter { findings[$0].ordinal < listing.findings }
      let groups = Dictionary(grouping: listed) { findings[$0].department?[language] ?? noDepartment }
      for (department, places) in groups.sorted(by: { $0.key < $1.key }) {
        let rules = report.rules.filter { ($0.department?[language] ?? noDepartment) == department }
        let count = rules.reduce(0) { $0 + $1.counts.findings }
        text.writeLine(style.bold("■ \(department)") + words("（\(count) 项）", " (\(count))"))
        // The order within a severity is the report's own: by rule, subject and period.
        let bySeverity = Dictionary(grouping: places) { findings[$0].severity }
        for severity in Severity.allCases {
          // There may be very many: they are put into words side by side.
          let writer = Writer(report: report, language: language, style: style)
          let parts = SideBySide.map(parts: bySeverity[severity] ?? [], atLeast: 256) { places in
            var writer = writer
            for place in places { writer.append(findings[place]) }
            return writer.text
          }
          for part in parts { text.append(part) }
        }
        for rule in rules { unlisted(rule) }
        text.writeLine("")
      }
    }

    /// Says how many findings of a rule are left out.
    private mutating func unlisted(_ rule: AuditReport.RuleSummary) {
      for outcome in Outcome.allCases where outcome.isFinding && rule.counts[outcome] > listing.findings {
        let rest = rule.counts[outcome] - listing.findings
        let name = style.paint(outcome.title[language], as: outcome)
        text.writeLine(
          words(
            "  …… \(rule.title.zh)：\(name)还有 \(rest) 项，全部见 json 报告",
            "  … \(rule.title.en): \(rest) more \(name); the json report has all of them"))
      }
    }

    private mutating func append(_ finding: Finding) {
      text.write("  [")
      text.write(finding.severity.title[language])
      text.write("] ")
      text.write(style.paint(finding.outcome.title[language], as: finding.outcome))
      text.write(" · ")
      text.write(finding.title[language])
      if let subject = finding.subject.text(language) {
        text.write(" · ")
        text.write(subject)
      }
      if finding.period != "once" {
        text.write(" · ")
        text.write(finding.period)
      }
      text.write("\n      ")
      finding.writeMessage(in: language, to: &text)
      text.write("\n")
      if let waiver = finding.waiver {
        text.writeLine(
          "      "
            + words(
              "已豁免至 \(waiver.until)（\(waiver.reason.zh),\(waiver.approvedBy.zh)），原结论：\(finding.outcomeBeneath.title.zh)",
              "waived until \(waiver.until) (\(waiver.reason.en), \(waiver.approvedBy.en)); beneath: \(finding.outcomeBeneath.title.en)"
            ))
      }
      append(finding.evidence)
      if !finding.missing.isEmpty { appendMissing(of: finding) }
      text.write(style.dimming.begin)
      text.write("      ")
      text.write(words("依据：", "source: "))
      for part in [finding.citation?.document, finding.citation?.clause] {
        guard let part else { continue }
        text.write(part[language])
        text.write(" ")
      }
      text.write(finding.rule)
      text.write(" ")
      text.write(finding.id)
      text.writeLine(style.dimming.end)
    }

    private mutating func append(_ evidence: Evidence) {
      if evidence.rows.isEmpty { return }
      text.write(style.dimming.begin)
      text.write(words("      佐证 ", "      evidence, "))
      text.write(String(evidence.rows.count))
      text.write(words("/", " of "))
      text.write(String(evidence.total))
      text.write(words(" 行：", " rows:"))
      text.writeLine(style.dimming.end)
      for row in evidence.rows {
        text.write(style.dimming.begin)
        text.write("        ")
        text.write(row.file.isEmpty ? row.dataset : row.file)
        text.write(":")
        text.write(String(row.row))
        text.write(" ")
        for field in row.source.fields {
          text.write(" ")
          text.write(field.label[language])
          text.write("=")
          if field.isMasked {
            text.write(Mask.text)
          } else {
            row.fetched.cell(field.place).write(to: &text, language)
          }
        }
        text.writeLine(style.dimming.end)
      }
    }

    private mutating func appendMissing(of finding: Finding) {
      let (count, limit) = (finding.missingCount, TextReport.listing.missing)
      let shown = finding.missing.prefix(limit).map { "\($0.file):\($0.row) \($0.label[language])" }.joined(
        separator: words("、", ", "))
      let rest = count > limit ? words(" 等 \(count) 格", " and \(count - limit) more") : ""
      text.writeLine("      " + words("需补：", "to supply: ") + shown + rest)
    }

    private mutating func dataFindings() {
      if report.dataFindings.isEmpty { return }
      text.writeLine(style.bold(words("■ 数据问题", "■ Data findings")))
      let shown = report.dataFindings.prefix(listing.dataFindings)
      let rows = shown.map { located in
        let finding = located.finding
        let value = located.isMasked ? Mask.text : finding.value ?? ""
        return [
          "  \(located.file):\(finding.row)", finding.column ?? finding.field ?? "",
          value.isEmpty ? words("（空）", "(empty)") : Self.quoted(value), finding.problem.message[language],
        ]
      }
      write(TextTable(rows: Array(rows), alignsRight: []).lines)
      if report.dataFindingCount > shown.count {
        text.writeLine(
          words(
            "  …… 共 \(report.dataFindingCount) 处，其余见 json 报告",
            "  … \(report.dataFindingCount) in all; the json report has the rest"))
      }
      text.writeLine("")
    }

    private static func quoted(_ text: String) -> String {
      let flat = text.replacing("\n", with: "⏎")
      return "“" + (flat.count > 24 ? flat.prefix(24) + "…" : flat) + "”"
    }

    private mutating func cellsToSupply() {
      if report.cellsToSupply.isEmpty { return }
      text.writeLine(style.bold(words("■ 先补这些单元格", "■ Cells to supply first")))
      let rows = report.cellsToSupply.prefix(listing.cellsToSupply).map { item in
        [
          "  \(item.cell.file):\(item.cell.row)", item.cell.label[language],
          words("关系到 \(item.obligations) 项义务", "\(item.obligations) obligations hang on it"),
        ]
      }
      write(TextTable(rows: Array(rows), alignsRight: []).lines)
      text.writeLine("")
    }

    private mutating func scores() {
      for (_, scores) in Dictionary(grouping: report.scores, by: \.scorecard).sorted(by: { $0.key < $1.key }) {
        text.writeLine(style.bold("■ \(scores[0].title[language])"))
        let rows = scores.map { score -> [String] in
          let points = score.score.isExact ? "\(score.score.low)" : "\(score.score.low)–\(score.score.high)"
          let follows = score.consequences.map { "\($0.name) \($0.value.description)" }
          let grade = score.grade?[language] ?? words("等级未定", "no grade yet")
          return [
            "  " + score.subject.values.map(\.value).joined(separator: words("、", ", ")), score.period, points,
            ([grade] + follows).joined(separator: words("，", ", ")),
          ]
        }
        write(TextTable(rows: rows, alignsRight: [false, false, true]).lines)
        text.writeLine("")
      }
    }

    private mutating func upcoming() {
      if report.upcoming.isEmpty { return }
      text.writeLine(style.bold(words("■ 即将到期", "■ Due soon")))
      write(UpcomingTable(items: report.upcoming, language: language).lines)
      text.writeLine("")
    }

    private mutating func notes() {
      if report.notes.isEmpty { return }
      text.writeLine(style.bold(words("■ 说明", "■ Notes")))
      write(report.notes.map { "  - " + $0.message[language] })
    }
  }
}

/// The lines of open obligations that fall due soon.
struct UpcomingTable {
  let items: [AuditReport.Upcoming]
  let language: Language

  var lines: [String] {
    let rows = items.map { item in
      [
        "  \(item.due)", language == .zh ? "还有 \(item.daysLeft) 天" : "\(item.daysLeft) days left",
        item.title[language], item.subject.text(language) ?? "", item.period == "once" ? "" : item.period,
        item.department?[language] ?? "",
      ]
    }
    return TextTable(rows: rows, alignsRight: []).lines
  }
}

/// Rows of cells as aligned lines, two blanks apart; wide characters count twice.
struct TextTable {
  let rows: [[String]]
  let alignsRight: [Bool]

  var lines: [String] {
    let cellWidths = rows.map { $0.map(\.displayWidth) }
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in cellWidths.map { column < $0.count ? $0[column] : 0 }.max() ?? 0 }
    return zip(rows, cellWidths).map { row, cellWidths in
      var line = ""
      // Blanks are written once something stands behind them.
      var blanks = 0
      for (column, cell) in row.enumerated() {
        let padding = widths[column] - cellWidths[column]
        let isRight = column < alignsRight.count && alignsRight[column]
        if column > 0 { blanks += 2 }
        if isRight { blanks += padding }
        if !cell.isEmpty {
          line += String(repeating: " ", count: blanks) + cell
          blanks = 0
        }
        if !isRight { blanks += padding }
      }
      return line
    }
  }
}

/// Colours for a terminal (ECMA-48), or none.
struct TerminalStyle {
  let isOn: Bool

  func bold(_ text: String) -> String { wrap(text, "1") }

  /// What begins and what ends dim text.
  var dimming: (begin: String, end: String) { isOn ? ("\u{1B}[2m", "\u{1B}[0m") : ("", "") }

  func dim(_ text: String) -> String { wrap(text, "2") }

  func paint(_ text: String, as outcome: Outcome) -> String {
    switch outcome {
    case .met: wrap(text, "32")
    case .late: wrap(text, "33")
    case .overdue, .breached: wrap(text, "31")
    case .undetermined: wrap(text, "35")
    case .pending, .waived: wrap(text, "36")
    }
  }

  func paint(_ text: String, as severity: Diagnostic.Severity) -> String {
    switch severity {
    case .error: wrap(text, "1;31")
    case .warning: wrap(text, "1;33")
    case .note: wrap(text, "1;36")
    }
  }

  private func wrap(_ text: String, _ code: String) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
