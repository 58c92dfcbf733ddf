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
