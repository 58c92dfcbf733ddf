/// Says what a rule demands, in a few plain sentences.
struct RuleWords {
  private let rule: Rule
  private let plan: RulePlan
  private let ruleBase: RuleBase
  private let language: Language
  private let asOf: CivilDate

  /// Prepares for a rule, with parameters as on a day.
  init(_ rule: Rule, _ plan: RulePlan, in ruleBase: RuleBase, language: Language, asOf: CivilDate) {
    self.rule = rule
    self.plan = plan
    self.ruleBase = ruleBase
    self.language = language
    self.asOf = asOf
  }

  private func say(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }

  private func expressionWords(_ dataset: String?) -> ExpressionWords {
    ExpressionWords(ruleBase, dataset: dataset.flatMap { ruleBase.datasets[$0] }, language: language, asOf: asOf)
  }

  private func title(_ dataset: String) -> String {
    say("“", "“") + (ruleBase.datasets[dataset]?.title[language] ?? dataset) + say("”", "”")
  }

  /// The sentences.
  var text: String {
    switch plan.obligations {
    case .judgeRows(let rows, let requirements, _):
      let faults = requirements.compactMap { $0.say?[language] }
      if faults.count == requirements.count {
        let all = faults.joined(separator: say("；", "; "))
        return say("\(each(rows))都不得有下列情形：\(all)。", "no row of \(narrowed(rows)) has a fault: \(all).")
      }
      return say("\(each(rows))都要满足：", "\(each(rows)) meets: ") + conditions(requirements, rows) + say("。", ".")
    case .judgeResponses(let rows, let response, _): return self.response(rows, response)
    case .judgeGroups(let group, let owed, let judgment): return self.group(group, owed, judgment)
    case .judgePairs(let left, let right, let owed, let tolerance):
      return who(owed) + when(owed) + say("，", ", ") + measure(left) + say("与", " and ") + measure(right)
        + say("应当一致", " agree") + allowed(tolerance) + say("。", ".")
    case .judgeMatches(let match): return matches(match)
    }
  }

  /// The exact conditions where the sentences name faults instead; nil where they tell the conditions themselves.
  var conditions: String? {
    guard case .judgeRows(let rows, let requirements, _) = plan.obligations,
      requirements.allSatisfy({ $0.say != nil })
    else { return nil }
    return conditions(requirements, rows)
  }

  private func conditions(_ requirements: [Requirement], _ rows: RowPlan) -> String {
    let words = expressionWords(rows.dataset)
    return requirements.map { words.condition($0.condition) }.joined(separator: say("；", "; "))
  }

  // MARK: Rows

  private func each(_ rows: RowPlan) -> String {
    say("\(narrowed(rows))每条记录", "every row of \(narrowed(rows))")
  }

  /// The rows of a dataset that meet conditions, as what the records of are.
  private func narrowed(_ rows: RowPlan) -> String {
    if rows.conditions.isEmpty { return say("\(title(rows.dataset))中的", title(rows.dataset)) }
    let conditions = expressionWords(rows.dataset).all(of: rows.conditions)
    return say("\(title(rows.dataset))中（\(conditions)）的", "\(title(rows.dataset)) where \(conditions)")
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
      done = say("\(narrowed(events))对应记录的\(label)", "\(label) of the row that belongs to it of \(narrowed(events))")
    }
    if case .span(.fixed(let span)) = response.within, span.count == 0 {
      return say(
        "\(each(rows))，最迟要在\(since)当天办结（以\(done)为准）。", "\(each(rows)) is dealt with by \(since), as \(done) shows.")
    }
    return say(
      "\(each(rows))，从\(since)起，要在\(ExpressionWords.apart(within))内办结（以\(done)为准）。",
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
      return say(
        "\(head)，要有一条\(rows(of: group))，\(dueWords(due))\(seen(group))。",
        "\(head), one of the \(rows(of: group)) comes in, \(dueWords(due))\(seen(group)).")
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
    let words = expressionWords(group.rows.dataset)
    let rows = rows(of: group)
    let amount = group.amount.map { words.text(of: $0.expression) } ?? ""
    switch group.measure {
    case .share(_, let having):
      return say("\(rows)里，\(words.bracketed(having))的比例", "the share of \(rows) of which \(words.condition(having))")
    case .count: return say(rows, "the number of \(rows)")
    case .events(let distinct, _, _):
      return distinct == nil
        ? say(rows, "the number of \(rows)")
        : say("\(rows)里不同\(amount)", "the number of distinct \(amount) among \(rows)")
    case .figure(let aggregation, let value, _):
      if value == nil { return say(rows, "the number of \(rows)") }
      switch aggregation {
      case .count:
        let counted = group.amount.map { words.bracketed($0.expression) } ?? ""
        return say("\(rows)里，\(counted)的", "the number of \(rows) of which \(counted)")
      case .sum: return say("\(rows)的\(amount)合计", "the sum of \(amount) over \(rows)")
      case .minimum: return say("\(rows)的\(amount)最小值", "the least \(amount) among \(rows)")
      case .maximum: return say("\(rows)的\(amount)最大值", "the greatest \(amount) among \(rows)")
      case .mean: return say("\(rows)的\(amount)平均值", "the mean of \(amount) over \(rows)")
      case .distinct: return say("\(rows)里不同\(amount)", "the number of distinct \(amount) among \(rows)")
      }
    case .balance(let value, _, _):
      return value == nil
        ? say("\(rows)逐日累计", "the running number of \(rows)")
        : say("\(rows)的\(amount)逐日累计", "the running total of \(amount) over \(rows)")
    case .earliest: return rows
    }
  }

