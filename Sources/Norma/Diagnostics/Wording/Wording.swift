/// The words for a problem: what is wrong, and what to do about it.
public struct Wording: Hashable, Sendable {
  /// What is wrong: lower case, no full stop, what the user wrote in backticks.
  public let message: LocalizedText
  /// What to do about it; nil where the message says it all.
  public let hint: LocalizedText?

  init(_ zh: String, _ en: String, hint: LocalizedText? = nil) {
    message = LocalizedText(zh: zh, en: en)
    self.hint = hint
  }

  init(_ zh: String, _ en: String, hint zhHint: String, _ enHint: String) {
    self.init(zh, en, hint: LocalizedText(zh: zhHint, en: enHint))
  }

  /// Asks whether one of `candidates` was meant, or lists them where they are few.
  static func suggestion(for name: String, among candidates: [String]) -> LocalizedText? {
    if let nearest = Suggestion.nearest(to: name, among: candidates) {
      return LocalizedText(zh: "是不是想写 `\(nearest)`？", en: "did you mean `\(nearest)`?")
    }
    if candidates.isEmpty || candidates.count > 24 { return nil }
    let list = candidates.map { "`\($0)`" }
    return LocalizedText(
      zh: "可以写：\(list.joined(separator: "、"))", en: "it can be one of \(list.joined(separator: ", "))")
  }

  /// Explains a full-width character.
  static func suspect(_ suspect: FullWidthSuspect) -> LocalizedText {
    let name = suspect.plain == " " ? LocalizedText(zh: "空格", en: "a space") : LocalizedText("`\(suspect.plain)`")
    return LocalizedText(
      zh: "第 \(suspect.line) 行的 `\(suspect.found)` 是全角或中文标点，请改成半角的 \(name.zh)",
      en: "`\(suspect.found)` on line \(suspect.line) is a full-width character; write \(name.en) instead")
  }
}

extension NamedThing {
  /// What people call it.
  var name: LocalizedText {
    switch self {
    case .dataset: LocalizedText(zh: "数据表", en: "dataset")
    case .field: LocalizedText(zh: "字段", en: "field")
    case .rule: LocalizedText(zh: "规则", en: "rule")
    case .parameter: LocalizedText(zh: "参数", en: "parameter")
    case .calendar: LocalizedText(zh: "工作日历", en: "calendar")
    case .kind: LocalizedText(zh: "规则种类", en: "rule kind")
    case .timeZone: LocalizedText(zh: "时区", en: "time zone")
    case .scorecard: LocalizedText(zh: "评分表", en: "scorecard")
    case .rulePattern: LocalizedText(zh: "规则编号或通配", en: "rule id or pattern")
    }
  }
}

extension Place {
  /// What people call it.
  var name: LocalizedText {
    switch self {
    case .ruleFile: LocalizedText(zh: "规则文件", en: "a rule file")
    case .project: LocalizedText(zh: "项目文件", en: "a project")
    case .rule: LocalizedText(zh: "规则", en: "a rule")
    case .variant: LocalizedText(zh: "`for` 的一项", en: "an entry of `for`")
    case .dataset: LocalizedText(zh: "数据表", en: "a dataset")
    case .field: LocalizedText(zh: "字段", en: "a field")
    case .parameter: LocalizedText(zh: "参数", en: "a parameter")
    case .calendar: LocalizedText(zh: "工作日历", en: "a calendar")
    case .calendarYear: LocalizedText(zh: "日历的一年", en: "a year of a calendar")
    case .waiver: LocalizedText(zh: "豁免", en: "a waiver")
    case .localizedText: LocalizedText(zh: "双语文字", en: "a text in two languages")
    case .citation: LocalizedText(zh: "依据", en: "a source")
    case .reference: LocalizedText(zh: "引用", en: "a reference")
    case .active: LocalizedText(zh: "`active`", en: "`active`")
    case .dataSource: LocalizedText(zh: "数据来源", en: "a data source")
    case .requirement: LocalizedText(zh: "要求", en: "a requirement")
    case .side: LocalizedText(zh: "一侧的数据", en: "a side")
    case .each: LocalizedText(zh: "`each`", en: "`each`")
    case .event: LocalizedText(zh: "`done`", en: "`done`")
    case .recurrence: LocalizedText(zh: "`per`", en: "`per`")
    case .derivation: LocalizedText(zh: "派生的数据表", en: "a derived dataset")
    case .scorecard: LocalizedText(zh: "评分表", en: "a scorecard")
    case .grade: LocalizedText(zh: "等级", en: "a grade")
    case .testFile: LocalizedText(zh: "测试文件", en: "a file of rule tests")
    case .ruleTest: LocalizedText(zh: "规则测试", en: "a rule test")
    case .testData: LocalizedText(zh: "测试数据", en: "the data of a test")
    case .testRow: LocalizedText(zh: "测试数据的一行", en: "a row of test data")
    case .expectation: LocalizedText(zh: "预期结果", en: "an expectation")
    case .testSubject: LocalizedText(zh: "这条规则的责任对象", en: "a subject of this rule")
    case .testFigures: LocalizedText(zh: "预期的数字", en: "the expected figures")
    case .kind(let keyword): LocalizedText("`\(keyword)`")
    }
  }
}

extension Found {
  /// What people call it.
  var name: LocalizedText {
    switch shape {
    case .nothing: LocalizedText(zh: "空白", en: "nothing")
    case .list: LocalizedText(zh: "一个列表", en: "a list")
    case .mapping: LocalizedText(zh: "一组“键: 值”", en: "a mapping of keys to values")
    case .text: LocalizedText("`\(text ?? "")`")
    }
  }
}

extension FieldType {
  /// What people call it.
  var title: LocalizedText {
    switch self {
    case .text: LocalizedText(zh: "文字", en: "text")
    case .integer: LocalizedText(zh: "整数", en: "integer")
    case .decimal: LocalizedText(zh: "小数", en: "decimal")
    case .boolean: LocalizedText(zh: "是非", en: "boolean")
    case .date: LocalizedText(zh: "日期", en: "date")
    case .partialDate: LocalizedText(zh: "可只到月的日期", en: "partial date")
    case .timestamp: LocalizedText(zh: "时间", en: "timestamp")
    }
  }
}
