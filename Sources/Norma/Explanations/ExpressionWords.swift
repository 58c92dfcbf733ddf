internal import CEL

/// Says a condition or a figure in plain words, with the labels of fields in the place of their names.
struct ExpressionWords {
  private let ruleBase: RuleBase
  private let relationships: Relationships
  private let dataset: Dataset?
  private let language: Language
  private let asOf: CivilDate

  /// Prepares for expressions on the rows of `dataset`, nil for those that see none, with parameters as on a day.
  init(_ ruleBase: RuleBase, dataset: Dataset?, language: Language, asOf: CivilDate) {
    self.ruleBase = ruleBase
    relationships = ruleBase.relationships
    self.dataset = dataset
    self.language = language
    self.asOf = asOf
  }

  private func words(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }

  /// Returns the words for a value.
  func text(of plan: PlanExpression) -> String {
    Visit(words: self, checked: plan.checked).text(plan.checked.expression, dataset, [:])
  }

  /// Returns the words for something that holds or not.
  func condition(_ plan: PlanExpression) -> String {
    let visit = Visit(words: self, checked: plan.checked)
    return visit.statement(plan.checked.expression) { visit.text($0, dataset, [:]) }
  }

  /// Returns the words for conditions that must all hold, in brackets where one of them could be read apart.
  func all(of plans: [PlanExpression]) -> String {
    if plans.count == 1 { return condition(plans[0]) }
    return plans.map { part($0) }.joined(separator: words("，且", ", and "))
  }

  /// Returns the words for a condition beside others that must hold too.
  func part(_ plan: PlanExpression) -> String {
    if case .call("_||_", _, _) = plan.checked.expression.kind { return bracketed(plan) }
    return condition(plan)
  }

  /// Returns the words for a condition within a sentence: in brackets where it has several parts.
  func bracketed(_ plan: PlanExpression) -> String {
    let text = condition(plan)
    let hasParts = Visit(words: self, checked: plan.checked).hasParts(plan.checked.expression)
    return hasParts ? words("（\(text)）", "(\(text))") : text
  }

  /// What people call a field.
  func label(_ field: String, of dataset: Dataset?) -> String {
    guard let dataset, let index = dataset.index(of: field) else { return field }
    if dataset.name == RuleBase.outcomesName { return Self.outcomeLabels[field]?[language] ?? field }
    return dataset.fields[index].title[language]
  }

  /// What people call the fields of the outcomes that an audit has found.
  private static let outcomeLabels: [String: LocalizedText] = [
    "rule": LocalizedText(zh: "规则", en: "the rule"), "subject": LocalizedText(zh: "责任对象", en: "the subject"),
    "period": LocalizedText(zh: "周期", en: "the period"), "outcome": LocalizedText(zh: "结果", en: "the outcome"),
    "judged_as_of": LocalizedText(zh: "检查日", en: "the day of the audit"),
    "due": LocalizedText(zh: "期限", en: "the due date"),
    "days_overdue": LocalizedText(zh: "逾期天数", en: "the days overdue"),
  ]

  /// What people call the row that a field refers to: the label of its key without the word for a number or code.
  func rowLabel(_ field: String, of dataset: Dataset?) -> String {
    let label = label(field, of: dataset)
    guard let dataset, let index = dataset.index(of: field), dataset.fields[index].reference != nil,
      label.hasSuffix("编号"), label.count > 2
    else { return label }
    return String(label.dropLast(2))
  }

  /// What a parameter is called, with its value.
  func parameter(_ name: String) -> String {
    let title = parameterTitle(name)
    guard let value = value(of: name) else { return title + words("（尚未设定）", " (not set yet)") }
    return title + words("（\(value)）", " (\(value))")
  }

  /// What a parameter is called, in quotes.
  func parameterTitle(_ name: String) -> String {
    guard let title = ruleBase.parameters[name]?.title else { return "param.\(name)" }
    return words("“\(Self.quotedWithin(title.zh))”", "“\(Self.quotedWithin(title.en))”")
  }

  /// A parameter's value as it is written; nil where none is set.
  func value(of parameter: String) -> String? { ruleBase.parameters[parameter]?.text(on: asOf) }

