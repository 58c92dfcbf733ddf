/// `frequency`: how many times something happened.
struct FrequencyKind: RuleKind {
  static let keyword = "frequency"

  static let documentation = KindDocumentation(
    summary: LocalizedText(
      zh: "频次：每个对象在每个周期内发生了多少次。",
      en: "A frequency is the number of events: one obligation per subject and period."),
    keys: [
      .init("of", "数据表，一行是一次", "the dataset whose rows are the events"),
      .init("on", "事件的日期字段；不写则每一行在每个周期都算", "the date field of an event; where absent every row counts in every period"),
      .init("where", "哪些行算数（条件）", "which rows count; all where absent"),
      .init("each", "谁负责：一个字段或几个字段", "whose obligation it is: a field, a list of fields, or a mapping"),
      .init("among", "名册中的哪些行负责（条件）", "which rows of the roster owe it"),
      .init("per", "周期；不写就是一次", "the unit of the periods; once where absent"),
      .init("in", "一年中只看哪些月份或日期", "the months, or the days of a year, that count"),
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

  init?(_ reader: inout MappingReader) {
    let dataset = reader.requiredText("of")
    date = reader.text("on")
    condition = reader.expression("where")
    subjects = reader.subjects()
    bound = reader.bound()
    guard let dataset else { return nil }
    self.dataset = dataset
  }

  func lower(in scope: RuleScope) -> ObligationPlan? {
    guard let dataset = scope.dataset(dataset) else { return nil }
    let condition = scope.condition(condition, on: dataset, hasPeriod: subjects.period.unit != .once)
    let owed = scope.owed(subjects, of: dataset)
    let placement = scope.placement(on: date, of: dataset, period: subjects.period)
    let limits =
      bound.map { scope.limits($0, owed: owed) } ?? RuleScope.Limits(atLeast: .constant(Rational(1)), atMost: nil)
    guard let condition, let owed, let placement, let limits else { return nil }
    return .judgeGroups(
      .group(
        .scan(dataset: dataset.name), by: owed.parts, placement: placement, measure: .count(where: condition.value)),
      owed: owed.owed, judgment: .within(atLeast: limits.atLeast, atMost: limits.atMost, empty: .undetermined))
  }

  func sentence(for facts: FindingFacts, in language: Language) -> String {
    guard case .count(let count) = facts.figures else {
      preconditionFailure("a frequency was measured by something else than a count")
    }
    let expected = facts.expected(in: language)
    switch language {
    case .zh: return "记录了 \(facts.text(count)) 次；要求\(expected)次"
    case .en: return "recorded \(facts.text(count)) times; expected \(expected)"
    }
  }
}
