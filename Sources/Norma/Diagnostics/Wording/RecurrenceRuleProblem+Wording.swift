extension RecurrenceRuleProblem {
  /// The words for it.
  var wording: Wording {
    switch self {
    case .noFrequency:
      return Wording(
        "循环规则要写 FREQ", "a recurrence rule needs FREQ", hint: "例如 FREQ=MONTHLY;BYMONTHDAY=10",
        "such as FREQ=MONTHLY;BYMONTHDAY=10")
    case .unknownPart(let text):
      return Wording("循环规则里不认识 `\(text)`", "`\(text)` is no part of a recurrence rule")
    case .repeatedPart(let part): return Wording("`\(part)` 写了两次", "`\(part)` stands twice")
    case .badValue(let part, let value):
      return Wording("`\(part)` 不能是 `\(value)`", "`\(part)` can't be `\(value)`")
    case .notTogether(let one, let other):
      return Wording("`\(one)` 和 `\(other)` 不能同时写", "`\(one)` and `\(other)` can't stand together")
    case .withinTheDay(let part):
      return Wording("周期至少是一天，不能写 `\(part)`", "periods are whole days, so `\(part)` can't be used")
    case .positionsOfNothing:
      return Wording("`BYSETPOS` 要和另一个 BY… 一起写", "`BYSETPOS` needs another BY part beside it")
    }
  }
}
