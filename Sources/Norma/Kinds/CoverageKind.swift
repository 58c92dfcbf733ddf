/// `coverage`: the share of a population that has something.
struct CoverageKind: RuleKind {
  static let keyword = "coverage"

  static let documentation = KindDocumentation(
    summary: LocalizedText(
      zh: "覆盖率：应有的对象中，已有的所占比例。每个对象（如每个村）、每个周期一项义务。",
      en: "A coverage is the share of a population that has something: one obligation per subject and period."),
    keys: [
      .init("of", "数据表", "the dataset whose rows are counted"),
      .init("where", "哪些行算在分母里（条件）；不写就是全部", "which rows make up the population; all where absent"),
      .init("having", "哪些行算已有（条件）", "the condition that a row of the population should meet"),
      .init("each", "谁负责：一个字段或几个字段", "whose obligation it is: a field, a list of fields, or a mapping"),
      .init("among", "名册中的哪些行负责（条件）", "which rows of the roster owe it"),
      .init("per", "周期；不写就是一次", "the unit of the periods; once where absent"),
      .init("in", "一年中只看哪些月份或日期", "the months, or the days of a year, that count"),
      .init("on", "哪个日期字段决定行属于哪个周期", "the date field that puts a row into a period"),
      .init("at_least", "至少", "the least share"), .init("at_most", "至多", "the greatest share"),
      .init("exactly", "正好", "the share itself"), .init("between", "介于两者之间", "the least and the greatest share"),
      .init("empty", "分母为零时的结论：undetermined（默认）、met 或 breached", "the outcome of an empty population"),
      .init("partial", "owed：只在周期的一部分存在的对象也负责", "`owed` where a subject active in part of a period owes it"),
    ])

  let dataset: Located<String>
  private let population: ExpressionSource?
  private let having: ExpressionSource
  private let subjects: SubjectClause
  private let date: Located<String>?
  private let bound: BoundClause
  private let empty: EmptyOutcome

  init?(_ reader: inout MappingReader) {
    let dataset = reader.requiredText("of")
    population = reader.expression("where")
    let having = reader.required("having").flatMap { reader.expression($0) }
    subjects = reader.subjects()
    date = reader.text("on")
    let bound = reader.requiredBound()
    empty = reader.choice("empty", EmptyOutcome.self) ?? .undetermined
    guard let dataset, let having, let bound else { return nil }
    self.dataset = dataset
    self.having = having
    self.bound = bound
  }

  func lower(in scope: RuleScope) -> ObligationPlan? {
    guard let dataset = scope.dataset(dataset) else { return nil }
    scope.checkShare(bound)
    let hasPeriod = subjects.period.recurrence.unit != .once
    let population = scope.condition(population, on: dataset, hasPeriod: hasPeriod)
    let having = scope.condition(having, on: dataset, hasPeriod: hasPeriod, assuming: population?.value)
    let owed = scope.owed(subjects, of: dataset)
    let placement = scope.placement(on: date, of: dataset)
    let limits = scope.limits(bound, owed: owed)
    guard let population, let having, let owed, let placement, let limits else { return nil }
    return .judgeGroups(
      .group(
        .scan(dataset: dataset.name), by: owed.parts, placement: placement,
        measure: .share(population: population.value, having: having)),
      owed: owed.owed, judgment: .within(atLeast: limits.atLeast, atMost: limits.atMost, empty: empty, isChange: false))
  }

  func sentence(for facts: FindingFacts, in language: Language) -> String {
    guard case .share(let figure) = facts.figures else {
      preconditionFailure("a coverage was measured by something else than a share")
    }
    let (have, of) = (figure.numerator, figure.denominator)
    guard let share = figure.share else {
      return language == .zh ? "没有应计入的对象，无法计算比例" : "there is nobody to count, so that no share can be worked out"
    }
    let (actual, expected) = (facts.percentages(share), facts.expected(in: language))
    let short = facts.shortfall(figure)
    switch language {
    case .zh:
      let more = short.map { "，还差 \($0)" } ?? ""
      return "应有 \(facts.text(of))，已有 \(facts.text(have))，占 \(actual)；要求\(expected)\(more)"
    case .en:
      let more = short.map { "; \($0) short" } ?? ""
      return "\(facts.text(have)) of \(facts.text(of)) have it, \(actual); expected \(expected)\(more)"
    }
  }
}