  /// A text for use between quotation marks.
  private static func quotedWithin(_ text: String) -> String {
    text.replacing("“", with: "‘").replacing("”", with: "’")
  }

  /// A text that follows Chinese: set apart where it begins with a letter or digit.
  static func following(_ text: String) -> String { (text.first?.isASCII ?? false) ? " " + text : text }

  /// A text that Chinese follows: set apart where it ends with a letter or digit.
  static func followed(_ text: String) -> String { (text.last?.isASCII ?? false) ? text + " " : text }

  /// A text with Chinese on both sides.
  static func apart(_ text: String) -> String { followed(following(text)) }

  /// A number as it is read: in Chinese by ten thousands where it is made of whole ones.
  func number(_ digits: String) -> String {
    guard language == .zh, let number = Int(digits), abs(number) >= 100_000, number % 10_000 == 0 else { return digits }
    return "\(number / 10_000) 万"
  }

  /// Goes through one expression.
  private struct Visit {
    let words: ExpressionWords
    let checked: CheckedExpression

    private func say(_ zh: String, _ en: String) -> String { words.words(zh, en) }

    func text(_ node: Expression, _ dataset: Dataset?, _ rows: [String: Dataset]) -> String {
      func inner(_ node: Expression) -> String { text(node, dataset, rows) }
      switch node.kind {
      case .literal(let literal): return text(of: literal)
      case .identifier(let name): return identifier(name, dataset, rows)
      case .select(let operand, let field), .optionalSelect(let operand, let field):
        return member(field, of: operand, dataset, rows)
      case .presence(let operand, let field):
        return member(field, of: operand, dataset, rows) + say("已填写", " is filled in")
      case .call(let name, let target, let arguments):
        return call(node, name, (target.map { [$0] } ?? []) + arguments, inner)
      case .list(let entries, _): return entries.map(inner).joined(separator: say("、", ", "))
      case .comprehension(let macro): return comprehension(macro, dataset, rows)
      case .bind(_, let value, let body): return inner(body) + say("（其中用到 ", " (with ") + inner(value) + say("）", ")")
      case .map, .message, .optionalMap: return "…"
      }
    }

    private func text(of literal: Literal) -> String {
      switch literal {
      case .null: say("空", "empty")
      case .bool(let value): value ? say("是", "yes") : say("否", "no")
      case .int(let number): words.number(String(number))
      case .uint(let number): words.number(String(number))
      case .double(let number): String(number)
      case .string(let text): say("“\(text)”", "“\(text)”")
      case .bytes: "…"
      }
    }

    private func identifier(_ name: String, _ dataset: Dataset?, _ rows: [String: Dataset]) -> String {
      if rows[name] != nil { return say("该行", "that row") }
      if let field = RowStep.field(name) { return words.label(field, of: dataset) }
      if let dataset, dataset.index(of: name) != nil { return words.label(name, of: dataset) }
      if name == "asOf" { return say("检查日", "the day of the audit") }
      if name.hasPrefix("hasColumn(") {
        return say("表里有这一列：", "the sheet has the column ")
          + words.label(String(name.dropFirst(10).dropLast()), of: dataset)
      }
      if let dataset, let list = words.relationships.lists(name, of: dataset.name).first,
        let related = words.ruleBase.datasets[list.dataset]
      {
        return say("“\(related.title.zh)”中的相关记录", "the related rows of “\(related.title.en)”")
      }
      return name
    }

    private func member(
      _ name: String, of operand: Expression, _ dataset: Dataset?, _ rows: [String: Dataset]
    ) -> String {
      if operand.kind == .identifier("param") { return words.parameter(name) }
      if operand.kind == .identifier("period") {
        return name == "start" ? say("周期第一天", "the period's first day") : say("周期最后一天", "the period's last day")
      }
      let field = RowStep.field(name) ?? name
      let owner = row(of: operand, dataset, rows)
      if case .identifier(let local) = operand.kind {
        if rows[local] != nil, let owner, owner.index(of: field) == nil,
          let list = words.relationships.lists(field, of: owner.name).first,
          let related = words.ruleBase.datasets[list.dataset]
        {
          return say("“\(related.title.zh)”中的相关记录", "the related rows of “\(related.title.en)”")
        }
        if rows[local] != nil { return words.label(field, of: owner) }
        if owner == nil, let set = words.ruleBase.datasets[local] {
          return say(
            "“\(set.title.zh)”的\(words.label(field, of: set))", "\(words.label(field, of: set)) of “\(set.title.en)”")
        }
      }
      let of = rowText(operand, dataset, rows)
      let isList = owner.map { $0.index(of: field) == nil } ?? false
      if isList, let owner, let list = words.relationships.lists(field, of: owner.name).first,
        let related = words.ruleBase.datasets[list.dataset]
      {
        return say("“\(related.title.zh)”中\(of)的记录", "the rows of “\(related.title.en)” of \(of)")
      }
      return say("\(of)的\(words.label(field, of: owner))", "\(words.label(field, of: owner)) of \(of)")
    }

