/// How often an obligation recurs.
public enum PeriodUnit: String, Hashable, Sendable, CaseIterable {
  case day, week, month, quarter
  case halfYear = "half_year"
  case year
  /// It does not recur.
  case once
  /// From one occurrence of a recurrence rule to the day before the next.
  case rule = "rrule"

  /// The units that are written as a word.
  static let words = allCases.filter { $0 != .rule }
}

/// A stretch of days for which something is owed.
public struct Period: Hashable, Sendable {
  /// The kind of period.
  public let unit: PeriodUnit
  /// The name of the period: `2026`, `2026-H1`, `2026-Q3`, `2026-03`, `2026-W09`, `2026-03-05` or `once`.
  public let key: String
  /// The first day.
  public let first: CivilDate
  /// The last day.
  public let last: CivilDate
  /// Whether the first day is one that was given; only `once` may be without a beginning.
  public let hasBeginning: Bool

  private init(_ unit: PeriodUnit, _ key: String, _ first: CivilDate, _ last: CivilDate, hasBeginning: Bool = true) {
    self.unit = unit
    self.key = key
    self.first = first
    self.last = last
    self.hasBeginning = hasBeginning
  }

  /// Creates the one period of an obligation that does not recur: from `from`, or from the beginning of time, to the
  /// earlier of `asOf` and `until`.
  public static func once(from: CivilDate?, asOf: CivilDate, until: CivilDate?) -> Period {
    let last = min(asOf, until ?? asOf)
    return Period(.once, "once", min(from ?? .earliest, last), last, hasBeginning: from != nil)
  }

  /// Creates the period that holds `date`; nil for `once`, and where the period leaves the years 1 to 9999.
  public init?(_ unit: PeriodUnit, containing date: CivilDate) {
    let (year, month, _) = date.parts
    switch unit {
    case .once, .rule: return nil
    case .day: self.init(.day, date.description, date, date)
    case .week:
      guard let first = date.adding(days: 1 - date.weekday), let last = first.adding(days: 6) else { return nil }
      let (year, week) = date.isoWeek
      self.init(.week, "\(zeroPadded(year, to: 4))-W\(zeroPadded(week, to: 2))", first, last)
    case .month: self.init(.month, year: year, months: 1, index: month)
    case .quarter: self.init(.quarter, year: year, months: 3, index: (month - 1) / 3 + 1)
    case .halfYear: self.init(.halfYear, year: year, months: 6, index: (month - 1) / 6 + 1)
    case .year: self.init(.year, year: year, months: 12, index: 1)
    }
  }

  /// Creates the period that begins on an occurrence of a rule; its key is its first day.
  init(ofRuleFrom first: CivilDate, through last: CivilDate) {
    self.init(.rule, first.description, first, last)
  }

  /// Creates the `index`-th stretch of `months` months of a year.
  private init?(_ unit: PeriodUnit, year: Int, months: Int, index: Int) {
    guard index >= 1, index * months <= 12,
      let first = CivilDate(year: year, month: (index - 1) * months + 1, day: 1),
      let last = CivilDate(year: year, month: index * months, day: 1)?.lastOfMonth
    else { return nil }
    let name = zeroPadded(year, to: 4)
    switch unit {
    case .month: self.init(unit, "\(name)-\(zeroPadded(index, to: 2))", first, last)
    case .quarter: self.init(unit, "\(name)-Q\(index)", first, last)
    case .halfYear: self.init(unit, "\(name)-H\(index)", first, last)
    default: self.init(unit, name, first, last)
    }
  }

  /// Reads a key; nil where the text is none. `once` is no key of a period that can be reported.
  public init?(key: String) {
    let parts = key.split(separator: "-", omittingEmptySubsequences: false)
    guard let head = parts.first, head.utf8.count == 4, let year = Self.number(head), year >= 1 else { return nil }
    let tail = parts.dropFirst()
    switch tail.count {
    case 0: self.init(.year, year: year, months: 12, index: 1)
    case 1: self.init(year: year, part: tail[1])
    case 2:
      guard let date = CivilDate(iso: key) else { return nil }
      self.init(.day, containing: date)
    default: return nil
    }
  }

  private init?(year: Int, part: Substring) {
    let digits = part.dropFirst()
    switch part.first {
    case "W":
      guard digits.utf8.count == 2, let week = Self.number(digits),
        let fourth = CivilDate(year: year, month: 1, day: 4),
        let date = fourth.adding(days: (week - 1) * 7), date.isoWeek == (year, week)
      else { return nil }
      self.init(.week, containing: date)
    case "Q":
      guard digits.utf8.count == 1, let index = Self.number(digits) else { return nil }
      self.init(.quarter, year: year, months: 3, index: index)
    case "H":
      guard digits.utf8.count == 1, let index = Self.number(digits) else { return nil }
      self.init(.halfYear, year: year, months: 6, index: index)
    default:
      guard part.utf8.count == 2, let month = Self.number(part) else { return nil }
      self.init(.month, year: year, months: 1, index: month)
    }
  }

  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
  }

  /// The period after this one; nil for `once` and at the end of time.
  var next: Period? {
    last.adding(days: 1).flatMap { Period(unit, containing: $0) }
  }

  /// The year by which the period is named: for a week its ISO year.
  var namedYear: Int {
    unit == .week ? first.isoWeek.year : first.year
  }

  /// The period narrowed to the days of a window; nil where it has none. Its key stays.
  func narrowed(to window: PeriodWindow) -> Period? {
    var day = first
    while !window.contains(day) {
      guard day < last, let next = day.adding(days: 1) else { return nil }
      day = next
    }
    var end = last
    while !window.contains(end), let before = end.adding(days: -1) { end = before }
    return Period(unit, key, day, end)
  }
}

/// The part of a year that counts: months, or the days between two dates of a year.
public enum PeriodWindow: Hashable, Sendable {
  /// These months, 1 to 12.
  case months(Set<Int>)
  /// From one day of the year to another, as month × 100 + day.
  case days(ClosedRange<Int>)

  /// Creates a window of months; nil where there is none, or one is no month.
  public init?(months: [Int]) {
    guard !months.isEmpty, months.allSatisfy((1...12).contains) else { return nil }
    self = .months(Set(months))
  }

  /// Reads `09-01..09-10`; nil where it is no such range, or passes the year's end.
  public init?(text: String) {
    let ends = text.split(separator: "..", omittingEmptySubsequences: false).map { Self.dayOfYear($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
    self = .days(first...last)
  }

  /// Reads `09-10` as month × 100 + day; 29 February is a day.
  static func dayOfYear(_ text: Substring) -> Int? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) }), let month = Int(parts[0]),
      let day = Int(parts[1]), CivilDate(year: 2024, month: month, day: day) != nil
    else { return nil }
    return month * 100 + day
  }

  /// Whether a day lies in the window.
  public func contains(_ date: CivilDate) -> Bool {
    let (_, month, day) = date.parts
    switch self {
    case .months(let months): return months.contains(month)
    case .days(let range): return range.contains(month * 100 + day)
    }
  }
}
