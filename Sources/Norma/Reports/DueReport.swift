/// What is overdue, and what falls due soon: the view of an audit for a daily job.
public struct DueReport: Sendable {
  /// The findings that are overdue, the longest first.
  public let overdue: [Finding]
  /// The open obligations that fall due soon, the earliest first.
  public let upcoming: [AuditReport.Upcoming]
  private let report: AuditReport
  private let language: Language

  /// Takes from a report what is overdue or falls due within the audit's horizon.
  public init(report: AuditReport, language: Language) {
    self.report = report
    self.language = language
    overdue = report.findings.filter { $0.outcome == .overdue }.sorted {
      ($1.daysOverdue ?? 0, $0.rule, $0.subject.canonicalText, $0.period)
        < ($0.daysOverdue ?? 0, $1.rule, $1.subject.canonicalText, $1.period)
    }
    upcoming = report.upcoming
  }

  /// Whether no obligation was looked at, so that empty lists say nothing.
  private var checkedNothing: Bool { report.summary.obligations == 0 }

  /// The exit code of the command: 1 where anything is overdue, 2 where nothing was checked, 0 otherwise.
  public var exitCode: Int32 {
    if !overdue.isEmpty { return 1 }
    return checkedNothing ? 2 : 0
  }

  /// Returns the lists by department, as text.
  public func text(usesColor: Bool) -> String {
    let style = TerminalStyle(isOn: usesColor)
    let isChinese = language == .zh
    var lines = [style.bold("\(report.organization[language]) \(report.asOf)")]
    if checkedNothing {
      lines.append(isChinese ? "没有任何应检查的事项" : "nothing was checked")
    } else if overdue.isEmpty && upcoming.isEmpty {
      lines.append(isChinese ? "没有逾期和即将到期的事项" : "nothing is overdue or due soon")
    }
    let none = isChinese ? "未指定部门" : "no department"
    let lateByDepartment = Dictionary(grouping: overdue) { $0.department?[language] ?? none }
    let soonByDepartment = Dictionary(grouping: upcoming) { $0.department?[language] ?? none }
    for department in Set(lateByDepartment.keys).union(soonByDepartment.keys).sorted() {
      lines.append("")
      lines.append(style.bold("■ \(department)"))
      let late = (lateByDepartment[department] ?? []).map { finding in
        [
          "  "
            + style.paint(
              isChinese ? "逾期 \(finding.daysOverdue ?? 0) 天" : "\(finding.daysOverdue ?? 0) days overdue", as: .overdue),
          finding.due?.description ?? "", finding.title[language], finding.subject.text(language) ?? "", finding.period,
        ]
      }
      let soon = (soonByDepartment[department] ?? []).map { item in
        [
          "  " + (isChinese ? "还有 \(item.daysLeft) 天" : "in \(item.daysLeft) days"), item.due.description,
          item.title[language], item.subject.text(language) ?? "", item.period,
        ]
      }
      lines += TextTable(rows: late + soon, alignsRight: []).lines
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The lists as JSON.
  public var json: String {
    func subject(_ subject: Subject) -> JSONValue {
      .object(subject.values.map { .init(key: $0.name, value: .string($0.value)) })
    }
    let late = overdue.map { finding -> JSONValue in
      .object([
        "id": .string(finding.id), "rule": .string(finding.rule), "title": .string(finding.title[language]),
        "severity": .string(finding.severity.rawValue), "department": .optional(finding.department?[language]),
        "subject": subject(finding.subject), "period": .string(finding.period),
        "due": .optional(finding.due?.description), "days_overdue": .optional(finding.daysOverdue),
        "message": .string(finding.message(in: language)),
      ])
    }
    let soon = upcoming.map { item -> JSONValue in
      .object([
        "rule": .string(item.rule), "title": .string(item.title[language]),
        "severity": .string(item.severity.rawValue), "department": .optional(item.department?[language]),
        "subject": subject(item.subject), "period": .string(item.period), "due": .string(item.due.description),
        "days_left": .integer(item.daysLeft),
      ])
    }
    return JSONValue.object([
      "norma": .integer(1), "as_of": .string(report.asOf.description), "overdue": .array(late),
      "upcoming": .array(soon),
    ]).text() + "\n"
  }
}