  /// The rows of a group, with their period and what they must meet.
  private func rows(of group: GroupPlan) -> String {
    let name = group.rows.dataset
    let words = expressionWords(name)
    let place = placement(of: group)
    let conditions = group.population
    let shown =
      place.map { [$0] + conditions.map(words.part) } ?? (conditions.isEmpty ? [] : [words.all(of: conditions)])
    if shown.isEmpty { return say("\(title(name))中的记录", "rows of \(title(name))") }
    return say(
      "\(title(name))中（\(shown.joined(separator: "，且"))）的记录",
      "rows of \(title(name)) where \(shown.joined(separator: ", and "))")
  }

  /// Which rows count in a period; nil where all do.
  private func placement(of group: GroupPlan) -> String? {
    let dataset = ruleBase.datasets[group.rows.dataset]
    let words = expressionWords(group.rows.dataset)
    let isOnce = plan.owed.map { $0.recurrence.unit == .once } ?? true
    switch group.placement {
    case .everywhere: return nil
    case .dated(let field):
      let label = words.label(field, of: dataset)
      return isOnce
        ? say("\(label)不晚于检查日", "\(label) is not after the day of the audit")
        : say("\(label)在\(periodName)", "\(label) lies in \(periodName)")
    case .cumulative(let field):
      let label = words.label(field, of: dataset)
      return say("\(label)不晚于\(periodName)末", "\(label) is not after the end of \(periodName)")
    case .reported(let period, _, _):
      let label = words.label(period, of: dataset)
      return say("\(label)为\(periodName)", "\(label) is \(periodName)")
    }
  }

  /// By which day it is seen that something came in, where that is another than that of the period.
  private func seen(_ group: GroupPlan) -> String {
    guard let field = group.placement.seenBy else { return "" }
    let label = expressionWords(group.rows.dataset).label(field, of: ruleBase.datasets[group.rows.dataset])
    return say("，以\(label)为准", ", as \(label) shows")
  }

  /// What the period that is judged is called.
  private var periodName: String {
    if plan.owed?.window != nil { return say("这段时间", "that time") }
    return switch plan.owed?.recurrence.unit {
    case .day?: say("当天", "that day")
    case .week?: say("当周", "that week")
    case .month?: say("当月", "that month")
    case .quarter?: say("当季", "that quarter")
    case .halfYear?: say("该半年", "that half year")
    case .year?: say("当年", "that year")
    case .rule?, .once?, nil: say("当期", "that period")
    }
  }

  /// What a group's figure counts, in Chinese; nil for a figure that is no count.
  private func counter(_ group: GroupPlan) -> String? {
    if case .judgeGroups(_, _, .within(_, _, _, isChange: true)) = plan.obligations { return nil }
    switch group.measure {
    case .events(let distinct, _, _): return distinct == nil ? "次" : "个"
    case .figure(.distinct, _?, _): return "个"
    case .count, .figure(.count, _, _), .figure(_, nil, _), .balance(nil, _, _): return "条"
    case .share, .figure, .balance, .earliest: return nil
    }
  }

  private func bound(_ low: PlanQuantity?, _ high: PlanQuantity?, _ group: GroupPlan) -> String {
    var isShare = if case .share = group.measure { true } else { false }
    if case .judgeGroups(_, _, .within(_, _, _, isChange: true)) = plan.obligations { isShare = true }
    let counter = counter(group)
    // A parameter's value comes first, and its name behind.
    func number(_ quantity: PlanQuantity) -> (text: String, name: String) {
      switch quantity {
      case .constant(let number):
        return (
          isShare ? FindingFacts.percentage(number) : expressionWords(nil).number(number.description), ""
        )
      case .expression(let expression):
        let words = expressionWords(plan.dataset)
        guard let parameter = expression.parameterName, let value = words.value(of: parameter) else {
          return (words.text(of: expression), "")
        }
        let title = words.parameterTitle(parameter)
        return (value, say("（\(title)）", " (\(title))"))
      }
    }
    func zh(_ figure: String, _ counted: String, _ number: (text: String, name: String)) -> String {
      let text = ExpressionWords.apart(number.text)
      return counter.map { counted + text + $0 + number.name }
        ?? figure + ExpressionWords.following(number.text) + number.name
    }
    func en(_ number: (text: String, name: String)) -> String { number.text + number.name }
    switch (low.map(number), high.map(number)) {
    case (let low?, let high?) where low == high: return say(zh("正好是", "正好有", low), "exactly \(en(low))")
    case (let low?, let high?):
      let range = ExpressionWords.followed(en(low)) + "到" + ExpressionWords.apart(en(high))
      return say(
        counter.map { "有" + ExpressionWords.following(range) + $0 } ?? "在\(ExpressionWords.following(range))之间",
        "between \(en(low)) and \(en(high))")
    case (let low?, nil): return say(zh("不低于", "至少有", low), "at least \(en(low))")
    case (nil, ("0", _)?) where counter != nil: return say("一\(counter ?? "")也不能有", "at most 0")
    case (nil, let high?): return say(zh("不超过", "至多有", high), "at most \(en(high))")
    case (nil, nil): return ""
    }
  }

