extension ExpressionProblem {
  /// The words for it.
  var wording: Wording {
    switch self {
    case .syntax(let found, let suspect):
      return Wording(
        found.isEmpty ? "条件没有写完" : "条件在 `\(found)` 处读不下去",
        found.isEmpty ? "the expression ends too early" : "the expression can't be read at `\(found)`",
        hint: suspect.map { Wording.suspect($0) })
    case .percentage(let text):
      return Wording(
        "条件里不能写百分数", "percentages can't be written in an expression", hint: "把 \(text) 写成小数",
        "write \(text) as a decimal")
    case .singleEquals:
      return Wording("相等要写 `==`", "equality is written `==`", hint: "把 `=` 改成 `==`", "write `==` for `=`")
    case .word(let word, let instead):
      return Wording(
        "条件里不用 `\(word)`", "`\(word)` is no operator here", hint: "改成 `\(instead)`", "write `\(instead)` instead")
    case .undeclared(let name, let candidates):
      return Wording(
        "不认识 `\(name)`", "nothing is called `\(name)` here", hint: Wording.suggestion(for: name, among: candidates))
    case .noSuchMember(let name, let owner, let candidates):
      return Wording(
        "`\(owner)` 里没有 `\(name)`", "`\(owner)` has no `\(name)`",
        hint: Wording.suggestion(for: name, among: candidates))
    case .noSuchFunction(let name, let candidates):
      return Wording(
        "没有 `\(name)` 这个函数", "there is no function `\(name)`", hint: Wording.suggestion(for: name, among: candidates))
    case .noOverload(let name, let arguments):
      return Wording(
        "`\(name)` 不能用于 \(arguments.joined(separator: "、"))",
        "`\(name)` does not apply to \(arguments.joined(separator: " and "))")
    case .textBesideDate(let text):
      return Wording(
        "日期不能和文字比较", "a date can't be compared with a text", hint: "写成 date(\"\(text)\")", "write date(\"\(text)\")")
    case .unquotedDate(let text):
      return Wording(
        "`\(text)` 在条件里是减法，不是日期", "`\(text)` is a subtraction here, not a date", hint: "写成 date(\"\(text)\")",
        "write date(\"\(text)\")")
    case .textBesideNumber(let text):
      return Wording(
        "文字不能和数比较", "a text can't be compared with a number", hint: "`\(text)` 如果是数就去掉引号；如果字段是文字就给数加引号",
        "take the quotes off `\(text)` if the field is a number, or put quotes around the number if it is a text")
    case .resultType(let type, let wanted):
      return Wording("结果是 \(type)，这里要\(wanted)", "the result is \(type), but \(wanted) is needed here")
    case .badRegularExpression(let pattern):
      return Wording("`\(pattern)` 不是正确的正则表达式", "`\(pattern)` is no valid regular expression")
    case .ambiguousList(let name, let candidates):
      return Wording(
        "有几处引用都叫 `\(name)`", "several references go by the name `\(name)`",
        hint: "写 \(candidates.map { "`\($0)`" }.joined(separator: " 或 "))，或在 references 里用 as 另起名字",
        "write \(candidates.map { "`\($0)`" }.joined(separator: " or ")), or name them by `as` in their references")
    case .unguarded(let field):
      return Wording(
        "`\(field)` 可能为空，为空时这里无法判断", "`\(field)` may be empty, and then this can't be told",
        hint: "先写 \(field) != null && …", "write \(field) != null && … before it")
    case .tooDeep: return Wording("条件嵌套太深", "the expression is nested too deeply")
    case .tooLarge: return Wording("条件太长", "the expression is too large")
    case .empty: return Wording("条件是空的", "the expression is empty")
    case .other(let text): return Wording("条件有误：\(text)", text)
    }
  }
}
