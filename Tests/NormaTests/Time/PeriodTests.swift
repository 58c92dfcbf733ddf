import Testing

@testable import Norma

/// Periods, due dates and workdays.
@Suite struct PeriodTests {
  private func date(_ text: String) -> CivilDate {
    CivilDate(iso: text) ?? CivilDate(dayNumber: 0)
  }

  @Test("every day of 400 years has the parts that counting on from the day before gives")
  func everyDay() {
    var (year, month, day, weekday) = (1900, 1, 1, 1)
    let first = date("1900-01-01").dayNumber
    for number in first..<(first + 146_097) {
      let civil = CivilDate(dayNumber: number)
      let parts = civil.parts
      guard parts.year == year, parts.month == month, parts.day == day, civil.weekday == weekday,
        CivilDate(year: year, month: month, day: day) == civil
      else {
        Issue.record("day \(number) is not \(year)-\(month)-\(day)")
        return
      }
      weekday = weekday % 7 + 1
      day += 1
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
      if day > length { (day, month) = (1, month + 1) }
      if month > 12 { (month, year) = (1, year + 1) }
    }
  }

  @Test("keys of all periods of 30 years read back as the same period", arguments: PeriodUnit.allCases)
  func keysRoundTrip(unit: PeriodUnit) throws {
    guard unit != .once, unit != .rule else {
      #expect(Period(unit, containing: date("2026-01-01")) == nil)
      return
    }
    var day = date("2000-01-01")
    var previous: Period?
    while day < date("2030-01-01") {
      let period = try #require(Period(unit, containing: day))
      #expect(period.first <= day && day <= period.last)
      #expect(Period(key: period.key) == period)
      if let previous { #expect(previous.last.dayNumber + 1 == period.first.dayNumber) }
      previous = period
      day = try #require(period.last.adding(days: 1))
    }
  }

  @Test(
    "what is no key of a period is none",
    arguments: [
      "", "26", "2026-13", "2026-00", "2026-Q5", "2026-H3", "2026-W54", "2025-W53", "2026-02-30", "once", "2026-3",
    ])
  func badKeys(key: String) {
    #expect(Period(key: key) == nil)
  }

  @Test(
    "due dates are counted from the period's end, within it, or within its year",
    arguments: [
      ("2026-03", "end", "2026-03-31"), ("2026-03", "+5d", "2026-04-05"), ("2026-03", "-2d", "2026-03-29"),
      ("2026-02", "day 31", "2026-02-28"), ("2026-03", "day 25", "2026-03-25"), ("2026", "09-10", "2026-09-10"),
      ("2026-W01", "02-29", "2026-02-28"), ("2026-03", "+3wd", "2026-04-03"), ("2026-01", "+1mo", "2026-02-28"),
      ("2026-Q1", "+2w", "2026-04-14"),
    ])
  func dueDates(key: String, rule: String, expected: String) throws {
    let period = try #require(Period(key: key))
    let due = try #require(DueRule(rule))
    #expect(due.date(of: period, calendar: .weekendsOnly, roll: .none).description == expected)
    #expect(due.description == rule)
  }

  @Test(
    "what is no rule for a due date is none",
    arguments: ["", "5d", "+5", "+d", "day 0", "13-01", "02-30", "+5h", "day"])
  func badDueRules(text: String) {
    #expect(DueRule(text) == nil)
  }

  @Test("a due date within the National Day holiday moves to the day after it")
  func rolling() throws {
    var exceptions: [CivilDate: Bool] = [:]
    for day in 1...8 { exceptions[date("2026-10-0\(day)")] = false }
    exceptions[date("2026-10-10")] = true
    let calendar = WorkdayCalendar(weekend: [6, 7], exceptions: exceptions, years: [2026])
    let period = try #require(Period(key: "2026-09"))
    let rule = try #require(DueRule("+3d"))
    #expect(rule.date(of: period, calendar: calendar, roll: .nextWorkday) == date("2026-10-09"))
    #expect(rule.date(of: period, calendar: calendar, roll: .previousWorkday) == date("2026-09-30"))
    #expect(calendar.isWorkday(date("2026-10-10")))
  }

  @Test("workdays are counted as going from day to day counts them")
  func workdays() {
    var random = SeededGenerator(seed: 7)
    var exceptions: [CivilDate: Bool] = [:]
    for _ in 0..<60 {
      exceptions[CivilDate(dayNumber: Int32.random(in: 20_000...20_700, using: &random))] = Bool.random(using: &random)
    }
    let calendar = WorkdayCalendar(weekend: [6, 7], exceptions: exceptions, years: [])
    for _ in 0..<500 {
      let start = CivilDate(dayNumber: Int32.random(in: 19_950...20_750, using: &random))
      let end = CivilDate(dayNumber: start.dayNumber + Int32.random(in: 0...90, using: &random))
      var count = 0
      for day in start.dayNumber..<end.dayNumber where calendar.isWorkday(CivilDate(dayNumber: day + 1)) { count += 1 }
      #expect(calendar.workdaysBetween(start, end) == count)
      if count > 0, let reached = calendar.date(count, workdaysFrom: start) {
        #expect(reached <= end && calendar.isWorkday(reached))
      }
    }
  }

  @Test("a window narrows periods, keeps their keys, and drops those without a day in it")
  func windows() throws {
    let window = try #require(PeriodWindow(text: "09-01..09-10"))
    let judged = JudgedPeriods(
      .unit(.month), window: window, since: date("2026-01-01"), from: nil, until: nil, asOf: date("2026-12-31"))
    #expect(judged.periods.map(\.key) == ["2026-09"])
    #expect(judged.periods.first?.last == date("2026-09-10"))
    #expect(PeriodWindow(text: "12-20..01-10") == nil)
    #expect(PeriodWindow(months: [13]) == nil)
  }

  @Test("a period is judged from the one that since lies in to the one that the audit lies in")
  func judged() {
    let judged = JudgedPeriods(
      .unit(.week), window: nil, since: date("2026-01-01"), from: date("2026-01-08"), until: date("2026-01-20"),
      asOf: date("2026-03-01"))
    #expect(judged.periods.map(\.key) == ["2026-W02", "2026-W03", "2026-W04"])
  }

  @Test("months clamp at the month's end, and completed units are counted accordingly")
  func clamping() {
    #expect(date("2026-01-31").adding(months: 1) == date("2026-02-28"))
    #expect(CivilDate.monthsBetween(date("2026-01-31"), date("2026-02-28")) == 1)
    #expect(CivilDate.yearsBetween(date("2024-02-29"), date("2025-02-28")) == 1)
    #expect(CivilDate.monthsBetween(date("2026-03-01"), date("2026-02-28")) == 0)
    #expect(CivilDate.monthsBetween(date("2026-02-28"), date("2026-01-31")) == -1)
  }

  @Test("days begin and end in the project's zone")
  func zones() throws {
    let zone = try TimeZoneRules(named: "Asia/Shanghai", environment: [:])
    let moment = Timestamp(microseconds: 1_769_875_200_000_000)
    #expect(CivilDate(moment, in: .utc) == date("2026-01-31"))
    #expect(CivilDate(Timestamp(microseconds: 1_769_875_200_000_000), in: zone) == date("2026-02-01"))
  }
}
