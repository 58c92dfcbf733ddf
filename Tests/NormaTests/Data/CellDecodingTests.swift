import Testing

@testable import Norma

@Suite struct CellDecodingTests {
  /// Reads the cells of a column of one field, each as `value` or as the name of what is wrong.
  private func read(_ cells: [String], as field: Field) throws -> [String] {
    let dataset = Dataset(name: "d", fields: [field, Field(name: "row", type: .integer)])
    let lines = cells.enumerated().map { "\"\($1.replacing("\"", with: "\"\""))\",\($0)\n" }
    let contents = try Contents(dataset, "x,row\n" + lines.joined())
    var problems: [Int: String] = [:]
    for finding in contents.result.findings {
      #expect(problems[finding.row] == nil, "one finding per cell")
      #expect(finding.value == cells[finding.row - 2], "the text found, as it stands")
      #expect(finding.column == "x")
      problems[finding.row] = finding.problem.rawValue
    }
    return try contents.cells("x").enumerated().map { index, cell -> String in
      switch cell {
      case .unknown: problems[index + 2] ?? "unknown without a finding"
      case .null: "null"
      default: problems[index + 2].map { "known, yet \($0)" } ?? cell.description
      }
    }
  }

  private func field(
    _ type: FieldType, required: Bool = false, trims: Bool = true, oneOf: [FieldValue]? = nil,
    minimum: FieldBound? = nil, maximum: FieldBound? = nil, pattern: String? = nil
  ) -> Field {
    Field(
      name: "x", type: type, isRequired: required, trims: trims,
      constraint: FieldConstraint(oneOf: oneOf, minimum: minimum, maximum: maximum, pattern: pattern))
  }

  @Test("Integers")
  func integers() throws {
    let cells = [
      "0", " 12 ", "-7", "+7", "１２", "1,234", "９，８７６", "9223372036854775807", "-9223372036854775808",
      "9223372036854775808", "1.0", "1e3", "12人", "1,23", "90%", "", "一",
    ]
    let bad = "not_an_integer"
    #expect(
      try read(cells, as: field(.integer)) == [
        "0", "12", "-7", "7", "12", "1234", "9876", "9223372036854775807", "-9223372036854775808", bad, bad, bad, bad,
        bad, bad, "null", bad,
      ])
  }

  @Test("Decimals")
  func decimals() throws {
    let cells = ["0.10", "1,234.50", "92%", "９２．５％", "-.5", "1e3", "12元", "1,2.5", "", "1/2"]
    let bad = "not_a_decimal"
    #expect(
      try read(cells, as: field(.decimal)) == ["0.1", "1234.5", "0.92", "0.925", "-0.5", bad, bad, bad, "null", bad])
  }

  @Test("Booleans")
  func booleans() throws {
    let yes = ["是", "有", "yes", "YES", "Yes", "true", "TRUE", "1", "√", "ｙｅｓ", "１", " 是　"]
    let no = ["否", "无", "no", "No", "false", "False", "0", "×", "ＮＯ", "０"]
    let bad = ["y", "n", "2", "01", "是的", "x", "✓", "truely", "tru", "oui"]
    #expect(try read(yes, as: field(.boolean)) == yes.map { _ in "true" })
    #expect(try read(no, as: field(.boolean)) == no.map { _ in "false" })
    #expect(try read(bad, as: field(.boolean)) == bad.map { _ in "not_a_boolean" })
    #expect(try read(["是", "否"], as: field(.boolean, oneOf: [.boolean(true)])) == ["true", "not_one_of"])
  }

  @Test("Texts are trimmed, blanks of any kind, and else kept as they stand")
  func texts() throws {
    let cells = [
      " a b ", "\u{3000}青 山\u{3000}\t", "ＡＢＣ", "a\nb\r\n", "e\u{301}", "\u{A0}", "\u{2003}x\u{2003}", "\u{200B}",
    ]
    #expect(
      try read(cells, as: field(.text)) == ["a b", "青 山", "ＡＢＣ", "a\nb", "e\u{301}", "null", "x", "\u{200B}"])
  }

  @Test("Untrimmed texts keep their blanks, and only a cell of no characters is empty")
  func untrimmedTexts() throws {
    #expect(try read([" a ", "  ", ""], as: field(.text, trims: false)) == [" a ", "  ", "null"])
    #expect(try read([" ", ""], as: field(.text, required: true, trims: false)) == [" ", "empty"])
    let dataset = Dataset(name: "d", fields: [field(.text, trims: false)])
    let contents = try Contents(dataset, "x\n \n\n\"\"\na\n")
    #expect(try contents.cells("x") == [.text(" "), .text("a")], "a row of blanks that are a text is a record")
    #expect(contents.rowNumbers == [2, 5])
  }

  @Test("Limits of numbers include their ends, and the first that is broken is told")
  func numberLimits() throws {
    let whole = field(.integer, minimum: .value(.number(1)), maximum: .value(.number(3)))
    #expect(
      try read(["0", "1", "3", "4", "x", ""], as: whole) == [
        "below_minimum", "1", "3", "above_maximum", "not_an_integer", "null",
      ])
    let half = try FieldValue.number(#require(Rational(decimal: "0.5")))
    let between = field(.integer, minimum: .value(half), maximum: .value(half))
    #expect(try read(["0", "1"], as: between) == ["below_minimum", "above_maximum"])
    #expect(
      try read(["0.4999", "0.50", "50%", "0.51"], as: field(.decimal, minimum: .value(half), maximum: .value(half)))
        == ["below_minimum", "0.5", "0.5", "above_maximum"])
    let listed = field(.decimal, oneOf: [.number(1), half], minimum: .value(.number(1)))
    #expect(try read(["1.0", "0.5", "2"], as: listed) == ["1", "below_minimum", "not_one_of"])
    #expect(try read(["2", "1"], as: field(.integer, oneOf: [half, .number(2)])) == ["2", "not_one_of"])
  }

  @Test("Lists and limits of texts compare what is written, byte for byte")
  func textLimits() throws {
    let listed = field(.text, required: true, oneOf: [.text("合格"), .text("é")])
    #expect(
      try read(["合格", " 合格 ", "不合格", "e\u{301}", ""], as: listed) == [
        "合格", "合格", "not_one_of", "not_one_of", "empty",
      ])
    let ordered = field(.text, minimum: .value(.text("b")), maximum: .value(.text("d")))
    #expect(try read(["a", "b", "d", "da"], as: ordered) == ["below_minimum", "b", "d", "above_maximum"])
  }

  @Test("A pattern matches the whole text")
  func patterns() throws {
    let coded = field(.text, pattern: "[A-Z][0-9]+")
    #expect(
      try read(["C12", " C12 ", "C12x", "xC1", "C", ""], as: coded) == [
        "C12", "C12", "not_matching_pattern", "not_matching_pattern", "not_matching_pattern", "null",
      ])
    let alternatives = field(.text, pattern: "a|ab")
    #expect(try read(["ab", "a", "abc"], as: alternatives) == ["ab", "a", "not_matching_pattern"])
    #expect(try read(["12", "123"], as: field(.integer, pattern: "..")) == ["12", "not_matching_pattern"])
  }

  @Test("Dates are read in every form that people type, and a date with a time is its day")
  func dates() throws {
    let good = [
      "2026-11-23", "2026/11/23", "2026.11.23", "20261123", "2026年11月23日", "46349", "２０２６－１１－２３",
      "2026-11-23 08:30", "2026/11/23 8:30:05", "2026-11-23T23:59:59.999Z", "2026年11月23日 8:30", "2026年11月23日8:30",
      "20261123 08:30", "2026-11-23 23:00+00:00", " 2026-11-23　",
    ]
    #expect(try read(good, as: field(.date)) == good.map { _ in "2026-11-23" })
    #expect(
      try read(
        ["2026-3-5", "2026/3/05", "2026年3月5日", "0001-01-01", "9999-12-31", "2024-02-29", "10000"], as: field(.date))
        == ["2026-03-05", "2026-03-05", "2026-03-05", "0001-01-01", "9999-12-31", "2024-02-29", "1927-05-18"])
    let bad = [
      "去年", "2026", "2026-11", "2026年11月", "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-31", "26-11-23",
      "0000-01-01", "2026-11/23", "2026 11 23", "202611233", "461234", "4634", "46349.5", "46349 8:30",
      "2026-11-23 24:00",
      "2026-11-23 8", "2026-11-23x", "2026-11-23T", "2026-111-1", "11/23/2026", "2026-11-23-", "2026年11月23",
      "-2026-11-23",
      "2026-11-2308:30", "2026-11-23 08:30+1", "2026-11-23 08:60",
    ]
    #expect(try read(bad, as: field(.date)) == bad.map { _ in "not_a_date" })
  }

  @Test("Limits of dates include their days; the audit's own day is one of them")
  func dateLimits() throws {
    let past = field(.date, minimum: .value(.date(CivilDate(dayNumber: 20_500))), maximum: .asOf)
    #expect(
      try read(["2026-02-15", "2026-02-16", "2026-11-23", "2026-11-24 00:00", "x"], as: past) == [
        "below_minimum", "2026-02-16", "2026-11-23", "above_maximum", "not_a_date",
      ])
  }

  @Test("A partial date is an interval of days, narrowed by its limits")
  func partialDates() throws {
    #expect(
      try read(
        ["2026-03", "2026年3月", "2026/3", "2024-02", "2026年3月上旬", "2026-03中旬", "2026年2月下旬", "2026-03-05", "2026年3月5日"],
        as: field(.partialDate)) == [
          "2026-03-01..2026-03-31", "2026-03-01..2026-03-31", "2026-03-01..2026-03-31", "2024-02-01..2024-02-29",
          "2026-03-01..2026-03-10", "2026-03-11..2026-03-20", "2026-02-21..2026-02-28", "2026-03-05", "2026-03-05",
        ])
    let bad = ["2026", "2026-13", "2026.03", "2026年", "三月", "2026年3月初", "2026-03 08:30", "2026-3-"]
    #expect(try read(bad, as: field(.partialDate)) == bad.map { _ in "not_a_date" })
    let past = field(.partialDate, minimum: .value(.date(CivilDate(dayNumber: 20_500))), maximum: .asOf)
    #expect(
      try read(["2026-01", "2026-02", "2026-11", "2026-12", "2026-11下旬"], as: past) == [
        "below_minimum", "2026-02-16..2026-02-28", "2026-11-01..2026-11-23", "above_maximum", "2026-11-21..2026-11-23",
      ])
    let days = [20_780, 20_790].map { FieldValue.date(CivilDate(dayNumber: $0)) }
    #expect(
      try read(["2026-11", "2026-12", "2026-10"], as: field(.partialDate, oneOf: days)) == [
        "2026-11-23", "2026-12-03", "not_one_of",
      ])
  }

  @Test("Times without an offset are the project's, others their own")
  func timestamps() throws {
    #expect(
      try read(
        [
          "2026-11-23 08:30", "2026-11-23T08:30:15", "2026-11-23 08:30Z", "2026-11-23T08:30:00.25+09:30",
          "2026-11-23 08:30-0500", "2026/11/23", "1969-12-31 23:59:59.123456789z", "2026-11-23 08:30+08",
        ], as: field(.timestamp)) == [
          "2026-11-23T00:30:00Z", "2026-11-23T00:30:15Z", "2026-11-23T08:30:00Z", "2026-11-22T23:00:00.25Z",
          "2026-11-23T13:30:00Z", "2026-11-22T16:00:00Z", "1969-12-31T23:59:59.123456Z", "2026-11-23T00:30:00Z",
        ])
    #expect(
      try read(["2026-11", "08:30", "x"], as: field(.timestamp)) == ["x", "x", "x"].map { _ in "not_a_timestamp" })
    let past = field(.timestamp, minimum: .value(.date(CivilDate(dayNumber: 20_779))), maximum: .asOf)
    #expect(
      try read(
        ["2026-11-21 23:59:59", "2026-11-22 00:00", "2026-11-23 23:59:59.999999", "2026-11-23 16:00Z"], as: past) == [
          "below_minimum", "2026-11-21T16:00:00Z", "2026-11-23T15:59:59.999999Z", "above_maximum",
        ])
  }

  @Test("Every day of ten thousand years is read back from its ISO form")
  func allDays() throws {
    var day = try #require(CivilDate(year: 1, month: 1, day: 1)).dayNumber
    for year in 1...9999 where year < 30 || year % 97 == 0 || (1880...2110).contains(year) || year > 9990 {
      day = try #require(CivilDate(year: year, month: 1, day: 1)).dayNumber
      for month in 1...12 {
        for number in 1...CivilDate.days(inMonth: month, of: year) {
          let text = [zeroPadded(year, to: 4), zeroPadded(month, to: 2), zeroPadded(number, to: 2)]
            .joined(separator: "-")
          guard DateText(Array(text.utf8).span)?.lower == day, CivilDate(dayNumber: day).description == text else {
            Issue.record("\(text) is day \(day)")
            return
          }
          day += 1
        }
      }
    }
  }
}