  private func allowed(_ tolerance: Tolerance) -> String {
    if tolerance == .zero { return "" }
    let number: String =
      switch tolerance.quantity {
      case .constant(let number): tolerance.isShare ? FindingFacts.percentage(number) : number.description
      case .expression(let expression): expressionWords(nil).text(of: expression)
      }
    return say("，相差不超过\(ExpressionWords.following(number))", " to within \(number)")
  }

  // MARK: Who and when

  private func who(_ owed: Owed) -> String {
    let dataset = ruleBase.datasets[plan.dataset]
    let labels = plan.parts.map { expressionWords(plan.dataset).rowLabel($0.name, of: dataset) }
    let joined = labels.joined(separator: say("、", ", "))
    switch owed.subjects {
    case .organization: return say("本单位", "the organization")
    case .listed: return say("每个\(joined)（\(listed)）", "every \(joined) (\(listed))")
    case .discovered: return say("登记中出现的每个\(joined)", "every \(joined) that the rows name")
    case .roster(let dataset, _, let among, _):
      let narrowed =
        among.map { expressionWords(dataset).condition($0) }.map { say("（\($0)）", " where \($0)") } ?? ""
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
        say("（只看 \(ranges(months)) 月）", " (months \(ranges(months)) only)")
      case .days(let range)?:
        say(
          "（\(day(range.lowerBound))至 \(day(range.upperBound))）",
          " (\(day(range.lowerBound)) to \(day(range.upperBound)) only)")
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
      case .rule:
        if case .rule(let rule, _) = owed.recurrence { say("，", ", ") + rule.words(in: language) } else { "" }
      }
    return unit + window
  }

  /// A day of the year from month × 100 + day.
  private func day(_ number: Int) -> String {
    say(
      "\(number / 100) 月 \(number % 100) 日",
      zeroPadded(number / 100, to: 2) + "-" + zeroPadded(number % 100, to: 2))
  }

  /// Months with each run of neighbours as its ends.
  private func ranges(_ months: Set<Int>) -> String {
    var runs: [ClosedRange<Int>] = []
    for month in months.sorted() {
      if let last = runs.last, last.upperBound == month - 1 {
        runs[runs.count - 1] = last.lowerBound...month
      } else {
        runs.append(month...month)
      }
    }
    return runs.map { $0.count == 1 ? String($0.lowerBound) : "\($0.lowerBound)–\($0.upperBound)" }
      .joined(separator: say("、", ", "))
  }

  private func span(_ span: SpanPlan) -> String {
    switch span {
    case .fixed(let span): return span.words(in: language)
    case .parameter(let name):
      let words = expressionWords(nil)
      guard let span = words.value(of: name).flatMap(CalendarSpan.init) else { return words.parameter(name) }
      return span.words(in: language) + say("（\(words.parameterTitle(name))）", " (\(words.parameterTitle(name)))")
    }
  }

  /// When it recurs; nil where it does not.
  var period: String? {
    guard let owed = plan.owed, owed.recurrence.unit != .once else { return nil }
    return String(when(owed).drop { "，, ".contains($0) })
  }

  /// When it is due; nil where that is the period's end.
  var due: String? {
    guard case .judgeGroups(let group, _, .deadline(let due)) = plan.obligations else { return nil }
    return dueWords(due) + seen(group)
  }

  private func dueWords(_ due: DuePlan) -> String {
    let base: String
    switch due.rule {
    case .fixed(let rule): base = rule.words(in: language, period: periodName)
    case .parameter(let name):
      let words = expressionWords(nil)
      if let rule = words.value(of: name).flatMap(DueRule.init) {
        base =
          rule.words(in: language, period: periodName)
          + say("（\(words.parameterTitle(name))）", " (\(words.parameterTitle(name)))")
      } else {
        base = say("期限由\(words.parameter(name))决定", "due as \(words.parameter(name)) says")
      }
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