    /// The words for a row that another refers to.
    private func rowText(_ node: Expression, _ dataset: Dataset?, _ rows: [String: Dataset]) -> String {
      switch node.kind {
      case .identifier(let name) where rows[name] == nil:
        return words.rowLabel(RowStep.field(name) ?? name, of: dataset)
      case .select(let operand, let name):
        guard let owner = row(of: operand, dataset, rows), owner.index(of: RowStep.field(name) ?? name) != nil else {
          break
        }
        let label = words.rowLabel(RowStep.field(name) ?? name, of: owner)
        if case .identifier(let local) = operand.kind, rows[local] != nil { return label }
        let of = rowText(operand, dataset, rows)
        return say("\(of)的\(label)", "\(label) of \(of)")
      default: break
      }
      return text(node, dataset, rows)
    }

    /// The dataset of the row that a node gives.
    private func row(of node: Expression, _ dataset: Dataset?, _ rows: [String: Dataset]) -> Dataset? {
      if case .object(let name) = checked.type(of: node).nonNull { return words.ruleBase.datasets[name] }
      return nil
    }

    private func comprehension(
      _ macro: Expression.Comprehension, _ dataset: Dataset?, _ rows: [String: Dataset]
    ) -> String {
      let range = text(macro.range, dataset, rows)
      var inner = rows
      if case .list(.object(let name)) = checked.type(of: macro.range).nonNull,
        let element = words.ruleBase.datasets[name]
      {
        inner[macro.second ?? macro.variable] = element
      }
      let body = statement(macro.body) { text($0, dataset, inner) }
      switch macro.kind {
      case .exists: return say("有\(range)（\(body)）", "one of \(range) has: \(body)")
      case .all: return say("\(range)每条都（\(body)）", "every one of \(range) has: \(body)")
      case .existsOne: return say("正好有一条\(range)（\(body)）", "exactly one of \(range) has: \(body)")
      case .filter: return say("\(range)（\(body)）", "those of \(range) where \(body)")
      default: return say("\(range)中每一条的\(body)", "\(body) of each of \(range)")
      }
    }

    // MARK: Calls

