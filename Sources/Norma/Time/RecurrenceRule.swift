/// A rule for the days on which something recurs (RFC 5545, 3.3.10), in whole days.
///
/// Beginning and time of day are not part of it. Unlike the standard's, the day from which it is counted is an occurrence
/// only if the rule yields it.
public struct RecurrenceRule: Hashable, Sendable {
  /// How often the parts of the rule are gone through.
  public enum Frequency: String, Hashable, Sendable, CaseIterable {
    case daily = "DAILY"
    case weekly = "WEEKLY"
    case monthly = "MONTHLY"
    case yearly = "YEARLY"
  }

  /// A weekday, in a month or a year perhaps only the first, second or last one.
  public struct Weekday: Hashable, Sendable {
    /// Which one, from the end where negative; nil for every one.
    public let ordinal: Int?
    /// Monday is 1.
    public let day: Int
  }

  /// How often the parts are gone through.
  public private(set) var frequency = Frequency.daily
  /// How many days, weeks, months or years come to the next round.
  public private(set) var interval = 1
  /// How many occurrences there are; nil for no limit.
  public private(set) var count: Int?
  /// The last day on which one may be; nil for no limit.
  public private(set) var until: CivilDate?
  /// The months.
  public private(set) var months: [Int] = []
  /// The days of the month, from its end where negative.
  public private(set) var monthDays: [Int] = []
  /// The days of the year, from its end where negative.
  public private(set) var yearDays: [Int] = []
  /// The weeks of the year, from its end where negative.
  public private(set) var weeks: [Int] = []
  /// The weekdays.
  public private(set) var weekdays: [Weekday] = []
  /// Which of the days of a round count, from its end where negative.
  public private(set) var positions: [Int] = []
  /// The day on which weeks begin; Monday is 1.
  public private(set) var weekStart = 1

