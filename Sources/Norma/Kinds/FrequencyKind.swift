/// `frequency`: how many times something happened, and how long it failed to.
struct FrequencyKind: RuleKind {
  static let keyword = "frequency"

  static let documentation = KindDocumentation(
    summary: LocalizedText(
      zh: "频次：每个对象在每个周期内发生了多少次，两次之间隔了多久。",
      en:
        "A frequency is the number of events, and the longest gap between them: one obligation per subject and period."),
    keys: [
      .init("of", "数据表，一行是一次", "the dataset whose rows are the events"),
      .init("on", "事件的日期字段；不写则每一行在每个周期都算", "the date field of an event; where absent every row counts in every period"),
      .init("where", "哪些行算数（条件）", "which rows count; all where absent"),
      .init("each", "谁负责：一个字段或几个字段", "whose obligation it is: a field, a list of fields, or a mapping"),
      .init("among", "名册中的哪些行负责（条件）", "which rows of the roster owe it"),
      .init("per", "周期；不写就是一次", "the unit of the periods; once where absent"),
      .init("in", "一年中只看哪些月份或日期", "the months, or the days of a year, that count"),
      .init("distinct", "只数不同的值（表达式），如不同的课题", "what makes events one: only distinct values are counted"),
      .init("max_gap", "相邻两次之间最多隔多久，如 10d、2w", "the longest gap between neighbouring events, such as `10d` or `2w`"),
      .init("at_least", "至少几次（默认 1）", "the least number; 1 where no bound is given"),
      .init("at_most", "至多几次", "the greatest number"), .init("exactly", "正好几次", "the number itself"),
      .init("between", "介于两者之间", "the least and the greatest number"),
      .init("partial", "owed：只在周期的一部分存在的对象也负责", "`owed` where a subject active in part of a period owes it"),
    ])

  let dataset: Located<String>
  private let date: Located<String>?
  private let condition: ExpressionSource?
  private let subjects: SubjectClause
  private let bound: BoundClause?
  private let distinct: ExpressionSource?
  private let longestGap: Located<SpanClause>?

  init?(_ reader: inout MappingReader) {
    let dataset = reader.requiredText("of")
    date = reader.text("on")
    condition = reader.expression("where")
    subjects = reader.subjects()
    distinct = reader.expression("distinct")
    longestGap = reader.span("max_gap", allowed: [.day, .week])
    bound = reader.bound()
    if longestGap != nil, date == nil { reader.sink.report(.missingKey("on", reader.place), at: reader.location) }
    guard let dataset else { return nil }
    self.dataset = dataset
  }

  func lower(in scope: RuleScope) -> ObligationPlan? {
    guard let dataset = scope.dataset(dataset) else { return nil }
    let hasPeriod = subjects.period.recurrence.unit != .once
    let condition = scope.condition(condition, on: dataset, hasPeriod: hasPeriod)
    let owed = scope.owed(subjects, of: dataset)
    let placement = scope.placement(on: date, of: dataset)
    let limits =
      bound == nil
      ? RuleScope.Limits(atLeast: .constant(Rational(1)), atMost: nil) : scope.limits(bound, owed: owed)
    var amount: Amount?
    if let distinct {
      amount = scope.amount(distinct, .distinct, on: dataset, hasPeriod: hasPeriod)
      if amount == nil { return nil }
    }
    var gap: SpanPlan?
    if let longestGap {
      gap = scope.span(longestGap.value)
      if gap == nil { return nil }
    }
    guard let condition, let owed, let placement, let limits else { return nil }
    let rows = RowPlan.scan(dataset: dataset.name)
    guard amount != nil || gap != nil else {
      return .judgeGroups(
        .group(rows, by: owed.parts, placement: placement, measure: .count(where: condition.value)), owed: owed.owed,
        judgment: .within(atLeast: limits.atLeast, atMost: limits.atMost, empty: .undetermined, isChange: false))
    }
    let measure = Measure.events(distinct: amount, day: gap == nil ? nil : date?.value, where: condition.value)
    return .judgeGroups(
      .group(rows, by: owed.parts, placement: placement, measure: measure), owed: owed.owed,
      judgment: .events(atLeast: limits.atLeast, atMost: limits.atMost, longestGap: gap))
  }

  func sentence(for facts: FindingFacts, in language: Language) -> String {
    let expected = facts.expected(in: language)
    switch (facts.figures, language) {
    case (.count(let count), .zh), (.events(let count, nil), .zh): return "记录了 \(facts.text(count)) 次；要求\(expected)次"
    case (.count(let count), .en), (.events(let count, nil), .en):
      return "recorded \(facts.text(count)) times; expected \(expected)"
    case (.events(let count, let gap?), .zh):
      return "记录了 \(facts.text(count)) 次，最长间隔 \(facts.text(gap)) 天；要求\(expected)次"
        + (facts.reach.map { "，间隔不超过 \($0.words(in: .zh))" } ?? "")
    case (.events(let count, let gap?), .en):
      return "recorded \(facts.text(count)) times, the longest gap \(facts.text(gap)) days; expected \(expected)"
        + (facts.reach.map { ", and no gap over \($0.words(in: .en))" } ?? "")
    default: preconditionFailure("a frequency was measured by something else than events")
    }
  }
}