    private func call(
      _ node: Expression, _ name: String, _ arguments: [Expression], _ inner: (Expression) -> String
    ) -> String {
      switch (name, arguments.count) {
      case ("_&&_", _): return join(parts(of: node), inner).joined(separator: say("，且", ", and "))
      case ("_||_", _): return join(parts(of: node), inner).joined(separator: say("，或", ", or "))
      case ("!_", 1):
        let negated = statement(arguments[0], inner)
        return say("不属于以下情况：\(negated)", "not: \(negated)")
      case ("-_", 1): return negative(inner(arguments[0]))
      case ("_-_", 2) where Self.isZero(arguments[0]): return negative(inner(arguments[1]))
      case ("_?_:_", 3):
        return say(
          "如果\(inner(arguments[0]))，则\(inner(arguments[1]))，否则\(inner(arguments[2]))",
          "if \(inner(arguments[0])) then \(inner(arguments[1])), else \(inner(arguments[2]))")
      case ("@in", 2):
        if let text = found(arguments, inner) { return text }
        return say(
          "\(inner(arguments[0]))是\(inner(arguments[1]))之一", "\(inner(arguments[0])) is one of \(inner(arguments[1]))")
      case ("decimal", 1):
        if case .literal(.string(let digits)) = arguments[0].kind { return digits }
        return inner(arguments[0])
      case ("date", 1):
        if case .literal(.string(let text)) = arguments[0].kind { return text }
        return dayOfYear(arguments[0], inner) ?? inner(arguments[0])
      case ("matches", 2):
        return say(
          "\(inner(arguments[0]))符合式样\(inner(arguments[1]))", "\(inner(arguments[0])) matches \(inner(arguments[1]))")
      case ("contains", 2):
        return say(
          "\(inner(arguments[0]))包含\(inner(arguments[1]))", "\(inner(arguments[0])) contains \(inner(arguments[1]))")
      case ("startsWith", 2):
        return say(
          "\(inner(arguments[0]))以\(inner(arguments[1]))开头", "\(inner(arguments[0])) begins with \(inner(arguments[1]))"
        )
      case ("size", 1): return say("\(inner(arguments[0]))的条数", "the number of \(inner(arguments[0]))")
      case ("string", 1): return inner(arguments[0])
      case ("ordered", 1): return say("\(inner(arguments[0]))先后有序", "\(inner(arguments[0])) are in order")
      default: break
      }
      if arguments.count == 2, let comparison = Comparison(name) { return compare(comparison, arguments, inner) }
      if let text = span(name, arguments, inner) ?? dates(name, arguments, inner) { return text }
      let signs = ["_+_": "+", "_-_": "-", "_*_": "×", "_/_": "÷", "_%_": "mod"]
      if arguments.count == 2, let sign = signs[name] {
        func operand(_ node: Expression) -> String {
          guard case .call(let other, _, let operands) = node.kind, operands.count == 2, signs[other] != nil,
            name != "_+_"
          else { return inner(node) }
          return say("（\(inner(node))）", "(\(inner(node)))")
        }
        return "\(operand(arguments[0])) \(sign) \(operand(arguments[1]))"
      }
      return "\(name)(\(arguments.map(inner).joined(separator: ", ")))"
    }

    /// The parts of a conjunction or disjunction, as many as there are in a row; none of anything else.
    private func parts(of node: Expression) -> [Expression] {
      guard case .call(let name, _, let operands) = node.kind, ["_&&_", "_||_"].contains(name) else { return [] }
      let flat = operands.flatMap { operand -> [Expression] in
        if case .call(name, _, _) = operand.kind { parts(of: operand) } else { [operand] }
      }
      return name == "_&&_" ? telling(flat) : flat
    }

    /// Whether an expression is read as several conditions.
    func hasParts(_ node: Expression) -> Bool { parts(of: node).count > 1 }

    /// The parts of a conjunction without the tests that a field is filled in where another part says more of the
    /// field: no part holds of an empty one.
    private func telling(_ parts: [Expression]) -> [Expression] {
      parts.filter { part in
        guard case .call("_!=_", _, let sides) = part.kind, sides.count == 2,
          sides[1].kind == .literal(.null), case .identifier = sides[0].kind
        else { return true }
        return !parts.contains { other in
          guard case .call(let name, let target, let arguments) = other.kind, other.id != part.id else { return false }
          let narrows = Comparison(name).map { $0 != .notEqual } ?? ["contains", "startsWith", "@in"].contains(name)
          let operands = (target.map { [$0] } ?? []) + arguments
          return narrows && operands.contains { $0.kind == sides[0].kind }
            && !operands.contains { $0.kind == .literal(.null) }
        }
      }
    }

    /// The parts of a conjunction or disjunction: in brackets those of the other sort, and without its name where one
    /// speaks of what the one before it speaks of.
    private func join(_ parts: [Expression], _ inner: (Expression) -> String) -> [String] {
      var topic: String?
      return parts.map { part in
        let text = statement(part, inner)
        if parts.count > 1, hasParts(part) {
          topic = nil
          return say("（\(text)）", "(\(text))")
        }
        defer { topic = self.topic(of: part, inner) }
        guard let topic, topic == self.topic(of: part, inner), text.hasPrefix(topic) else { return text }
        return String(text.dropFirst(topic.count).drop { $0 == " " })
      }
    }

    /// What a comparison speaks of; nil for what is no comparison.
    private func topic(of node: Expression, _ inner: (Expression) -> String) -> String? {
      guard case .call(let name, let target, let arguments) = node.kind,
        Comparison(name) != nil || ["contains", "startsWith", "@in"].contains(name)
      else { return nil }
      return (target ?? arguments.first).map(inner)
    }

