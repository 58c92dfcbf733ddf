/// `response`: what came up is dealt with within a time.
struct ResponseKind: RuleKind {
  static let keyword = "response"

  static let documentation = KindDocumentation(
    summary: LocalizedText(
      zh: "限时办理：每一行从某日起，要在规定时间内办完。",
      en: "A response is something done within a time: one obligation per row."),
    keys: [
      .init("of", "数据表，一行是一件事", "the dataset whose rows have to be dealt with"),
      .init("where", "哪些行要办（条件）；不写就是全部", "which rows have to be; all where absent"),
      .init("since", "从哪个日期字段起算", "the date field from which the time runs"),
      .init(
        "done", "办结的日期字段，或另一张表里的一行：{of, on, match, where}",
        "the date field that says when it was done, or a row of another dataset: `{of, on, match: {their_field: our_field}, where}`"
      ),
      .init(
        "within", "时限：15d、15wd、2w、1mo、1y；两边都是时间时可用 24h",
        "the time: `15d`, `15wd`, `2w`, `1mo`, `1y`, between timestamps also `24h`"),
      .init("each", "由谁负责", "the field that says who answers for a row"),
    ])

  let dataset: Located<String>
  private let population: ExpressionSource?
  private let since: Located<String>
  private let done: Done
  private let within: Located<SpanClause>
  private let answerable: EachClause?

  private enum Done {
    case field(Located<String>)
    case event(of: Located<String>, on: Located<String>, match: [Pair], where: ExpressionSource?)
  }

  private struct Pair {
    let theirs: Located<String>
    let ours: Located<String>
  }

  init?(_ reader: inout MappingReader) {
    let dataset = reader.requiredText("of")
    population = reader.expression("where")
    let since = reader.requiredText("since")
    let done = Self.done(&reader)
    _ = reader.required("within")
    let within = reader.span("within", allowed: CalendarSpan.Unit.allCases)
    answerable = reader.each()
    guard let dataset, let since, let done, let within else { return nil }
    self.dataset = dataset
    self.since = since
    self.done = done
    self.within = within
  }

  private static func done(_ reader: inout MappingReader) -> Done? {
    guard let node = reader.required("done") else { return nil }
    guard case .mapping = node.content else { return reader.read(node, .text) { $0.text }.map { .field($0) } }
    guard var event = MappingReader(node, place: .event, file: reader.file, sink: reader.sink) else { return nil }
    let dataset = event.requiredText("of")
    let on = event.requiredText("on")
    let condition = event.expression("where")
    _ = event.required("match")
    let match = event.mapping("match", .event)?.all.compactMap { entry -> Pair? in
      guard let theirs = entry.key.text else { return nil }
      return event.read(entry.value, .text) { $0.text }.map {
        Pair(theirs: Located(theirs, at: event.at(entry.key.range)), ours: $0)
      }
    }
    event.finish()
    guard let dataset, let on, let match, !match.isEmpty else { return nil }
    return .event(of: dataset, on: on, match: match, where: condition)
  }

  func lower(in scope: RuleScope) -> ObligationPlan? {
    guard let dataset = scope.dataset(dataset) else { return nil }
    let population = scope.condition(population, on: dataset, hasPeriod: false)
    let since = scope.field(since, of: dataset, types: RuleScope.dated)
    let done = lowerDone(in: scope, dataset)
    let parts = scope.parts(answerable, of: dataset)
    guard let population, let since, let done, let parts,
      let within = lowerWithin(in: scope, isMoment: since.type == .timestamp && done.isMoment)
    else { return nil }
    return .judgeResponses(
      .rows(of: dataset.name, where: population.value),
      response: ResponsePlan(since: since.name, done: done.plan, within: within), answerable: parts)
  }

  private func lowerDone(
    in scope: RuleScope, _ dataset: Dataset
  ) -> (plan: ResponsePlan.Done, isMoment: Bool)? {
    switch done {
    case .field(let name):
      return scope.field(name, of: dataset, types: RuleScope.dated).map { (.field($0.name), $0.type == .timestamp) }
    case .event(let of, let on, let match, let condition):
      guard let events = scope.dataset(of) else { return nil }
      let day = scope.field(on, of: events, types: RuleScope.dated)
      let condition = scope.condition(condition, on: events, hasPeriod: false)
      let pairs = match.compactMap { pair -> MatchPair? in
        guard let theirs = scope.field(pair.theirs, of: events), let ours = scope.field(pair.ours, of: dataset) else {
          return nil
        }
        guard scope.checkComparable(ours, theirs, at: pair.ours.location) else { return nil }
        return MatchPair(ours: ours.name, theirs: theirs.name)
      }
      guard let day, let condition, pairs.count == match.count else { return nil }
      return (
        .event(.rows(of: events.name, where: condition.value), on: day.name, match: pairs), day.type == .timestamp
      )
    }
  }

  private func lowerWithin(in scope: RuleScope, isMoment: Bool) -> ResponsePlan.Within? {
    if case .fixed(let span) = within.value, span.unit == .hour {
      if isMoment { return .hours(span.count) }
      scope.sink.report(.hoursNeedTimestamps, at: within.location)
      return nil
    }
    return scope.span(within.value).map { .span($0) }
  }

  func sentence(for facts: FindingFacts, in language: Language) -> String {
    guard case .response(let days) = facts.figures else {
      preconditionFailure("a response was measured by something else than its days")
    }
    let since = days.since?.description ?? "?"
    let due = facts.due?.description ?? "?"
    switch (language, facts.outcome, days.done) {
    case (.zh, .late, let day?): return "\(since) 起，应于 \(due) 前办结，\(day) 才办结，迟了 \(facts.daysOverdue ?? 0) 天"
    case (.en, .late, let day?):
      return "since \(since), due on \(due), done on \(day), \(facts.daysOverdue ?? 0) days late"
    case (.zh, .overdue, _): return "\(since) 起，应于 \(due) 前办结，至今没有办结，已逾期 \(facts.daysOverdue ?? 0) 天"
    case (.en, .overdue, _):
      return "since \(since), due on \(due), not done yet, \(facts.daysOverdue ?? 0) days overdue"
    case (.zh, _, _): return "\(since) 起，应于 \(due) 前办结"
    case (.en, _, _): return "since \(since), due on \(due)"
    }
  }
}
