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
  /// The rule in words.
  func words(in language: Language) -> String {
    switch (self, language) {
    case (.end, .zh): return "周期最后一天前"
    case (.end, .en): return "due by the period's last day"
    case (.offset(let span), .zh):
      let length = CalendarSpan(abs(span.count), span.unit).words(in: .zh)
      return span.count < 0 ? "周期结束前 \(length)" : "周期结束后 \(length)内"
    case (.offset(let span), .en):
      let length = CalendarSpan(abs(span.count), span.unit).words(in: .en)
      return "due \(length) \(span.count < 0 ? "before" : "after") the period's end"
    case (.day(let day), .zh): return "周期的第 \(day) 天前"
    case (.day(let day), .en): return "due by day \(day) of the period"
    case (.dayOfYear(let day), .zh): return "\(day / 100) 月 \(day % 100) 日前"
    case (.dayOfYear, .en): return "due by \(self)"
    }
  }
}
