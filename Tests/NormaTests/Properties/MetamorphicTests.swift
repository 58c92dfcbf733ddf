import Testing

@testable import Norma

/// Changes of a project that change no finding: the order of rows, how they are spread over files, rows that have nothing
/// to do with it, and what things are called.
@Suite struct MetamorphicTests {
  @Test("the order of rows makes no difference", arguments: GeneratedProjectTests.fewStretches)
  func order(seeds: Range<UInt64>) throws {
    try compare(seeds) { files, random in
      for name in files.keys where name.hasSuffix(".csv") {
        let lines = (files[name] ?? "").split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let rows = lines.dropFirst().shuffled(using: &random)
        files[name] = ([lines[0]] + rows).joined(separator: "\n") + "\n"
      }
    }
  }

  @Test("a file split in two makes no difference", arguments: GeneratedProjectTests.fewStretches)
  func split(seeds: Range<UInt64>) throws {
    try compare(seeds) { files, random in
      for name in files.keys.sorted() where name.hasSuffix(".csv") {
        let lines = (files[name] ?? "").split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let place = Int.random(in: 1...max(1, lines.count), using: &random)
        files[name] = lines[..<min(place, lines.count)].joined(separator: "\n") + "\n"
        files[name.replacing(".csv", with: "-2.csv")] =
          ([lines[0]] + lines[min(place, lines.count)...]).joined(separator: "\n") + "\n"
      }
    }
  }

  @Test("other names of villages change the names alone", arguments: GeneratedProjectTests.fewStretches)
  func names(seeds: Range<UInt64>) throws {
    try compare(seeds, renaming: ("村", "屯")) { files, _ in
      for name in files.keys { files[name] = files[name]?.replacing("村", with: "屯") }
    }
  }

  @Test("the number of jobs makes no difference", arguments: GeneratedProjectTests.fewStretches)
  func jobs(seeds: Range<UInt64>) throws {
    for seed in seeds {
      var none: SeededGenerator?
      let project = GeneratedProject(seed: seed)
      let files = project.files(completing: &none)
      let reports = try [1, 2, 7].map { jobs in
        JSONReport.render(
          try GeneratedProject.audit(files, asOf: project.asOf, jobs: jobs).report,
          options: ReportOptions(language: .en)
        ).text
      }
      #expect(reports[0] == reports[1] && reports[0] == reports[2], "seed \(seed)")
    }
  }

  @Test(
    "a village with events of its own changes nothing for the others", arguments: GeneratedProjectTests.fewStretches)
  func unrelated(seeds: Range<UInt64>) throws {
    try compare(seeds, onlyVillages: true) { files, random in
      files["villages.csv"]? += "村99,,,是,1\n"
      for number in 0..<3 {
        let day = CivilDate(dayNumber: 20_454 + Int32.random(in: 0...200, using: &random))
        files["events.csv"]? += "Z\(number),村99,\(day),\(day),是,\(Int.random(in: 0...4, using: &random)),2026-03,0.5\n"
      }
    }
  }

  // MARK: Comparison

  private func compare(
    _ seeds: Range<UInt64>, renaming: (from: String, to: String)? = nil, onlyVillages: Bool = false,
    _ change: (inout [String: String], inout SeededGenerator) -> Void
  ) throws {
    for seed in seeds {
      var none: SeededGenerator?
      let project = GeneratedProject(seed: seed)
      let files = project.files(completing: &none)
      var changed = files
      var random = SeededGenerator(seed: seed &+ 7)
      change(&changed, &random)
      let (loaded, before) = try GeneratedProject.audit(files, asOf: project.asOf)
      let (_, after) = try GeneratedProject.audit(changed, asOf: project.asOf)
      var mine = lines(before, loaded, onlyVillages)
      let theirs = lines(after, loaded, onlyVillages)
      if let renaming { mine = Set(mine.map { $0.replacing(renaming.from, with: renaming.to) }) }
      #expect(
        mine == theirs,
        "seed \(seed): \(mine.subtracting(theirs).sorted().prefix(3)) became \(theirs.subtracting(mine).sorted().prefix(3))"
      )
    }
  }

  /// Each obligation as a line; with `onlyVillages` those of the villages that were there before.
  private func lines(_ report: AuditReport, _ project: Project, _ onlyVillages: Bool) -> Set<String> {
    let villageRules = Set(project.plans.values.filter { $0.roster == "villages" }.map(\.rule))
    return Set(
      report.obligations.compactMap { obligation -> String? in
        let subject = obligation.subject.canonicalText
        if onlyVillages, !villageRules.contains(obligation.rule) || subject.contains("村99") { return nil }
        return "\(obligation.rule) \(subject) \(obligation.period) \(obligation.outcome) \(obligation.figures)"
      })
  }
}
