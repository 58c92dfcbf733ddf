import Testing

@testable import Norma

/// Recurrence rules, by the examples of RFC 5545, 3.8.5.3, whole days taken for moments.
@Suite struct RecurrenceRuleTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let rule: String
    let start: String
    let days: String

    init(_ rule: String, from start: String = "1997-09-02", _ days: String) {
      self.rule = rule
      self.start = start
      self.days = days
    }

    var testDescription: String { rule }
  }

  static let examples = [
    Example("FREQ=DAILY;COUNT=10", "97-09: 2 3 4 5 6 7 8 9 10 11"),
    Example("FREQ=DAILY;UNTIL=19970904T000000Z", "97-09: 2 3 4"),
    Example("FREQ=DAILY;INTERVAL=10;COUNT=5", "97-09: 2 12 22, 97-10: 2 12"),
    Example("FREQ=WEEKLY;COUNT=10", "97-09: 2 9 16 23 30, 97-10: 7 14 21 28, 97-11: 4"),
    Example(
      "FREQ=WEEKLY;INTERVAL=2;WKST=SU;COUNT=9", "97-09: 2 16 30, 97-10: 14 28, 97-11: 11 25, 97-12: 9 23"),
    Example("FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "97-09: 2 4 9 11 16 18 23 25 30, 97-10: 2"),
    Example(
      "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971223;WKST=SU;BYDAY=MO,WE,FR", from: "1997-09-01",
      "97-09: 1 3 5 15 17 19 29, 97-10: 1 3 13 15 17 27 29 31, 97-11: 10 12 14 24 26 28, 97-12: 8 10 12 22"),
    Example("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "97-09: 2 4 16 18 30, 97-10: 2 14 16"),
    Example(
      "FREQ=MONTHLY;COUNT=10;BYDAY=1FR", from: "1997-09-05",
      "97-09: 5, 97-10: 3, 97-11: 7, 97-12: 5, 98-01: 2, 98-02: 6, 98-03: 6, 98-04: 3, 98-05: 1, 98-06: 5"),
    Example(
      "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", from: "1997-09-07",
      "97-09: 7 28, 97-11: 2 30, 98-01: 4 25, 98-03: 1 29, 98-05: 3 31"),
    Example(
      "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", from: "1997-09-22",
      "97-09: 22, 97-10: 20, 97-11: 17, 97-12: 22, 98-01: 19, 98-02: 16"),
    Example(
      "FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=6", from: "1997-09-28",
      "97-09: 28, 97-10: 29, 97-11: 28, 97-12: 29, 98-01: 29, 98-02: 26"),
    Example(
      "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
      "97-09: 2 15, 97-10: 2 15, 97-11: 2 15, 97-12: 2 15, 98-01: 2 15"),
    Example(
      "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", from: "1997-09-30",
      "97-09: 30, 97-10: 1 31, 97-11: 1 30, 97-12: 1 31, 98-01: 1 31, 98-02: 1"),
    Example(
      "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", from: "1997-09-10",
      "97-09: 10 11 12 13 14 15, 99-03: 10 11 12 13"),
    Example(
      "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU;COUNT=18",
      "97-09: 2 9 16 23 30, 97-11: 4 11 18 25, 98-01: 6 13 20 27, 98-03: 3 10 17 24 31"),
    Example(
      "FREQ=YEARLY;COUNT=4;BYMONTH=6,7", from: "1997-06-10", "97-06: 10, 97-07: 10, 98-06: 10, 98-07: 10"),
    Example(
      "FREQ=YEARLY;INTERVAL=2;COUNT=7;BYMONTH=1,2,3", from: "1997-03-10",
      "97-03: 10, 99-01: 10, 99-02: 10, 99-03: 10, 01-01: 10, 01-02: 10, 01-03: 10"),
    Example(
      "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", from: "1997-01-01",
      "97-01: 1, 97-04: 10, 97-07: 19, 00-01: 1, 00-04: 9, 00-07: 18, 03-01: 1, 03-04: 10, 03-07: 19, 06-01: 1"),
    Example("FREQ=YEARLY;BYDAY=20MO;COUNT=3", from: "1997-05-19", "97-05: 19, 98-05: 18, 99-05: 17"),
    Example("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", from: "1997-05-12", "97-05: 12, 98-05: 11, 99-05: 17"),
    Example(
      "FREQ=YEARLY;BYMONTH=3;BYDAY=TH;COUNT=7", from: "1997-03-13", "97-03: 13 20 27, 98-03: 5 12 19 26"),
    Example(
      "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8;COUNT=13", from: "1997-06-05",
      "97-06: 5 12 19 26, 97-07: 3 10 17 24 31, 97-08: 7 14 21 28"),
    Example(
      "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=5", "98-02: 13, 98-03: 13, 98-11: 13, 99-08: 13, 00-10: 13"),
    Example(
      "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13;COUNT=5", from: "1997-09-13",
      "97-09: 13, 97-10: 11, 97-11: 8, 97-12: 13, 98-01: 10"),
    Example(
      "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3", from: "1996-11-05",
      "96-11: 5, 00-11: 7, 04-11: 2"),
    Example(
      "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", from: "1997-09-04", "97-09: 4, 97-10: 7, 97-11: 6"),
    Example(
      "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=7", from: "1997-09-29",
      "97-09: 29, 97-10: 30, 97-11: 27, 97-12: 30, 98-01: 29, 98-02: 26, 98-03: 30"),
    Example("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", from: "1997-08-05", "97-08: 5 10 19 24"),
    Example("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", from: "1997-08-05", "97-08: 5 17 19 31"),
    Example("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", from: "2007-01-15", "07-01: 15 30, 07-02: 15, 07-03: 15 30"),
    Example("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", from: "1997-01-01", "00-02: 29, 04-02: 29"),
    Example("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", from: "1997-01-01", ""),
    Example("FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU", from: "1997-01-01", "99-01: 3, 05-01: 2"),
    Example("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO;COUNT=2", from: "1997-01-01", "97-12: 22, 98-12: 28"),
  ]

  @Test("a rule falls on the days that the standard lists", arguments: examples)
  func falls(example: Example) throws {
    let rule = try RecurrenceRule(example.rule)
    let start = try #require(CivilDate(iso: example.start))
    let last = try #require(CivilDate(iso: "2007-12-31"))
    #expect(rule.occurrences(from: start, through: last).map(\.description) == Self.days(example.days))
    #expect(try RecurrenceRule("rrule:" + rule.description.lowercased()) == rule)
  }

  private static func days(_ text: String) -> [String] {
    text.split(separator: ",").flatMap { group -> [String] in
      let parts = group.split(separator: ":")
      let month = parts[0].trimmingPrefix(" ")
      let century = month.hasPrefix("9") ? "19" : "20"
      return parts[1].split(separator: " ").map { "\(century)\(month)-\($0.count == 1 ? "0" : "")\($0)" }
    }
  }

  @Test(
    "what is no rule is refused with the reason",
    arguments: [
      ("", RecurrenceRuleProblem.unknownPart("")), ("COUNT=2", .noFrequency),
      ("FREQ=SOMETIMES", .badValue("FREQ", "SOMETIMES")),
      ("FREQ=HOURLY", .withinTheDay("HOURLY")), ("FREQ=DAILY;BYHOUR=9", .withinTheDay("BYHOUR")),
      ("FREQ=DAILY;FREQ=DAILY", .repeatedPart("FREQ")), ("FREQ=DAILY;INTERVAL=0", .badValue("INTERVAL", "0")),
      ("FREQ=DAILY;COUNT=2;UNTIL=20260101", .notTogether("COUNT", "UNTIL")),
      ("FREQ=DAILY;UNTIL=2026-01-01", .badValue("UNTIL", "2026-01-01")),
      ("FREQ=WEEKLY;BYDAY=1MO", .notTogether("BYDAY=1MO", "FREQ=WEEKLY")),
      ("FREQ=MONTHLY;BYWEEKNO=1", .notTogether("BYWEEKNO", "FREQ=MONTHLY")),
      ("FREQ=WEEKLY;BYMONTHDAY=1", .notTogether("BYMONTHDAY", "FREQ=WEEKLY")),
      ("FREQ=MONTHLY;BYDAY=XX", .badValue("BYDAY", "XX")),
      ("FREQ=MONTHLY;BYMONTHDAY=32", .badValue("BYMONTHDAY", "32")),
      ("FREQ=MONTHLY;BYSETPOS=1", .positionsOfNothing), ("FREQ=MONTHLY;BYEASTER=1", .unknownPart("BYEASTER=1")),
    ])
  func refused(text: String, problem: RecurrenceRuleProblem) {
    #expect(throws: problem) { try RecurrenceRule(text) }
  }
}
