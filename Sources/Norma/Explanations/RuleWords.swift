/// Says what a rule demands, in a few plain sentences.
struct RuleWords {
  private let rule: Rule
  private let plan: RulePlan
  private let ruleBase: RuleBase
  private let language: Language

  init(_ rule: Rule, _ plan: RulePlan, in ruleBase: RuleBase, language: Language) {
    self.rule = rule
    self.plan = plan
    self.ruleBase = ruleBase
    self.language = language
  }

  private func say(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }

  private func expressionWords(_ dataset: String?) -> ExpressionWords {
    ExpressionWords(ruleBase, dataset: dataset.flatMap { ruleBase.datasets[$0] }, language: language)
  }

  private func condition(_ expression: PlanExpression, of dataset: String?) -> String {
    expressionWords(dataset).text(of: expression)
  }

  private func title(_ dataset: String) -> String {
    say("“", "“") + (ruleBase.datasets[dataset]?.title[language] ?? dataset) + say("”", "”")
  }

  /// The sentences.
  var text: String {
    switch plan.obligations {
    case .judgeRows(let rows, let requirements, _):
      let demands = requirements.map { $0.say?[language] ?? condition($0.condition, of: rows.dataset) }
      let conditions = requirements.map { condition($0.condition, of: rows.dataset) }
      let shown =
        requirements.contains { $0.say != nil }
        ? say("（不得：", " (wrong: ") + demands.joined(separator: say("；", "; ")) + say("）", ")") : ""
      return say("\(each(rows))都要满足：", "\(each(rows)) meets: ") + conditions.joined(separator: say("；", "; ")) + shown
        + say("。", ".")
    case .judgeResponses(let rows, let response, _): return self.response(rows, response)
    case .judgeGroups(let group, let owed, let judgment): return self.group(group, owed, judgment)
    case .judgePairs(let left, let right, let owed, let tolerance):
      return who(owed) + when(owed) + say("，", ", ") + measure(left) + say("与", " and ") + measure(right)
        + say("应当一致", " agree") + allowed(tolerance) + say("。", ".")
    case .judgeMatches(let match): return matches(match)
    }
  }

  // MARK: Rows

  private func each(_ rows: RowPlan) -> String {
    let conditions = rows.conditions.map { condition($0, of: rows.dataset) }
    let plain = say("\(title(rows.dataset))中的每一行", "every row of \(title(rows.dataset))")
    if conditions.isEmpty { return plain }
    return say(
      "\(title(rows.dataset))中（\(conditions.joined(separator: "，且"))）的每一行",
      "\(plain) where \(conditions.joined(separator: ", and "))")
  }

  private func response(_ rows: RowPlan, _ response: ResponsePlan) -> String {
    let words = expressionWords(rows.dataset)
    let dataset = ruleBase.datasets[rows.dataset]
    let since = words.label(response.since, of: dataset)
    let within: String =
      switch response.within {
      case .hours(let hours): CalendarSpan(hours, .hour).words(in: language)
      case .span(let span): self.span(span)
      }
    let done: String
    switch response.done {
    case .field(let field): done = words.label(field, of: dataset)
    case .event(let events, let on, _):
      let others = ruleBase.datasets[events.dataset]
      let label = expressionWords(events.dataset).label(on, of: others)
      done = say("\(each(events))的\(label)", "\(label) of \(each(events))")
    }
    return say(
      "\(each(rows))，从\(since)起，要在 \(within) 内办结（以\(done)为准）。",
      "\(each(rows)) is dealt with within \(within) of \(since), as \(done) shows.")
  }

  private func matches(_ match: MatchPlan) -> String {
    let left = ruleBase.datasets[match.left.dataset]
    let words = expressionWords(match.left.dataset)
    let keys = match.match.map { words.label($0.ours, of: left) }.joined(separator: say("、", ", "))
    let fields = match.compare.map { words.label($0.ours, of: left) }.joined(separator: say("、", ", "))
    let both = match.onlyBoth ? say("（只核对两边都有的）", " (only those that both have)") : ""
    let same =
      fields.isEmpty ? say("一一对应", "belong together one by one") : say("的\(fields)一致", "hold the same \(fields)")
    return say(
      "\(title(match.left.dataset))与\(title(match.right.dataset))按\(keys)对应的行\(same)\(both)。",
      "the rows of \(title(match.left.dataset)) and \(title(match.right.dataset)) with the same \(keys) \(same)\(both)."
    )
  }

