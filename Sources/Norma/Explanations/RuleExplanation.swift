/// All that there is to know of one rule before any data is read: for `norma explain`, and for people who never open a
/// rule file.
public struct RuleExplanation: Sendable {
  private let rule: Rule
  private let plan: RulePlan
  private let project: Project
  private let asOf: CivilDate

  /// Prepares the explanation of a rule; nil where the project has none with this id.
  ///
  /// `asOf` says which year's periods are listed, and on which day parameters are read.
  public init?(_ id: String, of project: Project, asOf: CivilDate) {
    guard let rule = project.ruleBase.rules.first(where: { $0.id == id }), let plan = project.plans[id] else {
      return nil
    }
    self.rule = rule
    self.plan = plan
    self.project = project
    self.asOf = asOf
  }

  /// Returns the explanation as text: the rule in both languages, the rest in one.
  public func text(in language: Language) -> String {
    func say(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }
    var lines = ["\(rule.title.zh) / \(rule.title.en)  (\(rule.id))", ""]
    for each in [Language.zh, .en] {
      let words = RuleWords(rule, plan, in: project.ruleBase, language: each, asOf: asOf)
      lines.append("  " + words.text.prefix(1).uppercased() + words.text.dropFirst())
      if let conditions = words.conditions { lines.append("  " + conditions) }
    }
    lines.append("")
    lines += facts(say, language)
    lines += section(say("数据", "Data"), datasets(language))
    lines += section(say("\(asOf.year) 年的周期", "Periods of \(asOf.year)"), periods(say))
    lines += section(say("参数", "Parameters"), parameters(say, language))
    lines += section(
      say("执行计划", "Plan"), PlanText.text(of: plan, in: project.ruleBase).split(separator: "\n").map(String.init))
    return lines.joined(separator: "\n") + "\n"
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", title] + lines.map { "  " + $0 }
  }

  private func facts(_ say: (String, String) -> String, _ language: Language) -> [String] {
    var lines: [String] = []
    func add(_ zh: String, _ en: String, _ value: String?) {
      if let value, !value.isEmpty { lines.append("  \(say(zh, en)): \(value)") }
    }
    let citation = [rule.citation?.document?[language], rule.citation?.clause?[language]].compactMap { $0 }
    add("依据", "source", citation.joined(separator: " "))
    add("责任部门", "department", rule.department?[language])
    add("程度", "severity", rule.severity.title[language])
    add("怎么办", "to do", rule.remedy?[language])
    add(
      "施行", "in force",
      [rule.from.map { "\($0) →" }, rule.until.map { "→ \($0)" }].compactMap { $0 }.joined(separator: " "))
    add("落实", "implements", rule.implements.joined(separator: ", "))
    add("写在", "written in", place(rule.location))
    if !project.judgedRules.contains(where: { $0.id == rule.id }) {
      lines.append(
        "  " + say("默认不检查，要在 norma.yaml 的 enable 里打开", "ships disabled: turn it on by `enable` in norma.yaml"))
    }
    return lines
  }

  private func place(_ location: SourceLocation) -> String {
    location.file.path + (location.range.map { ":\($0.start.line)" } ?? "")
  }

  // MARK: Data

  private func datasets(_ language: Language) -> [String] {
    let ruleBase = project.ruleBase
    let roots = ruleBase.roots(of: plan.datasets)
    let derivations = ruleBase.derivations(for: plan.datasets)
    return (roots.sorted() + derivations.map(\.dataset.name)).compactMap { name in
      guard let dataset = ruleBase.datasets[name] else { return nil }
      var needed = plan.fields(of: name)
      for derivation in derivations { needed.formUnion(derivation.fields(of: name)) }
      let fields = dataset.fields.filter { needed.contains($0.name) }.map { field in
        field.title[language] == field.name ? field.name : "\(field.title[language]) (\(field.name))"
      }
      let origin: String
      if let derivation = ruleBase.derivations[name] {
        origin = language == .zh ? "由 \(derivation.from) 得出" : "derived from \(derivation.from)"
      } else if let source = project.sources[name] {
        origin = source.paths.joined(separator: ", ")
      } else if ruleBase.isMadeByAudit(name) {
        origin = language == .zh ? "由检查本身产生" : "made by the audit itself"
      } else {
        origin = language == .zh ? "没有数据来源，此规则不检查" : "no source: the rule is not audited"
      }
      return
        "\(dataset.title[language]) (\(name)): \(fields.joined(separator: language == .zh ? "、" : ", "))  [\(origin)]"
    }
  }

  // MARK: Periods

  private func periods(_ say: (String, String) -> String) -> [String] {
    guard let owed = plan.owed, owed.recurrence.unit != .once,
      let first = CivilDate(year: asOf.year, month: 1, day: 1),
      let last = CivilDate(year: asOf.year, month: 12, day: 31)
    else { return [] }
    let periods = JudgedPeriods(
      owed.recurrence, window: owed.window, since: first, from: plan.from, until: plan.until, asOf: last
    ).periods
    let lines = periods.map { period in
      "\(period.key)  \(period.first) – \(period.last)" + (due(period).map { "  " + say("期限", "due") + " \($0)" } ?? "")
    }
    // A year of days or weeks is shown by its ends.
    return lines.count <= 15 ? lines : lines.prefix(3) + ["… (\(lines.count))"] + lines.suffix(2)
  }

  private func due(_ period: Period) -> String? {
    guard case .judgeGroups(_, _, .deadline(let due)) = plan.obligations else { return nil }
    let constants = Constants(
      asOf: asOf, period: period,
      parameters: project.ruleBase.parameters.compactMapValues { $0.value(on: period.last) })
    do throws(UnsetParameter) {
      let rule = try DueValue.rule(due.rule, constants)
      let date = rule.date(of: period, calendar: project.calendar, roll: due.roll)
      guard let grace = due.grace else { return date.description }
      return "\(date) + \(try DueValue.span(grace, constants))"
    } catch {
      return "? (param.\(error.name))"
    }
  }

  // MARK: Parameters

  private func parameters(_ say: (String, String) -> String, _ language: Language) -> [String] {
    var names = plan.parameters
    for derivation in project.ruleBase.derivations(for: plan.datasets) {
      for expression in derivation.expressions { names.formUnion(expression.parameters) }
    }
    return names.sorted().compactMap { name in
      guard let parameter = project.ruleBase.parameters[name] else { return nil }
      let value = parameter.value(on: asOf)?.text ?? say("没有设定", "not set")
      let origin = place(parameter.overrideLocation ?? parameter.location)
      return "\(name) = \(value)" + (parameter.title.map { "  \($0[language])" } ?? "") + "  [\(origin)]"
    }
  }
}

extension ParameterValue {
  /// The value as a rule file writes it.
  var text: String {
    switch self {
    case .boolean(let value): value ? "true" : "false"
    case .integer(let number): String(number)
    case .decimal(let number): number.description
    case .date(let date): date.description
    case .text(let text): text
    case .list(let values): "[" + values.map(\.text).joined(separator: ", ") + "]"
    }
  }
}

extension Project {
  /// The ids of all rules, in the order of the rule base.
  public var ruleIDs: [String] { ruleBase.rules.map(\.id) }

  /// Says that no rule has an id, with the nearest one there is.
  public func noRule(_ id: String) -> LocalizedText {
    let near = Suggestion.nearest(to: id, among: ruleIDs)
    return LocalizedText(
      zh: "没有规则 \(id)" + (near.map { "；是不是想写 \($0)？" } ?? ""),
      en: "there is no rule \(id)" + (near.map { "; did you mean \($0)?" } ?? ""))
  }
}
