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
  private let visits: [[GeneratedCell]]
  private let register: [[GeneratedCell]]

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
        maybe(&random, 6, name, ["别" + name], as: ""),
        random.chance(40) ? maybe(&random, 15, date(&random), dates, as: "??") : GeneratedCell(""),
        random.chance(20) ? maybe(&random, 15, date(&random), dates, as: "??") : GeneratedCell(""),
        maybe(&random, 10, random.chance(70) ? "是" : "否", ["是", "否"], as: "?"),
        maybe(&random, 10, "\(Int.random(in: 0...3, using: &random))", ["0", "1", "2", "3"], as: "?"),
      ]
    }
    let months = (1...8).map { "2026-0\($0)" }
    // An event may be of a village whose name the roster does not give.
    let places = names + names.map { "别" + $0 }
    // The first event always has an unknown date, so that no project is without an unknown cell.
    events = (0..<Int.random(in: 1...18, using: &random)).map { number in
      [
        GeneratedCell("E\(number)"),
        maybe(&random, 12, names.randomElement(using: &random) ?? "", places, as: ""),
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
    let ids = events.map { $0[0].text }
    visits = (0..<Int.random(in: 0...14, using: &random)).map { number in
      [
        GeneratedCell("V\(number)"),
        random.chance(8)
          ? GeneratedCell(random.chance(50) ? "" : "E99")
          : maybe(&random, 14, ids.randomElement(using: &random) ?? "", ids, as: "?"),
        random.chance(12) ? GeneratedCell("") : maybe(&random, 12, date(&random), dates, as: "??"),
        random.chance(15) ? GeneratedCell("") : maybe(&random, 12, random.chance(60) ? "是" : "否", ["是", "否"], as: "x"),
        random.chance(20)
          ? GeneratedCell("")
          : maybe(&random, 12, "\(Int.random(in: 0...9, using: &random)).5", ["0", "2.5", "9"], as: "多"),
      ]
    }
    let codes = (0..<Int.random(in: 0...12, using: &random)).map { number -> String? in
      if random.chance(15) { return nil }
      return random.chance(75) ? ids.randomElement(using: &random) : "X\(number)"
    }
    // Codes that an unknown one may stand for: those that this side lacks, and each for one row only.
    var spare = ids.filter { !codes.contains($0) }
    register = codes.enumerated().map { number, code in
      [
        code.map { GeneratedCell($0) }
          ?? GeneratedCell(unknown: "?", completions: [spare.popLast(), "R\(number)"].compactMap { $0 }),
        maybe(&random, 12, names.randomElement(using: &random) ?? "", names, as: ""),
        random.chance(15)
          ? GeneratedCell("")
          : maybe(&random, 15, "\(Int.random(in: 0...4, using: &random))", ["0", "1", "2", "3", "4"], as: "多"),
        random.chance(12) ? GeneratedCell("") : maybe(&random, 10, date(&random), dates, as: "??"),
      ]
    }
    rules = GeneratedRules.text(&random)
  }

  /// The files of the project by name, with its unknown cells filled in where a generator is given.
  func files(completing random: inout SeededGenerator?) -> [String: String] {
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
      data: {villages: villages*.csv, events: events*.csv, visits: visits*.csv, register: register*.csv}

      """
    return [
      "norma.yaml": project, "rules.yaml": rules,
      "villages.csv": csv("village,founded,merged,inspected,target", villages, &random),
      "events.csv": csv("id,village,at,done,flag,amount,reported,share", events, &random),
      "visits.csv": csv("visit,event,on,ok,cost", visits, &random),
      "register.csv": csv("code,village,amount,since", register, &random),
    ]
  }

  /// Audits a project given as files.
  static func audit(
    _ files: [String: String], asOf: CivilDate, engine: Engine = .columnar, jobs: Int = 1,
    _ change: (inout Audit.Options) -> Void = { _ in }
  ) throws -> (project: Project, report: AuditReport) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("norma-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
    let sink = DiagnosticSink()
    guard let project = ProjectLoader(sink: sink, machineTimeZone: .utc).load(folder.path) else {
      let renderer = DiagnosticRenderer(language: .en)
      let errors = sink.diagnostics.filter { $0.severity == .error }
      throw LoadFailure(text: errors.map { renderer.text(of: $0) }.joined(separator: "\n"))
    }
    var options = Audit.Options(asOf: asOf)
    options.engine = engine
    options.jobs = jobs
    // So that each job has several blocks to read.
    if jobs > 1 { options.blockSize = 64 }
    options.horizon = 4000
    options.keepsEveryObligation = true
    change(&options)
    return (project, try Audit(project, options: options).run())
  }

  struct LoadFailure: Error {
    let text: String
  }
}