  // MARK: Groups

  private func group(_ group: GroupPlan, _ owed: Owed, _ judgment: Judgment) -> String {
    let head = who(owed) + when(owed)
    switch judgment {
    case .deadline(let due):
      let conditions = group.population.map { condition($0, of: group.rows.dataset) }
      let shown =
        conditions.isEmpty
        ? "" : say("（\(conditions.joined(separator: "，且"))）", " (\(conditions.joined(separator: ", and ")))")
      return say(
        "\(head)，要交来一份\(title(group.rows.dataset))\(shown)，\(dueWords(due))。",
        "\(head), a row of \(title(group.rows.dataset)) comes in\(shown), \(dueWords(due)).")
    case .within(let low, let high, _, let isChange):
      let change = isChange ? say("比上一期的增减比例", "the change from the period before of ") : ""
      let figure = say("\(measure(group))\(change)", "\(change)\(measure(group))")
      return say("\(head)，\(figure)\(bound(low, high, group))。", "\(head), \(figure) is \(bound(low, high, group)).")
    case .events(let low, let high, let gap):
      let gapWords =
        gap.map { say("，相邻两次之间不超过 \(span($0))", ", with no more than \(span($0)) between neighbours") } ?? ""
      return say(
        "\(head)，\(measure(group))\(bound(low, high, group))\(gapWords)。",
        "\(head), \(measure(group)) is \(bound(low, high, group))\(gapWords).")
    }
  }

  private func measure(_ group: GroupPlan) -> String {
    let name = group.rows.dataset
    let conditions = group.population.map { condition($0, of: name) }
    let narrowed =
      conditions.isEmpty
      ? "" : say("（\(conditions.joined(separator: "，且"))）", " where \(conditions.joined(separator: ", and "))")
    let rows = say("\(title(name))中\(narrowed.isEmpty ? "" : narrowed + "的")行", "rows of \(title(name))\(narrowed)")
    let amount = group.amount.map { condition($0.expression, of: name) } ?? ""
    switch group.measure {
    case .share(_, let having):
      return say(
        "\(rows)里，\(condition(having, of: name))的比例", "the share of \(rows) of which \(condition(having, of: name))")
    case .count: return say("\(rows)的次数", "the number of \(rows)")
    case .events(let distinct, _, _):
      return distinct == nil
        ? say("\(rows)的次数", "the number of \(rows)")
        : say("\(rows)里不同\(amount)的个数", "the number of distinct \(amount) among \(rows)")
    case .figure(let aggregation, let value, _):
      if value == nil { return say("\(rows)的条数", "the number of \(rows)") }
      switch aggregation {
      case .count: return say("\(rows)里\(amount)的条数", "the number of \(rows) of which \(amount)")
      case .sum: return say("\(rows)的\(amount)合计", "the sum of \(amount) over \(rows)")
      case .minimum: return say("\(rows)的\(amount)最小值", "the least \(amount) among \(rows)")
      case .maximum: return say("\(rows)的\(amount)最大值", "the greatest \(amount) among \(rows)")
      case .mean: return say("\(rows)的\(amount)平均值", "the mean of \(amount) over \(rows)")
      case .distinct: return say("\(rows)里不同\(amount)的个数", "the number of distinct \(amount) among \(rows)")
      }
    case .balance(let value, _, _):
      return value == nil
        ? say("\(rows)逐日累计的条数", "the running number of \(rows)")
        : say("\(rows)的\(amount)逐日累计", "the running total of \(amount) over \(rows)")
    case .earliest: return rows
    }
  }

