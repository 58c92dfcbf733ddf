extension CalendarSpan {
  /// How many days it is; nil where that depends on where it begins.
  var days: Int? {
    switch unit {
    case .day: count
    case .week: count * 7
    case .hour, .workday, .month, .year: nil
    }
  }

  /// The span in words: 15 天, 3 workdays.
  func words(in language: Language) -> String {
    switch (unit, language) {
    case (.hour, .zh): "\(count) 小时"
    case (.day, .zh): "\(count) 天"
    case (.workday, .zh): "\(count) 个工作日"
    case (.week, .zh): "\(count) 周"
    case (.month, .zh): "\(count) 个月"
    case (.year, .zh): "\(count) 年"
    case (_, .en): "\(count) " + Self.names[unit, default: "day"] + (count == 1 ? "" : "s")
    }
  }

  private static let names: [Unit: String] = [
    .hour: "hour", .day: "day", .workday: "workday", .week: "week", .month: "month", .year: "year",
  ]
}

extension DueRule {
  /// The rule in words, with what its period is called.
  func words(in language: Language, period: String) -> String {
    switch (self, language) {
    case (.end, .zh): return "最迟\(period)最后一天"
    case (.end, .en): return "due by the last day of \(period)"
    case (.offset(let span), .zh):
      let length = CalendarSpan(abs(span.count), span.unit).words(in: .zh)
      return span.count < 0 ? "最迟\(period)结束前 \(length)" : "最迟\(period)结束后 \(length)"
    case (.offset(let span), .en):
      let length = CalendarSpan(abs(span.count), span.unit).words(in: .en)
      return "due \(length) \(span.count < 0 ? "before" : "after") the end of \(period)"
    case (.day(let day), .zh): return "最迟\(period)第 \(day) 天"
    case (.day(let day), .en): return "due by day \(day) of \(period)"
    case (.dayOfYear(let day), .zh): return "最迟 \(day / 100) 月 \(day % 100) 日"
    case (.dayOfYear, .en): return "due by \(self)"
    }
  }
}
