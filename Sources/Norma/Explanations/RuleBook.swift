/// The rules of a rule base as a book, by department, for people who never open a rule file.
public struct RuleBook: Sendable {
  /// The rules of one department.
  struct Chapter: Sendable {
    let department: LocalizedText
    let entries: [Entry]
  }

  /// What the book says of one rule.
  struct Entry: Sendable {
    let rule: Rule
    let plan: RulePlan
    /// Whether it is judged, or ships disabled.
    let isJudged: Bool
  }

  let chapters: [Chapter]
  let ruleBase: RuleBase
  /// Who is audited; nil where the book is made of rule files alone.
  let organization: LocalizedText?
  /// The day on which parameters are read.
  let asOf: CivilDate

  /// Makes the book of a project: its rules, with the parameters that it sets.
  public init(of project: Project, asOf: CivilDate) {
    let judged = Set(project.judgedRules.map(\.id))
    self.init(project.ruleBase, project.plans, organization: project.organization, asOf: asOf) {
      judged.contains($0.id)
    }
  }

  /// Makes the book of rule files and folders; nil where they have mistakes, which are reported to `sink`.
  public init?(readingRules paths: [String], asOf: CivilDate, sink: DiagnosticSink) {
    var loader = RuleBaseLoader(sink: sink)
    for path in paths { loader.read(path: path) }
    let ruleBase = loader.load()
    let plans = RuleBaseCheck(ruleBase: ruleBase, sink: sink).plans()
    if sink.hasErrors { return nil }
    self.init(ruleBase, plans, organization: nil, asOf: asOf) { $0.isEnabled }
  }

  private init(
    _ ruleBase: RuleBase, _ plans: [String: RulePlan], organization: LocalizedText?, asOf: CivilDate,
    isJudged: (Rule) -> Bool
  ) {
    self.ruleBase = ruleBase
    self.organization = organization
    self.asOf = asOf
    var order: [LocalizedText] = []
    var entries: [LocalizedText: [Entry]] = [:]
    for rule in ruleBase.rules {
      guard let plan = plans[rule.id] else { continue }
      let department = rule.department ?? LocalizedText(zh: "未指明部门", en: "No department named")
      if entries[department] == nil { order.append(department) }
      entries[department, default: []].append(Entry(rule: rule, plan: plan, isJudged: isJudged(rule)))
    }
    chapters = order.map { Chapter(department: $0, entries: entries[$0] ?? []) }
  }

  /// How many rules it has.
  var count: Int { chapters.reduce(0) { $0 + $1.entries.count } }
}

/// The words of a rule book in one language, before they are laid out.
struct RuleBookWords {
  let book: RuleBook
  let language: Language

  private func say(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }

  /// The book's title.
  var title: String {
    let name = say("规则手册", "Rule book")
    return book.organization.map { language == .zh ? "\($0[.zh])\(name)" : "\(name) of \($0[.en])" } ?? name
  }

  /// What stands below the title.
  var preface: String {
    say(
      "共 \(book.count) 条规则，参数取 \(book.asOf) 的值。", "\(book.count) rules, with the parameters as of \(book.asOf).")
  }

  /// What stands between a label and its text.
  var colon: String { say("：", ": ") }

  /// The heading above the list of departments.
  var contents: String { say("目录", "Contents") }

  /// A line of the list of departments.
  func line(of chapter: RuleBook.Chapter) -> String {
    chapter.department[language] + say("（\(chapter.entries.count) 条）", " (\(chapter.entries.count))")
  }

  /// What a rule demands, as one sentence that begins with a capital.
  func demand(_ entry: RuleBook.Entry) -> String {
    let text = words(entry).text
    return text.prefix(1).uppercased() + text.dropFirst()
  }

  private func words(_ entry: RuleBook.Entry) -> RuleWords {
    RuleWords(entry.rule, entry.plan, in: book.ruleBase, language: language, asOf: book.asOf)
  }

  /// What is to be known of a rule besides, with a label each.
  func facts(_ entry: RuleBook.Entry) -> [(label: String, text: String)] {
    let rule = entry.rule
    var facts: [(label: String, text: String)] = []
    func add(_ zh: String, _ en: String, _ text: String?) {
      if let text, !text.isEmpty { facts.append((say(zh, en), text)) }
    }
    let words = words(entry)
    add("判定条件", "Conditions", words.conditions)
    add("周期", "Period", words.period)
    add("期限", "Due", words.due)
    add(
      "施行", "In force",
      [
        rule.from.map { say("自 \($0) 起", "from \($0)") }, rule.until.map { say("至 \($0) 止", "until \($0)") },
      ].compactMap { $0 }.joined(separator: say("，", " ")))
    let numbers = parameters(entry).joined(separator: say("；", "; "))
    add("参数", "Parameters", numbers)
    add("程度", "Severity", rule.severity.title[language])
    add("怎么办", "To do", rule.remedy?[language])
    add(
      "依据", "Source",
      [rule.citation?.document?[language], rule.citation?.clause?[language]].compactMap { $0 }.joined(separator: " "))
    add("职责编号", "Duties", rule.implements.joined(separator: say("、", ", ")))
    if !entry.isJudged { add("状态", "State", say("默认不检查，需要时启用", "not judged unless it is turned on")) }
    return facts
  }

  private func parameters(_ entry: RuleBook.Entry) -> [String] {
    entry.plan.parameters.sorted().compactMap { name in
      guard let parameter = book.ruleBase.parameters[name] else { return nil }
      let value =
        parameter.text(on: book.asOf).map(readable)
        ?? say("尚未设定，设定前无法判断", "not set yet, and nothing can be told before")
      return "\(parameter.title?[language] ?? name)\(say("：", ": "))\(value)"
    }
  }

  /// A parameter's value as people say it: spans and due dates in words.
  private func readable(_ text: String) -> String {
    if let span = CalendarSpan(text) { return span.words(in: language) }
    if let due = DueRule(text) { return due.words(in: language, period: say("周期", "the period")) }
    return text
  }
}