  private func bound(_ low: PlanQuantity?, _ high: PlanQuantity?, _ group: GroupPlan) -> String {
    var isShare = if case .share = group.measure { true } else { false }
    if case .judgeGroups(_, _, .within(_, _, _, isChange: true)) = plan.obligations { isShare = true }
    func number(_ quantity: PlanQuantity) -> String {
      switch quantity {
      case .constant(let number): isShare ? FindingFacts.percentage(number) : number.description
      case .expression(let expression): condition(expression, of: nil)
      }
    }
    switch (low, high) {
    case (let low?, let high?) where low == high: return say("正好是 \(number(low))", "exactly \(number(low))")
    case (let low?, let high?):
      return say("在 \(number(low)) 到 \(number(high)) 之间", "between \(number(low)) and \(number(high))")
    case (let low?, nil): return say("不低于 \(number(low))", "at least \(number(low))")
    case (nil, let high?): return say("不超过 \(number(high))", "at most \(number(high))")
    case (nil, nil): return ""
    }
  }

  private func allowed(_ tolerance: Tolerance) -> String {
    if tolerance == .zero { return "" }
    let number: String =
      switch tolerance.quantity {
      case .constant(let number): tolerance.isShare ? FindingFacts.percentage(number) : number.description
      case .expression(let expression): condition(expression, of: nil)
      }
    return say("，相差不超过 \(number)", " to within \(number)")
  }

  // MARK: Who and when

  private func who(_ owed: Owed) -> String {
    let labels = plan.parts.map { expressionWords(plan.dataset).label($0.name, of: ruleBase.datasets[plan.dataset]) }
    let joined = labels.joined(separator: say("、", ", "))
    switch owed.subjects {
    case .organization: return say("本单位", "the organization")
    case .listed: return say("每个\(joined)（\(listed)）", "every \(joined) (\(listed))")
    case .discovered: return say("登记中出现的每个\(joined)", "every \(joined) that the rows name")
    case .roster(let dataset, _, let among, _):
      let narrowed = among.map { say("（\(condition($0, of: dataset))）", " where \(condition($0, of: dataset))") } ?? ""
      return say("\(title(dataset))里的每个\(joined)\(narrowed)", "every \(joined) of \(title(dataset))\(narrowed)")
    }
  }

  private var listed: String {
    plan.parts.compactMap(\.listedValues).map { $0.map(\.description).joined(separator: say("、", ", ")) }.joined(
      separator: " × ")
  }

  private func when(_ owed: Owed) -> String {
    let window: String =
      switch owed.window {
      case nil: ""
      case .months(let months)?:
        say(
          "（只看 \(months.sorted().map(String.init).joined(separator: "、")) 月）",
          " (months \(months.sorted().map(String.init).joined(separator: ", ")) only)")
      case .days(let range)?:
        say(
          "（只看 \(Self.day(range.lowerBound)) 到 \(Self.day(range.upperBound))）",
          " (\(Self.day(range.lowerBound)) to \(Self.day(range.upperBound)) only)")
      }
    let unit: String =
      switch owed.recurrence.unit {
      case .once: ""
      case .day: say("，每天", ", every day")
      case .week: say("，每周", ", every week")
      case .month: say("，每月", ", every month")
      case .quarter: say("，每季度", ", every quarter")
      case .halfYear: say("，每半年", ", every half year")
      case .year: say("，每年", ", every year")
      case .rule: say("，按 \(owed.recurrence) 循环", ", by \(owed.recurrence)")
      }
    return unit + window
  }

  private static func day(_ number: Int) -> String {
    zeroPadded(number / 100, to: 2) + "-" + zeroPadded(number % 100, to: 2)
  }

  private func span(_ span: SpanPlan) -> String {
    switch span {
    case .fixed(let span): span.words(in: language)
    case .parameter(let name): expressionWords(nil).parameter(name)
    }
  }

  private func dueWords(_ due: DuePlan) -> String {
    let base: String =
      switch due.rule {
      case .parameter(let name):
        say("期限由\(expressionWords(nil).parameter(name))决定", "due as \(expressionWords(nil).parameter(name)) says")
      case .fixed(let rule): rule.words(in: language)
      }
    let roll: String =
      switch due.roll {
      case .none: ""
      case .nextWorkday: say("，逢休息日顺延到下一个工作日", ", moved on to the next workday")
      case .previousWorkday: say("，逢休息日提前到上一个工作日", ", moved back to the workday before")
      }
    return base + roll + (due.grace.map { say("，再宽限 \(span($0))", ", with \(span($0)) of grace") } ?? "")
  }
}
