import Foundation

@testable import Norma

extension SeededGenerator {
  /// Whether something of the given chance happens.
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// An invented project: villages, a register of events with unknown cells, and rules of every kind over them.
struct GeneratedProject {
  /// The rules, as a file.
  let rules: String
  /// The day of the audit.
  let asOf: CivilDate
  private let villages: [[GeneratedCell]]
  private let events: [[GeneratedCell]]

  /// A cell that is known or not.
  private struct GeneratedCell {
    /// The text that is read.
    let text: String
    /// The values that may stand for it, where it is unknown.
    let completions: [String]

    init(_ text: String) {
      self.text = text
      completions = []
    }

    init(unknown text: String, completions: [String]) {
      self.text = text
      self.completions = completions
    }
  }

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let start = CivilDate(dayNumber: 20_454)
    asOf = CivilDate(dayNumber: start.dayNumber + Int32.random(in: 20...200, using: &random))
    let names = (1...Int.random(in: 1...4, using: &random)).map { "村\($0)" }
    func date(_ random: inout SeededGenerator) -> String {
      CivilDate(dayNumber: start.dayNumber + Int32.random(in: -20...220, using: &random)).description
    }
    func maybe(
      _ random: inout SeededGenerator, _ percent: Int, _ value: String, _ completions: [String], as unknown: String
    )
      -> GeneratedCell
    {
      random.chance(percent) ? GeneratedCell(unknown: unknown, completions: completions) : GeneratedCell(value)
    }
    let dates = (0..<12).map { _ in date(&random) }
    villages = names.map { name in
      [
        GeneratedCell(name),
        random.chance(40) ? maybe(&random, 15, date(&random), dates, as: "??") : GeneratedCell(""),
        random.chance(20) ? maybe(&random, 15, date(&random), dates, as: "??") : GeneratedCell(""),
        maybe(&random, 10, random.chance(70) ? "是" : "否", ["是", "否"], as: "?"),
        maybe(&random, 10, "\(Int.random(in: 0...3, using: &random))", ["0", "1", "2", "3"], as: "?"),
      ]
    }
    let months = (1...8).map { "2026-0\($0)" }
    // The first event always has an unknown date, so that no project is without an unknown cell.
    events = (0..<Int.random(in: 1...18, using: &random)).map { number in
      [
        GeneratedCell("E\(number)"),
        maybe(&random, 12, names.randomElement(using: &random) ?? "", names, as: ""),
        number == 0
          ? GeneratedCell(unknown: "??", completions: dates)
          : random.chance(12) ? GeneratedCell("") : maybe(&random, 12, date(&random), dates, as: "??"),
        random.chance(15) ? GeneratedCell("") : maybe(&random, 12, date(&random), dates, as: "去年"),
        random.chance(20) ? GeneratedCell("") : maybe(&random, 12, random.chance(50) ? "是" : "否", ["是", "否"], as: "x"),
        random.chance(20)
          ? GeneratedCell("")
          : maybe(&random, 12, "\(Int.random(in: 0...4, using: &random))", ["0", "1", "2", "3", "4"], as: "多"),
        random.chance(10)
          ? GeneratedCell("") : maybe(&random, 8, months.randomElement(using: &random) ?? "", months, as: "二月"),
        random.chance(20) ? GeneratedCell("") : GeneratedCell("0.\(Int.random(in: 0...9, using: &random))"),
      ]
    }
    rules = Self.ruleBase(&random)
  }