    /// The words for something that holds or not: a bare field is said to hold.
    func statement(_ node: Expression, _ inner: (Expression) -> String) -> String {
      switch node.kind {
      case .identifier, .select: return inner(node) + say("为是", " is yes")
      default: return inner(node)
      }
    }

    private func negative(_ text: String) -> String {
      (text.first?.isNumber ?? false) ? "-" + text : say("负的\(text)", "minus \(text)")
    }

    private static func isZero(_ node: Expression) -> Bool {
      switch node.kind {
      case .literal(.int(0)): true
      case .call("decimal", _, let arguments): arguments.first?.kind == .literal(.string("0"))
      default: false
      }
    }

    private func compare(
      _ comparison: Comparison, _ arguments: [Expression], _ inner: (Expression) -> String
    ) -> String {
      for (one, other) in [(0, 1), (1, 0)] where arguments[other].kind == .literal(.null) {
        let value = inner(arguments[one])
        return comparison == .equal
          ? say("\(value)没有填写", "\(value) is empty") : say("\(value)已填写", "\(value) is filled in")
      }
      for (one, other) in [(0, 1), (1, 0)] {
        guard case .literal(.bool(let truth)) = arguments[other].kind, [.equal, .notEqual].contains(comparison) else {
          continue
        }
        let isTrue = truth == (comparison == .equal)
        return say(
          "\(inner(arguments[one]))为\(isTrue ? "是" : "否")", "\(inner(arguments[one])) is \(isTrue ? "yes" : "no")")
      }
      if let text = outcome(comparison, arguments, inner) { return text }
      let isDate = arguments.contains { [DateValue.type, .timestamp].contains(checked.type(of: $0).nonNull) }
      let verb: String =
        switch comparison {
        case .equal: say("为", "is")
        case .notEqual: say("不为", "is not")
        case .less: isDate ? say("早于", "is before") : say("小于", "is less than")
        case .lessOrEqual: isDate ? say("不晚于", "is not after") : say("不超过", "is at most")
        case .greater: isDate ? say("晚于", "is after") : say("大于", "is more than")
        case .greaterOrEqual: isDate ? say("不早于", "is not before") : say("不少于", "is at least")
        }
      let (left, right) = (inner(arguments[0]), inner(arguments[1]))
      if case .call("size", let target, let operands) = arguments[0].kind, let list = target ?? operands.first {
        // There is at least one: no need to count.
        if comparison == .greaterOrEqual, arguments[1].kind == .literal(.int(1)) {
          return say("有\(inner(list))", "there is at least one of \(inner(list))")
        }
        return say("\(inner(list))\(verb)\(ExpressionWords.apart(right))条", "\(left) \(verb) \(right)")
      }
      return say(
        ExpressionWords.followed(left) + verb + ExpressionWords.following(right), "\(left) \(verb) \(right)")
    }

    /// A day that is put together from a year and what comes after it; nil for any other text.
    private func dayOfYear(_ node: Expression, _ inner: (Expression) -> String) -> String? {
      guard case .call("_+_", _, let sides) = node.kind, sides.count == 2,
        case .call("_+_", _, let front) = sides[0].kind, front.count == 2, front[1].kind == .literal(.string("-")),
        case .call("string", _, let text) = front[0].kind, case .call("year", _, let day)? = text.first?.kind,
        let date = day.first.map(inner)
      else { return nil }
      return say("\(date)当年的\(ExpressionWords.following(inner(sides[1])))", "\(inner(sides[1])) of the year of \(date)")
    }

    /// That a rule or an outcome is one of several, in words; nil for anything else.
    private func found(_ arguments: [Expression], _ inner: (Expression) -> String) -> String? {
      guard words.dataset?.name == RuleBase.outcomesName, case .identifier(let field) = arguments[0].kind,
        case .list(let entries, _) = arguments[1].kind
      else { return nil }
      let titles = entries.compactMap { entry -> LocalizedText? in
        if case .literal(.string(let text)) = entry.kind { title(text, of: field) } else { nil }
      }
      guard titles.count == entries.count else { return nil }
      return say(
        "\(inner(arguments[0]))是" + titles.map { "“\($0.zh)”" }.joined(separator: "、") + "之一",
        "\(inner(arguments[0])) is one of " + titles.map { "“\($0.en)”" }.joined(separator: ", "))
    }

