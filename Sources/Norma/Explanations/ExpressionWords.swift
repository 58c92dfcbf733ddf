internal import CEL

/// Says a condition or a figure in plain words, with the labels of fields in the place of their names.
struct ExpressionWords {
  private let ruleBase: RuleBase
  private let relationships: Relationships
  private let dataset: Dataset?
  private let language: Language

  /// Prepares for expressions on the rows of `dataset`; nil for those that see none.
  init(_ ruleBase: RuleBase, dataset: Dataset?, language: Language) {
    self.ruleBase = ruleBase
    relationships = ruleBase.relationships
    self.dataset = dataset
    self.language = language
  }

  private func words(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }

  /// Returns an expression in words.
  func text(of plan: PlanExpression) -> String {
    Visit(words: self, checked: plan.checked).text(plan.checked.expression, dataset, [:])
  }

  /// What people call a field.
  func label(_ field: String, of dataset: Dataset?) -> String {
    guard let dataset, let index = dataset.index(of: field) else { return field }
    return dataset.fields[index].title[language]
  }

  /// What a parameter is called, with its name.
  func parameter(_ name: String) -> String {
    ruleBase.parameters[name]?.title.map { words("“\($0.zh)”", "“\($0.en)”") } ?? "param.\(name)"
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
      case .int(let number): String(number)
      case .uint(let number): String(number)
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
        return say("相关的“\(related.title.zh)”", "the related rows of “\(related.title.en)”")
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
        if rows[local] != nil { return words.label(field, of: owner) }
        if owner == nil, let set = words.ruleBase.datasets[local] {
          return say(
            "“\(set.title.zh)”的\(words.label(field, of: set))", "\(words.label(field, of: set)) of “\(set.title.en)”")
        }
      }
      let of = text(operand, dataset, rows)
      let isList = owner.map { $0.index(of: field) == nil } ?? false
      if isList, let owner, let list = words.relationships.lists(field, of: owner.name).first,
        let related = words.ruleBase.datasets[list.dataset]
      {
        return say("\(of)的“\(related.title.zh)”", "the rows of “\(related.title.en)” of \(of)")
      }
      return say("\(of)的\(words.label(field, of: owner))", "\(words.label(field, of: owner)) of \(of)")
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
      let body = text(macro.body, dataset, inner)
      switch macro.kind {
      case .exists: return say("\(range)中有一条：\(body)", "one of \(range) has: \(body)")
      case .all: return say("\(range)中每一条：\(body)", "every one of \(range) has: \(body)")
      case .existsOne: return say("\(range)中正好有一条：\(body)", "exactly one of \(range) has: \(body)")
      case .filter: return say("\(range)中（\(body)）的", "those of \(range) where \(body)")
      default: return say("\(range)中每一条的\(body)", "\(body) of each of \(range)")
      }
    }

    // MARK: Calls

    private func call(
      _ node: Expression, _ name: String, _ arguments: [Expression], _ inner: (Expression) -> String
    ) -> String {
      switch (name, arguments.count) {
      case ("_&&_", _):
        return arguments.map { joined($0, inner, within: "_&&_") }.joined(separator: say("，且", ", and "))
      case ("_||_", _): return arguments.map { joined($0, inner, within: "_||_") }.joined(separator: say("，或", ", or "))
      case ("!_", 1): return say("不满足“\(inner(arguments[0]))”", "not: \(inner(arguments[0]))")
      case ("-_", 1): return "-" + inner(arguments[0])
      case ("_?_:_", 3):
        return say(
          "如果\(inner(arguments[0]))，则\(inner(arguments[1]))，否则\(inner(arguments[2]))",
          "if \(inner(arguments[0])) then \(inner(arguments[1])), else \(inner(arguments[2]))")
      case ("@in", 2):
        return say(
          "\(inner(arguments[0]))是\(inner(arguments[1]))之一", "\(inner(arguments[0])) is one of \(inner(arguments[1]))")
      case ("decimal", 1):
        if case .literal(.string(let digits)) = arguments[0].kind { return digits }
        return inner(arguments[0])
      case ("date", 1):
        if case .literal(.string(let text)) = arguments[0].kind { return text }
        return inner(arguments[0])
      case ("contains", 2):
        return say(
          "\(inner(arguments[0]))包含\(inner(arguments[1]))", "\(inner(arguments[0])) contains \(inner(arguments[1]))")
      case ("startsWith", 2):
        return say(
          "\(inner(arguments[0]))以\(inner(arguments[1]))开头", "\(inner(arguments[0])) begins with \(inner(arguments[1]))"
        )
      case ("size", 1): return say("\(inner(arguments[0]))的条数", "the number of \(inner(arguments[0]))")
      case ("ordered", 1): return say("\(inner(arguments[0]))先后有序", "\(inner(arguments[0])) are in order")
      default: break
      }
      if arguments.count == 2, let comparison = Comparison(name) { return compare(comparison, arguments, inner) }
      if let text = span(name, arguments, inner) ?? dates(name, arguments, inner) { return text }
      let signs = ["_+_": "+", "_-_": "-", "_*_": "×", "_/_": "÷", "_%_": "mod"]
      if arguments.count == 2, let sign = signs[name] {
        return "\(inner(arguments[0])) \(sign) \(inner(arguments[1]))"
      }
      return "\(name)(\(arguments.map(inner).joined(separator: ", ")))"
    }

    /// A part of a conjunction or disjunction, in brackets where it is one of the other sort.
    private func joined(_ node: Expression, _ inner: (Expression) -> String, within name: String) -> String {
      if case .call(let other, _, _) = node.kind, ["_&&_", "_||_"].contains(other), other != name {
        return say("（\(inner(node))）", "(\(inner(node)))")
      }
      if case .identifier = node.kind { return inner(node) + say("为是", "") }
      return inner(node)
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
      let isDate = arguments.contains { [DateValue.type, .timestamp].contains(checked.type(of: $0).nonNull) }
      let verb: String =
        switch comparison {
        case .equal: say("等于", "is")
        case .notEqual: say("不等于", "is not")
        case .less: isDate ? say("早于", "is before") : say("小于", "is less than")
        case .lessOrEqual: isDate ? say("不晚于", "is not after") : say("不超过", "is at most")
        case .greater: isDate ? say("晚于", "is after") : say("大于", "is more than")
        case .greaterOrEqual: isDate ? say("不早于", "is not before") : say("不少于", "is at least")
        }
      return "\(inner(arguments[0])) \(verb) \(inner(arguments[1]))"
    }

    private func span(_ name: String, _ arguments: [Expression], _ inner: (Expression) -> String) -> String? {
      let units: [String: (zh: String, en: String)] = [
        "days": ("天", "days"), "weeks": ("周", "weeks"), "months": ("个月", "months"), "years": ("年", "years"),
        "workdays": ("个工作日", "workdays"),
      ]
      if arguments.count == 1, let unit = units[name] {
        return say("\(inner(arguments[0])) \(unit.zh)", "\(inner(arguments[0])) \(unit.en)")
      }
      guard arguments.count == 2, name == "_+_" || name == "_-_" else { return nil }
      let types = arguments.map { checked.type(of: $0).nonNull }
      guard let place = types.firstIndex(of: SpanValue.type) else { return nil }
      let (date, length) = (inner(arguments[1 - place]), inner(arguments[place]))
      return name == "_+_"
        ? say("\(date)之后 \(length)", "\(length) after \(date)") : say("\(date)之前 \(length)", "\(length) before \(date)")
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
