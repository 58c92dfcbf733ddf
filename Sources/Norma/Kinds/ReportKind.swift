/// `report`: something is handed in for every period, by a due date.
struct ReportKind: RuleKind {
  static let keyword = "report"

  static let documentation = KindDocumentation(
    summary: LocalizedText(
      zh: "报送：每个对象在每个周期要按期交来一份完整的材料。",
      en: "A report is handed in complete, for every period, by a due date: one obligation per subject and period."),
    keys: [
      .init("of", "数据表，一行是一次报送", "the dataset whose rows are the submissions"),
      .init("on", "收到日期的字段", "the date field that says when a submission came in"),
      .init("for", "所报周期的字段：日期或周期代码（如 2026-03）", "the field with the period reported: a date in it, or its key"),
      .init("where", "哪些行算数（条件）", "which rows are submissions of this report; all where absent"),
      .init("each", "谁负责：一个字段或几个字段", "whose obligation it is: a field, a list of fields, or a mapping"),
      .init("among", "名册中的哪些行负责（条件）", "which rows of the roster owe it"),
      .init("per", "周期（必填）", "the unit of the periods; required"),
      .init("in", "一年中只看哪些月份或日期", "the months, or the days of a year, that count"),
      .init("due", "期限：end、+5d、+3wd、day 25、09-10 等", "when it is due: `end`, `+5d`, `+3wd`, `day 25`, `09-10` …"),
      .init("roll", "期限逢休息日：next_workday、previous_workday 或 none", "where a due date that is no workday moves"),
      .init("grace", "宽限，如 2d、3wd", "what is added to the due date, such as `2d` or `3wd`"),
      .init("complete", "必须填写的字段", "the fields that a complete submission has filled in"),
      .init("require", "合格的报送须满足的条件", "the conditions that a complete submission meets"),
      .init("partial", "owed：只在周期的一部分存在的对象也负责", "`owed` where a subject active in part of a period owes it"),
    ])

  let dataset: Located<String>
  private let received: Located<String>
  private let reported: Located<String>?
  private let conditions: [ExpressionSource]
  private let complete: [Located<String>]
  private let subjects: SubjectClause
  private let due: DueClause

  init?(_ reader: inout MappingReader) {
    let dataset = reader.requiredText("of")
    let received = reader.requiredText("on")
    reported = reader.text("for")
    let condition = reader.expression("where")
    let requirements = reader.requirements("require") ?? []
    conditions = (condition.map { [$0] } ?? []) + requirements.map(\.condition)
    complete = reader.texts("complete") ?? []
    subjects = reader.subjects()
    due = reader.due()
    if subjects.period.recurrence.unit == .once { reader.sink.report(.reportNeedsPeriod, at: reader.location) }
    guard let dataset, let received, subjects.period.recurrence.unit != .once else { return nil }
    self.dataset = dataset
    self.received = received
  }

  func lower(in scope: RuleScope) -> ObligationPlan? {
    guard let dataset = scope.dataset(dataset) else { return nil }
    let conditions = conditions.compactMap { scope.condition($0, on: dataset, hasPeriod: true) }
    let filled = complete.compactMap { scope.isFilled($0, of: dataset) }
    let owed = scope.owed(subjects, of: dataset)
    let placement = scope.placement(for: reported, on: received, of: dataset)
    let due = scope.due(due)
    guard conditions.count == self.conditions.count, filled.count == complete.count, let owed, let placement, let due
    else { return nil }
    return .judgeGroups(
      .group(
        .scan(dataset: dataset.name), by: owed.parts, placement: placement,
        measure: .earliest(of: received.value, where: conditions + filled)),
      owed: owed.owed, judgment: .deadline(due: due))
  }

  func sentence(for facts: FindingFacts, in language: Language) -> String {
    guard case .earliest(let earliest) = facts.figures else {
      preconditionFailure("a report was measured by something else than its first day")
    }
    let due = facts.due?.description ?? "?"
    switch (language, facts.outcome, earliest.certain) {
    case (.zh, .late, let day?): return "应于 \(due) 前报送，\(day) 才收到，迟了 \(facts.daysOverdue ?? 0) 天"
    case (.en, .late, let day?): return "was due on \(due), came in on \(day), \(facts.daysOverdue ?? 0) days late"
    case (.zh, .overdue, _): return "应于 \(due) 前报送，至今没有收到，已逾期 \(facts.daysOverdue ?? 0) 天"
    case (.en, .overdue, _): return "was due on \(due) and has not come in, \(facts.daysOverdue ?? 0) days overdue"
    case (.zh, _, _): return "应于 \(due) 前报送"
    case (.en, _, _): return "was due on \(due)"
    }
  }
}
