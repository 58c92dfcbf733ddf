import Foundation
import FoundationXML
import Testing

@testable import Norma

/// The forms in which the results of rule tests are written.
@Suite struct RuleTestReportTests {
  /// A test that passes, one that fails, and one with characters that mean something in XML, or nothing.
  private static let tests = """
    - name: {zh: 通过, en: passes}
      as_of: 2026-02-10
      data: {shops: [{shop: 甲}], visits: [{shop: 甲, on: 2026-01-05}, {shop: 甲, on: 2026-01-06}]}
      expect: [{subject: {shop: 甲}, period: 2026-01, outcome: met}]
    - name: {zh: 失败, en: fails}
      as_of: 2026-02-10
      data: {shops: [{shop: 甲}], visits: [{shop: 甲, on: 2026-01-05}, {shop: 甲, on: 昨天}]}
      expect:
        - {subject: {shop: 甲}, period: 2026-01, outcome: met, figures: {count: 2}, note: {zh: 两次, en: two of them}}
    - name: "<&\\"'>\\x01\\t\\n\\r]]>\\uFFFE"
      as_of: 2026-02-10
      data: {shops: [{shop: "<乙>&\\x02"}], visits: []}
      expect: [{subject: {shop: "<乙>&\\x02"}, period: 2026-01, outcome: met}]
    """

  /// The line of the test whose name holds `text`.
  private func line(of text: String) throws -> Int {
    let lines = ShopRules.file("frequency", tests: Self.tests).split(separator: "\n", omittingEmptySubsequences: false)
    return try #require(lines.firstIndex { $0.contains(text) }) + 1
  }

  private func render(_ format: any RuleTestFormat.Type, _ language: Language, requiresBoth: Bool = false) throws
    -> String
  {
    let report = try ShopRules.report("frequency", Self.tests, requiresBoth: requiresBoth)
    return format.render(report, options: ReportOptions(language: language))
  }

  @Test("the text shows what was expected, what was found, and the rows")
  func text() throws {
    let text = try render(RuleTestTextReport.self, .en)
    #expect(!text.contains("· passes"))
    #expect(
      text.hasPrefix(
        """
        ✗ shop.rule · fails  rules.yaml:\(try line(of: "失败"))
            as of 2026-02-10
            ✗ 甲 · 2026-01: expected met
                found undetermined
                expected count 2, found [1, 2]
                甲, January 2026: the data can't tell: recorded 1–2 times; expected at least 2. \
        Supply the cells that are listed.
                figures: count [1, 2]
                to supply: visits:2 on
                note: two of them
            other obligations:
                甲 · 2026-02: pending  count [0, 1]
            data shops:
                1  shop=甲
            data visits:
                1  shop=甲  on=2026-01-05
                2  shop=甲  on=昨天
            data findings:
                visits:2 on "昨天"  \(DataProblem.notADate.message.en)

        """), "\(text)")
    #expect(
      text.hasSuffix(
        "3 tests: 1 passed, 2 failed\n1 rules, 0 of them with a test that passes and one that breaks them\n"))
    let chinese = try render(RuleTestTextReport.self, .zh)
    #expect(chinese.contains("✗ 甲 · 2026-01：应是 met（已履行）\n"))
    #expect(chinese.contains("实际是 undetermined（无法判断）\n"))
  }

  @Test("the JSON says the same")
  func json() throws {
    let text = try render(RuleTestJSONReport.self, .en)
    let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let summary = try #require(root["summary"] as? [String: Int])
    #expect(summary == ["tests": 3, "passed": 1, "failed": 2, "rules": 1, "rules_lacking_tests": 1])
    let tests = try #require(root["tests"] as? [[String: Any]])
    #expect(tests.map { $0["passed"] as? Bool } == [true, false, false])
    #expect(tests[1]["message"] as? String == "甲 · 2026-01: expected met, found undetermined")
    let check = try #require((tests[1]["expectations"] as? [[String: Any]])?.first)
    #expect((check["expected"] as? [String: Any])?["outcome"] as? String == "met")
    #expect((check["found"] as? [String: Any])?["outcome"] as? String == "undetermined")
    let data = try #require(tests[1]["data"] as? [String: [[String: Any]]])
    #expect(data["visits"]?.map { $0["on"] as? String } == ["2026-01-05", "昨天"])
  }

  @Test("the JUnit form is valid XML whatever the texts hold", arguments: Language.allCases)
  func junit(language: Language) throws {
    let text = try render(RuleTestJUnitReport.self, language, requiresBoth: true)
    let reader = JUnitReader()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "") \(text)")
    let root = try #require(reader.elements.first { $0.name == "testsuites" })
    #expect(root.attributes == ["name": "norma", "tests": "4", "failures": "3", "errors": "0", "skipped": "0"])
    let cases = reader.elements.filter { $0.name == "testcase" }
    #expect(
      try cases.map { $0.attributes["line"] } == [
        "\(line(of: "通过"))", "\(line(of: "失败"))", "\(line(of: "]]>"))", nil,
      ])
    // What XML has no way to write is replaced, and all else comes back as it was.
    #expect(cases[2].attributes["name"] == "<&\"'>\u{FFFD}\t\n\r]]>\u{FFFD}")
    #expect(reader.elements.filter { $0.name == "failure" }.count == 3)
    #expect(reader.text.contains("shop=<乙>&\u{FFFD}"))
  }

  /// What an XML parser makes of a report.
  private final class JUnitReader: NSObject, XMLParserDelegate {
    var elements: [(name: String, attributes: [String: String])] = []
    var text = ""

    func parser(
      _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      elements.append((elementName, attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
      text += string
    }
  }
}
