/// `aggregate`: a figure over rows against a bound.
struct AggregateKind: RuleKind {
  static let keyword = "aggregate"

  static let documentation = KindDocumentation(
    summary: LocalizedText(
      zh: "汇总：把行的数目或金额合成一个数，与要求相比。",
      en: "An aggregate holds a figure over rows against a bound: one obligation per subject and period."),
    keys: [
      .init("of", "数据表", "the dataset whose rows are added up"),
      .init("where", "哪些行算数（条件）", "which rows count; all where absent"),
      .init("count", "行数：true，或要成立的条件", "the number of rows: `true`, or a condition that holds for those counted"),
      .init("sum", "合计（表达式）", "the sum of an expression"), .init("min", "最小值（表达式）", "its least value"),
      .init("max", "最大值（表达式）", "its greatest value"), .init("mean", "平均值（表达式）", "its mean"),
      .init("distinct", "不同值的个数（表达式）", "the number of its distinct values"),
      .init("each", "谁负责：一个字段或几个字段", "whose obligation it is: a field, a list of fields, or a mapping"),
      .init("among", "名册中的哪些行负责（条件）", "which rows of the roster owe it"),
      .init("per", "周期；不写就是一次", "the unit of the periods; once where absent"),
      .init("in", "一年中只看哪些月份或日期", "the months, or the days of a year, that count"),
      .init("on", "哪个日期字段决定行属于哪个周期", "the date field that puts a row into a period"),
      .init(
        "over", "previous：与上一期相比的增减比例；cumulative：从头累计；running：逐日余额",
        "`previous`: the change from the period before, as a share; `cumulative`: from the start; `running`: the total after each day"
      ),
      .init("at_least", "至少", "the least figure"), .init("at_most", "至多", "the greatest figure"),
      .init("exactly", "正好", "the figure itself"), .init("between", "介于两者之间", "the least and the greatest figure"),
      .init("empty", "没有行时最小、最大、平均值的结论", "the outcome of a minimum, maximum or mean of nothing"),
      .init("partial", "owed：只在周期的一部分存在的对象也负责", "`owed` where a subject active in part of a period owes it"),
    ])

  /// What a figure is held against beside its own period.
  private enum Over: String, CaseIterable {
    case previous, cumulative, running
  }

  let dataset: Located<String>
  private let population: ExpressionSource?
  private let aggregation: Aggregation
  private let value: ExpressionSource?
  private let subjects: SubjectClause
  private let date: Located<String>?
  private let over: Over?
  private let bound: BoundClause
  private let empty: EmptyOutcome

  init?(_ reader: inout MappingReader) {
    let dataset = reader.requiredText("of")
    population = reader.expression("where")
    let names = Aggregation.allCases.map(\.rawValue)
    let nodes = names.map { reader.node($0) }
    let present = reader.present(names)
    if present.count > 1 {
      reader.sink.report(.conflictingKeys(present, reader.place), at: reader.keyLocation(present[1]))
    }
    if present.isEmpty { reader.sink.report(.missingOneOf(names, reader.place), at: reader.location) }
    subjects = reader.subjects()
    date = reader.text("on")
    over = reader.choice("over", Over.self)
    let bound = reader.requiredBound()
    empty = reader.choice("empty", EmptyOutcome.self) ?? .undetermined
    let isRecurring = subjects.period.recurrence.unit != .once
    if over != nil, date == nil { reader.sink.report(.missingKey("on", reader.place), at: reader.keyLocation("over")) }
    if over == .previous, !isRecurring { reader.sink.report(.periodNeedsPer("over"), at: reader.keyLocation("over")) }
    guard let dataset, let bound, let name = present.first, let place = names.firstIndex(of: name),
      let node = nodes[place], over == nil || date != nil, over != .previous || isRecurring
    else { return nil }
    aggregation = Aggregation.allCases[place]
    if over == .running, aggregation != .sum, aggregation != .count {
      reader.sink.report(.runningNeedsSum(name), at: reader.keyLocation("over"))
      return nil
    }
    if aggregation == .count, node.boolean == true {
      value = nil
    } else {
      guard let source = reader.expression(node) else { return nil }
      value = source
    }
    self.dataset = dataset
    self.bound = bound
  }

  func lower(in scope: RuleScope) -> ObligationPlan? {
    guard let dataset = scope.dataset(dataset) else { return nil }
    let hasPeriod = subjects.period.recurrence.unit != .once
    let population = scope.condition(population, on: dataset, hasPeriod: hasPeriod)
    var amount: Amount?
    if let value {
      amount = scope.amount(value, aggregation, on: dataset, hasPeriod: hasPeriod)
      if amount == nil { return nil }
    }
    let owed = scope.owed(subjects, of: dataset)
    let dated = scope.placement(on: date, of: dataset)
    let limits = scope.limits(bound, owed: owed)
    guard let population, let owed, let dated, let limits else { return nil }
    let rows = RowPlan.rows(of: dataset.name, where: population.value)
    var measure = Measure.figure(aggregation, of: amount, where: [])
    var placement = dated
    if let over, over != .previous, let date { placement = .cumulative(date.value) }
    if over == .running, let date { measure = .balance(of: amount, day: date.value, where: []) }
    return .judgeGroups(
      .group(rows, by: owed.parts, placement: placement, measure: measure), owed: owed.owed,
      judgment: .within(
        atLeast: limits.atLeast, atMost: limits.atMost, empty: empty, isChange: over == .previous))
  }

  func sentence(for facts: FindingFacts, in language: Language) -> String {
    let expected = facts.expected(in: language)
    switch (facts.figures, language) {
    case (.amount(let bounds), .zh):
      return bounds.mayHaveRows ? "\(name(.zh))为 \(facts.text(bounds))；要求\(expected)" : "没有可汇总的数；要求\(expected)"
    case (.amount(let bounds), .en):
      return bounds.mayHaveRows
        ? "\(name(.en)) is \(facts.text(bounds)); expected \(expected)"
        : "there is nothing to add up; expected \(expected)"
    case (.change(let before, let now, let share), .zh):
      return "本期 \(number(now))，上期 \(number(before))" + (share.map { "，增减 \(facts.text($0))" } ?? "")
        + "；要求增减\(expected)"
    case (.change(let before, let now, let share), .en):
      return "now \(number(now)), before \(number(before))" + (share.map { ", a change of \(facts.text($0))" } ?? "")
        + "; expected \(expected)"
    case (.balance(let balance), .zh): return "累计余额到过 \(facts.text(balance.judged))；要求\(expected)"
    case (.balance(let balance), .en):
      return "the running total came to \(facts.text(balance.judged)); expected \(expected)"
    default: preconditionFailure("an aggregate was measured by something else than an amount")
    }
  }

  private func number(_ bounds: AmountBounds) -> String {
    guard bounds.mayHaveRows else { return "–" }
    return bounds.exact?.description
      ?? [bounds.low?.description ?? "?", bounds.high?.description ?? "?"].joined(separator: "–")
  }

  private func name(_ language: Language) -> String {
    switch (aggregation, language) {
    case (.count, .zh): "行数"
    case (.sum, .zh): "合计"
    case (.minimum, .zh): "最小值"
    case (.maximum, .zh): "最大值"
    case (.mean, .zh): "平均值"
    case (.distinct, .zh): "不同值的个数"
    case (.count, .en): "the number of rows"
    case (.sum, .en): "the sum"
    case (.minimum, .en): "the least value"
    case (.maximum, .en): "the greatest value"
    case (.mean, .en): "the mean"
    case (.distinct, .en): "the number of distinct values"
    }
  }
}
