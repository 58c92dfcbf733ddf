extension Note {
  /// A stable name for machines.
  public var code: String {
    switch self {
    case .ruleWithoutData: "rule_without_data"
    case .waiverExpired: "waiver_expired"
    case .waiverUnused: "waiver_unused"
    case .waiverEnding: "waiver_ending"
    case .calendarLacksYear: "calendar_lacks_year"
    case .rowsOfNobody: "rows_of_nobody"
    case .parameterUnset: "parameter_unset"
    case .unusedColumn: "unused_column"
    case .unnamedColumn: "unnamed_column"
    case .missingColumn: "missing_column"
    }
  }

  /// The words for it.
  public var message: LocalizedText {
    switch self {
    case .ruleWithoutData(let rule, let datasets):
      LocalizedText(
        zh: "规则 \(rule) 没有检查：norma.yaml 没有给出数据表 \(datasets.joined(separator: "、")) 的来源",
        en: "the rule \(rule) was not audited: norma.yaml names no source for \(datasets.joined(separator: ", "))")
    case .waiverExpired(let rule, let until, let reason):
      LocalizedText(
        zh: "对 \(rule) 的豁免已于 \(until) 到期，不再生效（\(reason.zh)）",
        en: "the waiver of \(rule) ended on \(until) and no longer applies (\(reason.en))")
    case .waiverUnused(let rule, let reason):
      LocalizedText(zh: "对 \(rule) 的豁免没有用上（\(reason.zh)）", en: "the waiver of \(rule) covers nothing (\(reason.en))")
    case .waiverEnding(let rule, let until, let reason):
      LocalizedText(
        zh: "对 \(rule) 的豁免将于 \(until) 到期（\(reason.zh)）", en: "the waiver of \(rule) ends on \(until) (\(reason.en))")
    case .calendarLacksYear(let year):
      LocalizedText(
        zh: "工作日历里没有 \(year) 年的节假日，这一年的期限只按周末推算",
        en: "the calendar holds no holidays of \(year); due dates in it were moved past weekends alone")
    case .rowsOfNobody(let rule, let dataset, let field, let rows):
      LocalizedText(
        zh: "规则 \(rule)：数据表 \(dataset) 有 \(rows) 行的 \(field) 为空，不归任何对象",
        en: "rule \(rule): \(rows) rows of \(dataset) have no \(field) and belong to nobody")
    case .parameterUnset(let name, let title):
      LocalizedText(
        zh: "参数 \(name) 还没有设定\(title.map { "(\($0.zh))" } ?? "")",
        en: "the parameter \(name) is not set\(title.map { " (\($0.en))" } ?? "")")
    case .unusedColumn(let dataset, let file, let column):
      LocalizedText(
        zh: "\(file) 的“\(column)”列没有用到（\(dataset)）", en: "the column “\(column)” of \(file) is not used (\(dataset))")
    case .unnamedColumn(let dataset, let file, let position):
      LocalizedText(
        zh: "\(file) 的第 \(position) 列没有表头（\(dataset)）", en: "column \(position) of \(file) has no heading (\(dataset))")
    case .missingColumn(let dataset, let file, let field):
      LocalizedText(
        zh: "\(file) 没有字段 \(field) 的列，按空白处理（\(dataset)）",
        en: "\(file) has no column for \(field), which is taken as empty (\(dataset))")
    }
  }
}

extension DataProblem {
  /// The words for it.
  public var message: LocalizedText {
    switch self {
    case .empty: LocalizedText(zh: "必填项是空的", en: "a required cell is empty")
    case .notADate: LocalizedText(zh: "不是日期", en: "not a date")
    case .notATimestamp: LocalizedText(zh: "不是时间", en: "not a time")
    case .notAnInteger: LocalizedText(zh: "不是整数", en: "not a whole number")
    case .notADecimal: LocalizedText(zh: "不是数", en: "not a number")
    case .notABoolean: LocalizedText(zh: "不是“是/否”", en: "not a yes or no")
    case .notOneOf: LocalizedText(zh: "不在允许的取值里", en: "not one of the values allowed")
    case .belowMinimum: LocalizedText(zh: "小于允许的最小值", en: "below the least value allowed")
    case .aboveMaximum: LocalizedText(zh: "大于允许的最大值", en: "above the greatest value allowed")
    case .notMatchingPattern: LocalizedText(zh: "格式不对", en: "not in the form required")
    case .duplicateKey: LocalizedText(zh: "编号重复", en: "the key stands twice")
    case .noSuchRow: LocalizedText(zh: "名册里没有这一项", en: "refers to nothing in the register")
    case .tooFewCells: LocalizedText(zh: "这一行缺少单元格", en: "the row has too few cells")
    case .tooManyCells: LocalizedText(zh: "这一行的单元格多了", en: "the row has too many cells")
    }
  }
}
