import Testing

@testable import Norma

/// What findings say: the messages of every finding of the conformance cases, in both languages.
@Suite struct MessageTests {
  @Test("findings of every kind and outcome say what was expected, what was found, and what to do")
  func messages() throws {
    var lines: [String] = []
    var seen: Set<String> = []
    for name in ConformanceCaseTests.cases {
      let report = try ConformanceCaseTests.report(name)
      for finding in report.findings {
        seen.insert("\(finding.kind) \(finding.outcomeBeneath.rawValue)")
        lines.append("\(name) · \(finding.rule) · \(finding.outcome.rawValue)")
        lines.append("  \(finding.message.zh)")
        lines.append("  \(finding.message.en)")
      }
    }
    for kind in RuleKinds.all.map({ $0.keyword }) {
      #expect(seen.contains("\(kind) undetermined"), "no message of \(kind) undetermined")
      let broken = ["report", "response"].contains(kind) ? ["late", "overdue"] : ["breached"]
      for outcome in broken { #expect(seen.contains("\(kind) \(outcome)"), "no message of \(kind) \(outcome)") }
    }
    try Snapshot("Tests/NormaTests/Snapshots/messages.txt").check(lines.joined(separator: "\n") + "\n")
  }

  @Test("every rule that ships is explained in both languages")
  func explanations() throws {
    let sink = DiagnosticSink()
    let project = try #require(
      ProjectLoader(sink: sink, machineTimeZone: .utc).load(Checkout.path("Examples/township")))
    let asOf = try #require(CivilDate(iso: "2026-11-23"))
    var text = ""
    for id in project.ruleIDs {
      let explanation = try #require(RuleExplanation(id, of: project, asOf: asOf))
      // Paths depend on where the checkout is.
      text += explanation.text(in: .zh).replacing(Checkout.path(""), with: "") + "\n"
    }
    try Snapshot("Tests/NormaTests/Snapshots/explanations.txt").check(text)
  }
}

/// Where the checkout is.
enum Checkout {
  static func path(_ path: String) -> String {
    "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/" + path
  }
}