    /// What people call a rule or an outcome.
    private func title(_ text: String, of field: String) -> LocalizedText? {
      switch field {
      case "outcome": Outcome(rawValue: text)?.title
      case "rule": words.ruleBase.rules.first { $0.id == text }?.title
      default: nil
      }
    }

    /// A comparison of what the audit itself has found: rules by their titles, outcomes by their words.
    private func outcome(
      _ comparison: Comparison, _ arguments: [Expression], _ inner: (Expression) -> String
    ) -> String? {
      guard words.dataset?.name == RuleBase.outcomesName, [.equal, .notEqual].contains(comparison),
        case .identifier(let field) = arguments[0].kind, case .literal(.string(let text)) = arguments[1].kind
      else { return nil }
      return title(text, of: field).map {
        comparison == .equal
          ? say("\(inner(arguments[0]))为“\($0.zh)”", "\(inner(arguments[0])) is “\($0.en)”")
          : say("\(inner(arguments[0]))不为“\($0.zh)”", "\(inner(arguments[0])) is not “\($0.en)”")
      }
    }

    private func span(_ name: String, _ arguments: [Expression], _ inner: (Expression) -> String) -> String? {
      let units: [String: (zh: String, en: String)] = [
        "days": ("天", "days"), "weeks": ("周", "weeks"), "months": ("个月", "months"), "years": ("年", "years"),
        "workdays": ("个工作日", "workdays"),
      ]
      if arguments.count == 1, let unit = units[name] {
        let number = inner(arguments[0])
        let english = number == "1" ? String(unit.en.dropLast()) : unit.en
        return say(ExpressionWords.followed(number) + unit.zh, "\(number) \(english)")
      }
      guard arguments.count == 2, name == "_+_" || name == "_-_" else { return nil }
      let types = arguments.map { checked.type(of: $0).nonNull }
      guard let place = types.firstIndex(of: SpanValue.type) else { return nil }
      let (date, length) = (inner(arguments[1 - place]), inner(arguments[place]))
      var (before, after) = ("前", "后")
      if case .call("_+_", _, _) = arguments[1 - place].kind { (before, after) = ("再往前", "再往后") }
      if case .call("_-_", _, _) = arguments[1 - place].kind { (before, after) = ("再往前", "再往后") }
      return name == "_+_"
        ? say(date + after + ExpressionWords.following(length), "\(length) after \(date)")
        : say(date + before + ExpressionWords.following(length), "\(length) before \(date)")
    }

    private func dates(_ name: String, _ arguments: [Expression], _ inner: (Expression) -> String) -> String? {
      let between: [String: (zh: String, en: String)] = [
        "daysBetween": ("天数", "days"), "monthsBetween": ("整月数", "months"), "yearsBetween": ("周年数", "years"),
        "workdaysBetween": ("工作日数", "workdays"),
      ]
      if arguments.count == 2, let unit = between[name] {
        return say(
          "从\(inner(arguments[0]))到\(inner(arguments[1]))的\(unit.zh)",
          "the \(unit.en) from \(inner(arguments[0])) to \(inner(arguments[1]))")
      }
      let parts: [String: (zh: String, en: String)] = [
        "year": ("年份", "year"), "quarter": ("季度", "quarter"), "month": ("月份", "month"), "day": ("日", "day"),
        "weekday": ("星期", "weekday"),
      ]
      if arguments.count == 1, let part = parts[name] {
        return say("\(inner(arguments[0]))的\(part.zh)", "the \(part.en) of \(inner(arguments[0]))")
      }
      if name == "isWorkday", arguments.count == 1 {
        return say("\(inner(arguments[0]))是工作日", "\(inner(arguments[0])) is a workday")
      }
      if name == "_-_", arguments.count == 2, arguments.allSatisfy({ checked.type(of: $0).nonNull == DateValue.type }) {
        return say(
          "从\(inner(arguments[1]))到\(inner(arguments[0]))的天数",
          "the days from \(inner(arguments[1])) to \(inner(arguments[0]))")
      }
      return nil
    }
  }
}
