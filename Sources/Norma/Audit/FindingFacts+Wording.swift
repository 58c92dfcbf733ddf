extension FindingFacts {
  /// Writes the whole message: whose obligation it is, for when, what was expected, what was found, and what to do.
  func writeMessage(_ sentence: String, remedy: LocalizedText?, in language: Language, to text: inout TextBuffer) {
    text.write(subjectText(in: language))
    let when = periodText(in: language)
    if !when.isEmpty {
      text.write(language == .zh ? " " : ", ")
      text.write(when)
    }
    text.write(language == .zh ? "：" : ": ")
    text.write(reason(in: language))
    Self.write(sentence, endingWith: language == .zh ? "。" : ".", to: &text)
    // A remedy puts right what is wrong; what can't be told has to be told first.
    let next = outcome == .undetermined ? advice(in: language) : remedy?[language] ?? advice(in: language)
    switch language {
    case .zh: Self.write(next, endingWith: "。", to: &text)
    case .en:
      text.write(" ")
      Self.write(Self.capitalized(next), endingWith: ".", to: &text)
    }
  }

  private static func write(_ sentence: String, endingWith end: String, to text: inout TextBuffer) {
    text.write(sentence)
    switch sentence.unicodeScalars.last {
    case nil, "."?, "。"?: break
    case .some: text.write(end)
    }
  }

  private static func capitalized(_ text: String) -> String {
    // Most begin with a capital letter, which is seen sooner than made.
    if let first = text.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) { return text }
    return text.prefix(1).uppercased() + text.dropFirst()
  }

  /// Who owes it, in words.
  func subjectText(in language: Language) -> String {
    if subject.parts.isEmpty { return language == .zh ? "本单位" : "the organization" }
    if subject.parts.count == 1, subject.parts[0].name == "row" {
      return language == .zh ? "第 \(subject.values[0].value) 行" : "row \(subject.values[0].value)"
    }
    let empty = language == .zh ? "（空）" : "(empty)"
    return subject.values.map { $0.value.isEmpty ? empty : $0.value }.joined(separator: language == .zh ? "、" : ", ")
  }

  /// For when it is owed, in words; empty for what does not recur.
  func periodText(in language: Language) -> String {
    let (year, month, day) = period.first.parts
    switch (period.unit, language) {
    case (.once, _): return ""
    case (.year, .zh): return "\(period.key)年"
    case (.halfYear, .zh): return "\(year)年" + (month == 1 ? "上半年" : "下半年")
    case (.quarter, .zh): return "\(year)年第\(["一", "二", "三", "四"][(month - 1) / 3])季度"
    case (.month, .zh): return "\(period.key.prefix(4))年\(Int(period.key.suffix(2)) ?? month)月"
    case (.week, .zh): return "\(period.namedYear)年第\(Int(period.key.suffix(2)) ?? 0)周"
    case (.day, .zh): return "\(year)年\(month)月\(day)日"
    case (.rule, .zh): return "\(period.first) 起的一期"
    case (.year, .en): return period.key
    case (.halfYear, .en): return (month == 1 ? "first" : "second") + " half of \(year)"
    case (.quarter, .en): return "quarter \((month - 1) / 3 + 1) of \(year)"
    case (.month, .en): return "\(Self.months[(Int(period.key.suffix(2)) ?? month) - 1]) \(period.key.prefix(4))"
    case (.week, .en): return "week \(Int(period.key.suffix(2)) ?? 0) of \(period.namedYear)"
    case (.day, .en): return "\(day) \(Self.months[month - 1]) \(year)"
    case (.rule, .en): return "the period from \(period.first)"
    }
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  /// Why it is undetermined, where that is not the unknown cells alone.
  func reason(in language: Language) -> String {
    switch (doubt, language) {
    case (.unsetParameter(let name)?, .zh): "参数 \(name) 还没有设定，无法判断："
    case (.unsetParameter(let name)?, .en): "the parameter \(name) is not set, so this can't be judged: "
    case (.noBound?, .zh): "要求的数值算不出来，无法判断："
    case (.noBound?, .en): "the bound can't be worked out, so this can't be judged: "
    case (.uncertainSubject?, .zh): "还不清楚是否应由该对象负责："
    case (.uncertainSubject?, .en): "it is not known whether this is owed at all: "
    case (.nothingBefore?, .zh): "没有可比的上一期数字，无法判断："
    case (.nothingBefore?, .en): "there is no figure before to compare with, so this can't be judged: "
    case (.unknownCells?, .zh): "现有资料无法判断："
    case (.unknownCells?, .en): "the data can't tell: "
    default: ""
    }
  }

  /// What to do where the rule itself does not say.
  private func advice(in language: Language) -> String {
    switch (outcome, doubt, language) {
    case (_, .unsetParameter(let name)?, .zh): "请先确定参数 \(name)"
    case (_, .unsetParameter(let name)?, .en): "Decide the parameter \(name)"
    case (_, .nothingBefore?, .zh), (_, .noFigure?, .zh), (_, .emptyPopulation?, .zh): "请核对资料是否报全"
    case (_, .nothingBefore?, .en), (_, .noFigure?, .en), (_, .emptyPopulation?, .en):
      "Check whether all data has been submitted"
    case (.undetermined, _, .zh): "请补齐所列单元格"
    case (.undetermined, _, .en): "Supply the cells that are listed"
    case (.late, _, .zh): "请说明迟办原因"
    case (.late, _, .en): "Say why it was late"
    case (.overdue, _, .zh): "请尽快补办"
    case (.overdue, _, .en): "Do it now"
    case (_, _, .zh): "请核对所列行并整改"
    case (_, _, .en): "Check the rows that are listed and put them right"
    }
  }
}
