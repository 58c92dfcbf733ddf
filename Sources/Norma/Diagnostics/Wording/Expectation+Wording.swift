extension Expectation {
  /// What people call it.
  var name: LocalizedText {
    switch self {
    case .mapping(let place): LocalizedText(zh: "\(place.name.zh)的一组“键: 值”", en: "the keys of \(place.name.en)")
    case .text: LocalizedText(zh: "一段文字", en: "a text")
    case .filledText: LocalizedText(zh: "写了内容的文字，不能留空", en: "a text that says something")
    case .localizedText: LocalizedText(zh: "一段文字或 {zh: …, en: …}", en: "a text or {zh: …, en: …}")
    case .boolean: LocalizedText(zh: "true 或 false", en: "true or false")
    case .integer: LocalizedText(zh: "一个整数", en: "a whole number")
    case .number: LocalizedText(zh: "一个数，如 12、0.5 或 90%", en: "a number such as 12, 0.5 or 90%")
    case .percentage: LocalizedText(zh: "一个百分数，如 90%", en: "a percentage such as 90%")
    case .quantity: LocalizedText(zh: "一个数、百分数或表达式", en: "a number, a percentage or an expression")
    case .date: LocalizedText(zh: "一个日期，如 2026-01-31", en: "a date such as 2026-01-31")
    case .expression: LocalizedText(zh: "一个条件或表达式", en: "a condition or expression")
    case .list: LocalizedText(zh: "一个列表，如 [a, b]", en: "a list such as [a, b]")
    case .oneOf(let choices):
      LocalizedText(
        zh: choices.map { "`\($0)`" }.joined(separator: "、") + " 之一",
        en: "one of " + choices.map { "`\($0)`" }.joined(separator: ", "))
    case .ruleID: LocalizedText(zh: "规则编号，如 health.monthly-report", en: "a rule id such as health.monthly-report")
    case .fieldType:
      LocalizedText(
        zh: "字段类型：text、integer、decimal、boolean、date 或 timestamp",
        en: "a field type: text, integer, decimal, boolean, date or timestamp")
    case .span:
      LocalizedText(zh: "一段时间，如 15d、3wd、2w、1mo、1y 或 param.名称", en: "a span such as 15d, 3wd, 2w, 1mo, 1y or param.name")
    case .dueRule:
      LocalizedText(
        zh: "期限，如 end、+5d、+3wd、-2d、“day 25”、09-10 或 param.名称",
        en: "a due date such as end, +5d, +3wd, -2d, \"day 25\", 09-10 or param.name")
    case .period: LocalizedText(zh: "周期", en: "a period")
    case .window:
      LocalizedText(zh: "月份列表如 [9, 10]，或日期段如 09-01..09-10", en: "months such as [9, 10], or days such as 09-01..09-10")
    case .periodKey: LocalizedText(zh: "周期代码，如 2026-03", en: "a period key such as 2026-03")
    case .periodRange:
      LocalizedText(zh: "周期或周期段，如 2026-03..2026-05", en: "a period or a range such as 2026-03..2026-05")
    case .fieldNames: LocalizedText(zh: "字段名，或字段名的列表", en: "a field name, or a list of them")
    case .parameterValue: LocalizedText(zh: "参数的值", en: "the value of a parameter")
    case .datedValue: LocalizedText(zh: "按日期给出的值", en: "values by date")
    case .fieldBound: LocalizedText(zh: "该字段类型的一个值", en: "a value of the field's type")
    case .dataSource: LocalizedText(zh: "文件路径，或 {file: …}", en: "a file's path, or {file: …}")
    case .roster: LocalizedText(zh: "名册", en: "a roster")
    case .requirement:
      LocalizedText(zh: "条件，或 {that: 条件， say: 说明}", en: "a condition, or {that: condition, say: words}")
    case .figure:
      LocalizedText(
        zh: "汇总，如 count()、sum(amount)、max(given_on)", en: "a figure such as count(), sum(amount) or max(given_on)")
    case .weekdays: LocalizedText(zh: "星期的列表，星期一为 1，如 [6, 7]", en: "weekdays with Monday as 1, such as [6, 7]")
    case .dateOrRange:
      LocalizedText(zh: "日期或日期段，如 2026-10-01..2026-10-07", en: "a date or a range such as 2026-10-01..2026-10-07")
    case .year: LocalizedText(zh: "年份，如 2026", en: "a year such as 2026")
    case .formatVersion(let version): LocalizedText(zh: "格式版本 \(version)", en: "format version \(version)")
    case .cell:
      LocalizedText(zh: "单元格里的内容，空白写 null", en: "what a cell holds, or null where it is empty")
    case .figureBounds:
      LocalizedText(
        zh: "一个数、一个日期，或 [下限, 上限]", en: "a number, a date, or [lowest, highest]")
    case .timeZone: LocalizedText(zh: "时区，如 Asia/Shanghai", en: "a time zone such as Asia/Shanghai")
    }
  }

  /// What to do about `found`, where a usual slip explains it.
  func hint(found: Found) -> LocalizedText? {
    guard found.shape == .text, let text = found.text else { return nil }
    if case .oneOf(let choices) = self, let hint = Wording.suggestion(for: text, among: choices),
      Suggestion.nearest(to: text, among: choices) != nil
    {
      return hint
    }
    if case .fieldType = self {
      let names = FieldType.allCases.filter { $0 != .partialDate }.map(\.rawValue)
      return Self.usualTypes[text.lowercased()]
        ?? Suggestion.nearest(to: text, among: names).map {
          LocalizedText(zh: "是不是想写 `\($0)`？", en: "did you mean `\($0)`?")
        }
    }
    if case .boolean = self {
      return LocalizedText(
        zh: "YAML 1.2 只认 true 和 false，不加引号", en: "YAML 1.2 knows true and false alone, without quotes")
    }
    if let wide = FullWidth.first(in: Array(text.unicodeScalars)), wide.found != "\u{A0}" {
      let plain = wide.plain == " " ? LocalizedText(zh: "半角空格", en: "a plain space") : LocalizedText("`\(wide.plain)`")
      let colon = wide.plain == ":"
      return LocalizedText(
        zh: "`\(wide.found)` 是全角符号，请改成\(colon ? "半角冒号加空格" : " \(plain.zh)")",
        en: "`\(wide.found)` is a full-width character; write \(colon ? "a plain colon and a space" : plain.en) instead"
      )
    }
    if case .mapping = self, text.contains(":") {
      return LocalizedText(zh: "冒号后面要有空格", en: "put a space after the colon")
    }
    return nil
  }

  private static let usualTypes: [String: LocalizedText] = [
    "string": .init(zh: "文字写 `text`", en: "write `text` for a string"),
    "str": .init(zh: "文字写 `text`", en: "write `text` for a string"),
    "int": .init(zh: "整数写 `integer`", en: "write `integer`"),
    "number": .init(zh: "整数写 `integer`，小数写 `decimal`", en: "write `integer` or `decimal`"),
    "float": .init(zh: "小数写 `decimal`", en: "write `decimal`; it is exact"),
    "double": .init(zh: "小数写 `decimal`", en: "write `decimal`; it is exact"),
    "bool": .init(zh: "是非写 `boolean`", en: "write `boolean`"),
    "datetime": .init(zh: "时间写 `timestamp`", en: "write `timestamp`"),
    "time": .init(zh: "时间写 `timestamp`", en: "write `timestamp`"),
  ]
}
