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
  public static func render(_ report: AuditReport, options: ReportOptions) -> String {
    var writer = Writer(report: report, language: options.language, style: TerminalStyle(isOn: options.usesColor))
    return writer.render()
  }

  private struct Writer: Sendable {
    let report: AuditReport
    let language: Language
    let style: TerminalStyle
    var lines = Lines()

    init(report: AuditReport, language: Language, style: TerminalStyle) {
      self.report = report
      self.language = language
      self.style = style
    }

    func words(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }

    mutating func render() -> String {
      heading()
      summary()
      rules()
      findings()
      dataFindings()
      cellsToSupply()
      scores()
      upcoming()
      notes()
      return lines.text
    }

    private mutating func heading() {
      lines.append(style.bold(report.organization[language] + words(" 履职检查", " compliance audit")))
      lines.append(
        words(
          "截至 \(report.asOf)，检查 \(report.since) 以来的周期", "as of \(report.asOf), periods since \(report.since)"))
      lines.append("")
    }

    private mutating func summary() {
      let counts = report.summary
      var cells = Outcome.allCases.filter { counts[$0] > 0 }.map { outcome in
        style.paint("\(outcome.title[language]) \(counts[outcome])", as: outcome)
      }
      if cells.isEmpty { cells = [words("没有任何应检查的事项", "nothing was checked")] }
      lines.append(
        words("义务 \(counts.obligations) 项：", "\(counts.obligations) obligations: ")
          + cells.joined(separator: words("、", ", ")))
      if report.dataFindingCount > 0 {
        lines.append(words("数据问题 \(report.dataFindingCount) 处", "\(report.dataFindingCount) data findings"))
      }
      lines.append("")
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
      lines += TextTable(rows: rows, alignsRight: [false] + outcomes.map { _ in true }).lines
        .enumerated().map { $0.offset == 0 ? style.dim($0.element) : $0.element }
      rest(others.count - silent, silent, isAll: false)
    }

    /// Says how many rules the table leaves out.
    private mutating func rest(_ kept: Int, _ silent: Int, isAll: Bool) {
      if kept > 0 {
        lines.append(
          isAll
            ? words("\(kept) 条规则没有发现问题", "nothing was found by \(kept) rules")
            : words("其余 \(kept) 条规则没有发现问题", "nothing was found by \(kept) others"))
      }
      if silent > 0 {
        lines.append(words("\(silent) 条规则没有应检查的事项", "\(silent) rules had nothing to check"))
      }
      lines.append("")
    }

    private mutating func findings() {
      let noDepartment = words("未指定部门", "no department")
      let findings = report.findings
      let listed = findings.indices.filter { findings[$0].ordinal < listing.findings }
      let groups = Dictionary(grouping: listed) { findings[$0].department?[language] ?? noDepartment }
      for (department, places) in groups.sorted(by: { $0.key < $1.key }) {
        let rules = report.rules.filter { ($0.department?[language] ?? noDepartment) == department }
        let count = rules.reduce(0) { $0 + $1.counts.findings }
        lines.append(style.bold("■ \(department)") + words("（\(count) 项）", " (\(count))"))
        // The order within a severity is the report's own: by rule, subject and period.
        let bySeverity = Dictionary(grouping: places) { findings[$0].severity }
        for severity in Severity.allCases {
          // There may be very many: they are put into words side by side.
          let writer = Writer(report: report, language: language, style: style)
          let parts = SideBySide.map(parts: bySeverity[severity] ?? [], atLeast: 256) { places in
            var writer = writer
            for place in places { writer.append(findings[place]) }
            return writer.lines
          }
          for part in parts { lines.append(part) }
        }
        for rule in rules { unlisted(rule) }
        lines.append("")
      }
    }

    /// Says how many findings of a rule are left out.
    private mutating func unlisted(_ rule: AuditReport.RuleSummary) {
      for outcome in Outcome.allCases where outcome.isFinding && rule.counts[outcome] > listing.findings {
        let rest = rule.counts[outcome] - listing.findings
        let name = style.paint(outcome.title[language], as: outcome)
        lines.append(
          words(
            "  …… \(rule.title.zh)：\(name)还有 \(rest) 项，全部见 json 报告",
            "  … \(rule.title.en): \(rest) more \(name); the json report has all of them"))
      }
    }

    private mutating func append(_ finding: Finding) {
      lines.write("  [", finding.severity.title[language], "] ")
      lines.write(style.paint(finding.outcome.title[language], as: finding.outcome), " · ", finding.title[language])
      if let subject = finding.subject.text(language) { lines.write(" · ", subject) }
      if finding.period != "once" { lines.write(" · ", finding.period) }
      lines.write("\n      ", finding.message(in: language), "\n")
      if let waiver = finding.waiver {
        lines.append(
          "      "
            + words(
              "已豁免至 \(waiver.until)（\(waiver.reason.zh),\(waiver.approvedBy.zh)），原结论：\(finding.outcomeBeneath.title.zh)",
              "waived until \(waiver.until) (\(waiver.reason.en), \(waiver.approvedBy.en)); beneath: \(finding.outcomeBeneath.title.en)"
            ))
      }
      append(finding.evidence)
      if !finding.missing.isEmpty { appendMissing(of: finding) }
      lines.write(style.dimming.begin, "      ", words("依据：", "source: "))
      if let document = finding.citation?.document?[language] { lines.write(document, " ") }
      if let clause = finding.citation?.clause?[language] { lines.write(clause, " ") }
      lines.write(finding.rule, " ", finding.id, style.dimming.end, "\n")
    }

    private mutating func append(_ evidence: Evidence) {
      if evidence.rows.isEmpty { return }
      lines.append(
        style.dim(
          "      "
            + words(
              "佐证 \(evidence.rows.count)/\(evidence.total) 行：",
              "evidence, \(evidence.rows.count) of \(evidence.total) rows:")))
      for row in evidence.rows {
        lines.write(
          style.dimming.begin, "        ", row.file.isEmpty ? row.dataset : row.file, ":", String(row.row), " ")
        for field in row.source.fields {
          let value = field.isMasked ? Mask.text : row.fetched.cell(field.place).text(language)
          lines.write(" ", field.label[language], "=", value)
        }
        lines.write(style.dimming.end, "\n")
      }
    }

    private mutating func appendMissing(of finding: Finding) {
      let (count, limit) = (finding.missingCount, TextReport.listing.missing)
      let shown = finding.missing.prefix(limit).map { "\($0.file):\($0.row) \($0.label[language])" }.joined(
        separator: words("、", ", "))
      let rest = count > limit ? words(" 等 \(count) 格", " and \(count - limit) more") : ""
      lines.append("      " + words("需补：", "to supply: ") + shown + rest)
    }

    private mutating func dataFindings() {
      if report.dataFindings.isEmpty { return }
      lines.append(style.bold(words("■ 数据问题", "■ Data findings")))
      let shown = report.dataFindings.prefix(listing.dataFindings)
      let rows = shown.map { located in
        let finding = located.finding
        let value = located.isMasked ? Mask.text : finding.value ?? ""
        return [
          "  \(located.file):\(finding.row)", finding.column ?? finding.field ?? "",
          value.isEmpty ? words("（空）", "(empty)") : Self.quoted(value), finding.problem.message[language],
        ]
      }
      lines += TextTable(rows: Array(rows), alignsRight: []).lines
      if report.dataFindingCount > shown.count {
        lines.append(
          words(
            "  …… 共 \(report.dataFindingCount) 处，其余见 json 报告",
            "  … \(report.dataFindingCount) in all; the json report has the rest"))
      }
      lines.append("")
    }

    private static func quoted(_ text: String) -> String {
      let flat = text.replacing("\n", with: "⏎")
      return "“" + (flat.count > 24 ? flat.prefix(24) + "…" : flat) + "”"
    }

    private mutating func cellsToSupply() {
      if report.cellsToSupply.isEmpty { return }
      lines.append(style.bold(words("■ 先补这些单元格", "■ Cells to supply first")))
      let rows = report.cellsToSupply.prefix(listing.cellsToSupply).map { item in
        [
          "  \(item.cell.file):\(item.cell.row)", item.cell.label[language],
          words("关系到 \(item.obligations) 项义务", "\(item.obligations) obligations hang on it"),
        ]
      }
      lines += TextTable(rows: Array(rows), alignsRight: []).lines
      lines.append("")
    }

    private mutating func scores() {
      for (_, scores) in Dictionary(grouping: report.scores, by: \.scorecard).sorted(by: { $0.key < $1.key }) {
        lines.append(style.bold("■ \(scores[0].title[language])"))
        let rows = scores.map { score -> [String] in
          let points = score.score.isExact ? "\(score.score.low)" : "\(score.score.low)–\(score.score.high)"
          let follows = score.consequences.map { "\($0.name) \($0.value.description)" }
          let grade = score.grade?[language] ?? words("等级未定", "no grade yet")
          return [
            "  " + score.subject.values.map(\.value).joined(separator: words("、", ", ")), score.period, points,
            ([grade] + follows).joined(separator: words("，", ", ")),
          ]
        }
        lines += TextTable(rows: rows, alignsRight: [false, false, true]).lines
        lines.append("")
      }
    }

    private mutating func upcoming() {
      if report.upcoming.isEmpty { return }
      lines.append(style.bold(words("■ 即将到期", "■ Due soon")))
      lines += UpcomingTable(items: report.upcoming, language: language).lines
      lines.append("")
    }

    private mutating func notes() {
      if report.notes.isEmpty { return }
      lines.append(style.bold(words("■ 说明", "■ Notes")))
      lines += report.notes.map { "  - " + $0.message[language] }
    }
  }
}

/// Lines of text, one after another.
///
/// There may be a hundred thousand of them, of a dozen pieces each: they are kept as bytes, to which a piece is soon appended.
private struct Lines: Sendable {
  /// What comes before ``last``, as it was put into words elsewhere.
  private var parts: [[UInt8]] = []
  private var last: [UInt8] = []

  /// The lines as one text, put together once, in no more room than it takes. O(bytes).
  var text: String {
    String(unsafeUninitializedCapacity: parts.reduce(last.count) { $0 + $1.count }) { text in
      var count = 0
      for part in parts + [last] {
        _ = UnsafeMutableBufferPointer(rebasing: text[count...]).initialize(from: part)
        count += part.count
      }
      return count
    }
  }

  /// Writes pieces behind what is there.
  @inline(__always)
  mutating func write(_ pieces: String...) {
    for piece in pieces { last.append(contentsOf: piece.utf8) }
  }

  /// Appends a line.
  mutating func append(_ line: String) {
    write(line, "\n")
  }

  mutating func append(_ others: Lines) {
    parts.append(last)
    parts += others.parts
    last = others.last
  }

  static func += (lines: inout Lines, others: some Sequence<String>) {
    for line in others { lines.append(line) }
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