  private static func ruleBase(_ random: inout SeededGenerator) -> String {
    let conditions = [
      "flag", "flag == true", "amount > 1", "amount != null && amount >= 2", "done != null",
      "done == null || done >= at",
      "at <= asOf - days(10)", "monthsBetween(at, asOf) >= 1", "amount == 2 || flag", "!(flag && amount < 3)",
      "ordered([at, done])", "share + 0.1 >= 0.5", "amount in [1, 2, 3]", "done - at <= 30", "at != done",
      "share == null || share * 2 < 1.2", "amount == share", "month(at) == 3 ? flag : amount > 0",
      "id.startsWith(\"E1\")", "village == \"村1\" || flag",
    ]
    func condition(_ random: inout SeededGenerator) -> String {
      let first = conditions.randomElement(using: &random) ?? "flag"
      guard random.chance(35), let second = conditions.randomElement(using: &random) else { return first }
      return "(\(first)) \(random.chance(50) ? "&&" : "||") (\(second))"
    }
    func each(_ random: inout SeededGenerator) -> String {
      let among = random.chance(30) ? "      among: inspected\n" : ""
      switch Int.random(in: 0..<6, using: &random) {
      case 0: return ""
      case 1: return "      each: [village, flag]\n"
      case 2: return "      each: amount\n"
      default: return "      each: village\n" + among + (random.chance(25) ? "      partial: owed\n" : "")
      }
    }
    let units = ["month", "quarter", "week", "half_year", "year"]
    func per(_ random: inout SeededGenerator) -> String {
      let window = random.chance(20) ? "      in: [2, 3, 4]\n" : ""
      return "      per: \(units.prefix(random.chance(20) ? 5 : 2).randomElement(using: &random) ?? "month")\n" + window
    }
    func bound(_ random: inout SeededGenerator, _ values: [String]) -> String {
      let value = values.randomElement(using: &random) ?? values[0]
      switch Int.random(in: 0..<5, using: &random) {
      case 0: return "      at_most: \(value)\n"
      case 1: return "      exactly: \(value)\n"
      default: return "      at_least: \(value)\n"
      }
    }
    var rules = ""
    for number in 0..<3 {
      let timing = random.chance(60) ? per(&random) + (random.chance(70) ? "      on: at\n" : "") : ""
      rules += "  - id: coverage-\(number)\n    coverage:\n      of: events\n" + each(&random) + timing
      if random.chance(60) { rules += "      where: '\(condition(&random))'\n" }
      rules += "      having: '\(condition(&random))'\n" + bound(&random, ["50%", "0.9", "100%", "0%", "0.25"])
      if random.chance(40) {
        rules += "      empty: \(["met", "breached", "undetermined"].randomElement(using: &random) ?? "met")\n"
      }
    }
    for number in 0..<3 {
      rules += "  - id: frequency-\(number)\n    frequency:\n      of: events\n      on: at\n" + each(&random)
      if random.chance(85) { rules += per(&random) }
      if random.chance(50) { rules += "      where: '\(condition(&random))'\n" }
      if random.chance(80) { rules += bound(&random, ["0", "1", "2", "3"]) }
    }
    for number in 0..<2 {
      rules += "  - id: report-\(number)\n    report:\n      of: events\n      on: done\n"
      if random.chance(70) { rules += "      for: \(random.chance(50) ? "reported" : "at")\n" }
      rules += each(&random) + "      per: month\n"
      rules += "      due: \(["end", "+5d", "day 25", "+3wd", "-2d"].randomElement(using: &random) ?? "end")\n"
      if random.chance(40) { rules += "      roll: next_workday\n" }
      if random.chance(40) { rules += "      grace: 3d\n" }
      if random.chance(40) { rules += "      complete: [amount]\n" }
      if random.chance(40) { rules += "      where: '\(condition(&random))'\n" }
    }
    for number in 0..<2 {
      rules += "  - id: record-\(number)\n    record:\n      of: events\n"
      if random.chance(60) { rules += "      where: '\(condition(&random))'\n" }
      rules += "      require: ['\(condition(&random))', '\(condition(&random))']\n"
    }
    return Self.datasets + "rules:\n" + rules
  }

  private static let datasets = """
    datasets:
      villages:
        key: [village]
        active: {from: founded, until: merged}
        fields:
          village: {type: text, required: true}
          founded: {type: date}
          merged: {type: date}
          inspected: {type: boolean, required: true}
          target: {type: integer, required: true}
      events:
        key: [id]
        fields:
          id: {type: text, required: true}
          village: {type: text, required: true, references: villages}
          at: {type: date}
          done: {type: date}
          flag: {type: boolean}
          amount: {type: integer, min: 0, max: 4}
          reported: {type: text, pattern: '[0-9]{4}-[0-9]{2}'}
          share: {type: decimal}

    """

  /// Writes the project into a folder, with its unknown cells filled in where a generator is given.
  func write(to folder: URL, completing random: inout SeededGenerator?) throws {
    func csv(_ header: String, _ rows: [[GeneratedCell]], _ random: inout SeededGenerator?) -> String {
      var text = header + "\n"
      for row in rows {
        text +=
          row.map { cell in
            guard !cell.completions.isEmpty, var generator = random else { return cell.text }
            let value = cell.completions.randomElement(using: &generator) ?? cell.text
            random = generator
            return value
          }.joined(separator: ",") + "\n"
      }
      return text
    }
    let project = """
      norma: 1
      organization: 甲乡
      rules: [rules.yaml]
      since: 2026-01-01
      timezone: UTC
      data: {villages: villages.csv, events: events.csv}

      """
    let files = [
      ("norma.yaml", project), ("rules.yaml", rules),
      ("villages.csv", csv("village,founded,merged,inspected,target", villages, &random)),
      ("events.csv", csv("id,village,at,done,flag,amount,reported,share", events, &random)),
    ]
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
  }
}