  /// Reads a rule such as `FREQ=MONTHLY;BYDAY=-1FR`, with or without `RRULE:` before it.
  public init(_ text: String) throws(RecurrenceRuleProblem) {
    var text = text.uppercased()[...]
    if text.hasPrefix("RRULE:") { text = text.dropFirst("RRULE:".count) }
    var values: [Part: [String]] = [:]
    for item in text.split(separator: ";", omittingEmptySubsequences: false) {
      let sides = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, let part = Part(rawValue: sides[0]) else { throw .unknownPart(String(item)) }
      if Part.ofTime.contains(part) { throw .withinTheDay(part.rawValue) }
      if values[part] != nil { throw .repeatedPart(part.rawValue) }
      values[part] = sides[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let frequency = values[.frequency]?.first else { throw .noFrequency }
    if ["HOURLY", "MINUTELY", "SECONDLY"].contains(frequency) { throw .withinTheDay(frequency) }
    guard let known = Frequency(rawValue: frequency) else { throw .badValue("FREQ", frequency) }
    self.frequency = known
    try read(values)
    try check(values)
  }

  private enum Part: String {
    case frequency = "FREQ"
    case interval = "INTERVAL"
    case count = "COUNT"
    case until = "UNTIL"
    case months = "BYMONTH"
    case monthDays = "BYMONTHDAY"
    case yearDays = "BYYEARDAY"
    case weeks = "BYWEEKNO"
    case weekdays = "BYDAY"
    case positions = "BYSETPOS"
    case weekStart = "WKST"
    case hours = "BYHOUR"
    case minutes = "BYMINUTE"
    case seconds = "BYSECOND"

    static let ofTime: Set<Part> = [.hours, .minutes, .seconds]
  }

  private mutating func read(_ values: [Part: [String]]) throws(RecurrenceRuleProblem) {
    func numbers(_ part: Part, _ range: ClosedRange<Int>, isSigned: Bool = true) throws(RecurrenceRuleProblem) -> [Int]
    {
      var found: [Int] = []
      for text in values[part] ?? [] {
        let digits = text.hasPrefix("+") || (isSigned && text.hasPrefix("-")) ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text),
          range.contains(abs(number))
        else { throw .badValue(part.rawValue, text) }
        found.append(number)
      }
      return found
    }
    interval = try numbers(.interval, 1...9999, isSigned: false).first ?? 1
    count = try numbers(.count, 1...999_999, isSigned: false).first
    months = try numbers(.months, 1...12, isSigned: false)
    monthDays = try numbers(.monthDays, 1...31)
    yearDays = try numbers(.yearDays, 1...366)
    weeks = try numbers(.weeks, 1...53)
    positions = try numbers(.positions, 1...366)
    if let text = values[.until]?.first {
      let digits = text.prefix(8)
      guard digits.count == 8, digits.utf8.allSatisfy({ (48...57).contains($0) }),
        text.count == 8 || text.dropFirst(8).hasPrefix("T"), let year = Int(digits.prefix(4)),
        let month = Int(digits.dropFirst(4).prefix(2)), let day = Int(digits.suffix(2)),
        let date = CivilDate(year: year, month: month, day: day)
      else { throw .badValue("UNTIL", text) }
      until = date
    }
    for text in values[.weekdays] ?? [] { weekdays.append(try Self.weekday(text)) }
    if let text = values[.weekStart]?.first {
      guard let day = Self.dayNames.firstIndex(of: text) else { throw .badValue("WKST", text) }
      weekStart = day + 1
    }
  }

  private static func weekday(_ text: String) throws(RecurrenceRuleProblem) -> Weekday {
    guard let day = dayNames.firstIndex(of: String(text.suffix(2))) else { throw .badValue("BYDAY", text) }
    let ordinal = text.dropLast(2)
    if ordinal.isEmpty { return Weekday(ordinal: nil, day: day + 1) }
    guard let number = Int(ordinal), number != 0, abs(number) <= 53 else { throw .badValue("BYDAY", text) }
    return Weekday(ordinal: number, day: day + 1)
  }

  private static let dayNames = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

  /// Reports parts that the standard does not let stand together.
  private func check(_ values: [Part: [String]]) throws(RecurrenceRuleProblem) {
    if count != nil, until != nil { throw .notTogether("COUNT", "UNTIL") }
    let name = "FREQ=\(frequency.rawValue)"
    if !weeks.isEmpty, frequency != .yearly { throw .notTogether("BYWEEKNO", name) }
    if !yearDays.isEmpty, frequency != .yearly { throw .notTogether("BYYEARDAY", name) }
    if !monthDays.isEmpty, frequency == .weekly { throw .notTogether("BYMONTHDAY", name) }
    if weekdays.contains(where: { $0.ordinal != nil }) {
      if frequency == .daily || frequency == .weekly {
        throw .notTogether("BYDAY=\(values[.weekdays]?.first ?? "")", name)
      }
      if !weeks.isEmpty { throw .notTogether("BYDAY=\(values[.weekdays]?.first ?? "")", "BYWEEKNO") }
    }
    let others: [Part] = [.months, .monthDays, .yearDays, .weeks, .weekdays]
    if !positions.isEmpty, !others.contains(where: { values[$0] != nil }) { throw .positionsOfNothing }
  }
}

extension RecurrenceRule: CustomStringConvertible {
  /// The rule as it is read, its parts in one order.
  public var description: String {
    func list(_ name: String, _ numbers: [Int]) -> String? {
      numbers.isEmpty ? nil : "\(name)=" + numbers.map(String.init).joined(separator: ",")
    }
    let days = weekdays.map { ($0.ordinal.map(String.init) ?? "") + Self.dayNames[$0.day - 1] }
    let parts: [String?] = [
      "FREQ=\(frequency.rawValue)", interval == 1 ? nil : "INTERVAL=\(interval)", count.map { "COUNT=\($0)" },
      until.map { "UNTIL=" + $0.description.replacing("-", with: "") }, list("BYMONTH", months),
      list("BYWEEKNO", weeks), list("BYYEARDAY", yearDays), list("BYMONTHDAY", monthDays),
      days.isEmpty ? nil : "BYDAY=" + days.joined(separator: ","), list("BYSETPOS", positions),
      weekStart == 1 ? nil : "WKST=" + Self.dayNames[weekStart - 1],
    ]
    return parts.compactMap { $0 }.joined(separator: ";")
  }
}

/// Why a text is no rule for recurrence.
public enum RecurrenceRuleProblem: Error, Hashable, Sendable {
  /// It says nothing of FREQ.
  case noFrequency
  /// A part that the standard does not know, or without a value.
  case unknownPart(String)
  /// A part that stands twice.
  case repeatedPart(String)
  /// A value that the part does not take.
  case badValue(String, String)
  /// Two parts that exclude each other.
  case notTogether(String, String)
  /// Something smaller than a day.
  case withinTheDay(String)
  /// BYSETPOS without another BY part.
  case positionsOfNothing
}
