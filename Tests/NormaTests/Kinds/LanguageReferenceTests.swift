import Foundation
import Testing

@testable import Norma

/// The language reference, held to what the program reads.
@Suite struct LanguageReferenceTests {
  private static let folder = "Sources/Norma/Norma.docc"

  private static func page(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: Checkout.path("\(folder)/\(name).md"))), as: UTF8.self)
  }

  @Test("the page of the rule kinds is what the kinds say of themselves, with the cases that show them")
  func kinds() throws {
    var text = """
      # Kinds of rules

      What each kind demands, its keys, and the cases under `Tests/Conformance/Cases` that show how it decides.


      """
    let cases = try ConformanceCaseTests.cases.map {
      name -> (name: String, rules: String, title: String, outcomes: Set<String>) in
      let folder = Checkout.path("Tests/Conformance/Cases/\(name)")
      let rules = try String(contentsOfFile: folder + "/rules.yaml", encoding: .utf8)
      let project = try String(contentsOfFile: folder + "/norma.yaml", encoding: .utf8)
      let title = project.split(separator: "\n").first.map { String($0.drop { $0 == "#" || $0 == " " }) } ?? ""
      return (name, rules, title, try ConformanceCaseTests.outcomes(name))
    }
    for kind in RuleKinds.all {
      let documentation = kind.documentation
      text +=
        "## \(kind.keyword)\n\n\(documentation.summary.en)\n\(documentation.summary.zh)\n\n| key | meaning | 含义 |\n| --- | --- | --- |\n"
      for key in documentation.keys { text += "| `\(key.name)` | \(key.meaning.en) | \(key.meaning.zh) |\n" }
      text += "\n"
      let shown = cases.filter { $0.name.hasPrefix("\(kind.keyword)/") }
      for item in shown { text += "- `\(item.name)`: \(item.title)\n" }
      #expect(shown.count >= 3, "fewer than three cases show \(kind.keyword)")
      // Each key is shown kept, broken, and where the data can't tell.
      for key in documentation.keys {
        let outcomes = cases.filter { $0.rules.contains("\(key.name):") && $0.rules.contains("\(kind.keyword):") }
          .reduce(into: Set<String>()) { $0.formUnion($1.outcomes) }
        let isShown =
          outcomes.isSuperset(of: ["met", "undetermined"])
          && !outcomes.isDisjoint(with: ["breached", "late", "overdue"])
        #expect(isShown, "no cases show \(key.name) of \(kind.keyword) kept, broken and open: \(outcomes.sorted())")
      }
      text += "\n"
    }
    let topics = Set(cases.compactMap { $0.name.split(separator: "/").first.map(String.init) })
    let others = topics.subtracting(RuleKinds.all.map { $0.keyword }).sorted()
    text += "## What all kinds share\n\n"
    for topic in others {
      for item in cases where item.name.hasPrefix("\(topic)/") { text += "- `\(item.name)`: \(item.title)\n" }
    }
    try Snapshot("\(Self.folder)/Kinds.md").check(text)
  }

  @Test("every key that a rule file may have is in the reference")
  func keys() throws {
    let text = try Self.page("Rules") + Self.page("Datasets")
    let bogus = """
      zzz: 1
      parameters: {p: {value: 1, zzz: 1}}
      calendars: {c: {zzz: 1, years: {2026: {zzz: 1}}}}
      datasets:
        d: {zzz: 1, active: {zzz: 1}, fields: {f: {type: text, zzz: 1, references: {to: d, zzz: 1}}}}
        e: {from: d, zzz: 1, each: [f], fields: {n: count()}}
        g: {from: d, zzz: 1}
      scorecards: [{id: s, each: x, rules: [a], zzz: 1}]
      waivers: [{zzz: 1}]
      rules: [{id: a.b, zzz: 1, source: {zzz: 1}, record: {of: d, require: f != null}}]
      """
    let diagnostics = Lint.check(text: bogus, path: "rules.yaml")
    var known: Set<String> = []
    for case .unknownKey("zzz", _, let keys) in diagnostics.map(\.problem) { known.formUnion(keys) }
    #expect(known.count > 40)
    let kinds = RuleKinds.all.map { $0.keyword }
    for key in known.subtracting(kinds).sorted() {
      #expect(text.contains("`\(key)"), "`\(key)` is not in the reference")
    }
  }

  @Test("every function of conditions is in the reference")
  func functions() throws {
    let text = try Self.page("Expressions")
    let functions = ExpressionFunctions(calendar: .weekendsOnly, timeZone: .utc).names
    for name in functions where !name.contains("_") && !name.contains("@") && !["int", "string"].contains(name) {
      #expect(text.contains("`\(name)"), "`\(name)` is not in the reference")
    }
  }

  @Test(
    "the examples of the reference are rule files without a mistake", arguments: ["Rules", "Datasets", "Expressions"])
  func examples(page: String) throws {
    let parts = try Self.page(page).components(separatedBy: "```yaml\n").dropFirst()
    for part in parts {
      let example = part.components(separatedBy: "```")[0]
      let errors = Lint.check(text: example, path: "\(page).md").filter { $0.severity == .error }
      let renderer = DiagnosticRenderer(language: .en)
      #expect(errors.isEmpty, "\(errors.map { renderer.text(of: $0) }.joined(separator: "\n"))")
    }
  }
}
