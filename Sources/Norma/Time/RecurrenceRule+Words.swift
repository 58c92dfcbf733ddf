extension RecurrenceRule {
  /// The rule in words, such as 每年 2、5、10 月的 1 日起各为一期; the rule as it is written where it has parts that are
  /// seldom used.
  func words(in language: Language) -> String {
    let isPlain =
      count == nil && until == nil && yearDays.isEmpty && weeks.isEmpty && positions.isEmpty
      && weekdays.allSatisfy { $0.ordinal == nil } && monthDays.allSatisfy { $0 > 0 }
    guard isPlain else { return language == .zh ? "按 \(self) 循环" : "by \(self)" }
    return language == .zh ? chinese : english
  }

  private static func list(_ numbers: [Int], _ separator: String) -> String {
    numbers.map(String.init).joined(separator: separator)
  }

  private var chinese: String {
    let units: [Frequency: String] = [.daily: "天", .weekly: "周", .monthly: "个月", .yearly: "年"]
    let unit = units[frequency, default: ""]
    var text = interval > 1 ? "每 \(interval) \(unit)" : frequency == .monthly ? "每月" : "每\(unit)"
    if !months.isEmpty { text += " \(Self.list(months, "、")) 月" }
    if !monthDays.isEmpty { text += (months.isEmpty ? " " : "的 ") + "\(Self.list(monthDays, "、")) 日" }
    if !weekdays.isEmpty {
      let names = ["一", "二", "三", "四", "五", "六", "日"]
      text += "的星期" + weekdays.map { names[$0.day - 1] }.joined(separator: "、")
    }
    return text + "起各为一期"
  }

  private var english: String {
    let units: [Frequency: String] = [.daily: "day", .weekly: "week", .monthly: "month", .yearly: "year"]
    let unit = units[frequency, default: ""]
    var text = "for each period that begins every " + (interval > 1 ? "\(interval) \(unit)s" : unit)
    if !months.isEmpty { text += " in months \(Self.list(months, ", "))" }
    if !monthDays.isEmpty { text += " on day \(Self.list(monthDays, ", "))" }
    if !weekdays.isEmpty {
      let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
      text += " on " + weekdays.map { names[$0.day - 1] }.joined(separator: ", ")
    }
    return text
  }
}
