import Testing

@testable import Norma

/// Where tests are found, and which rules they are for.
@Suite struct RuleTestLoaderTests {
  private let test = """
    tests:
      - rule: shop.rule
        name: {zh: 有文字, en: with words}
        as_of: 2026-03-10
        data: {notes: [{no: 1, text: a}]}
        expect: [{subject: {no: 1}, outcome: met}]

    """
  private let inside = """
    - {as_of: 2026-03-10, data: {notes: [{no: 1}]}, expect: [{subject: {no: 1}, outcome: breached}]}
    """

  private func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    _ = try folder.write(ShopRules.file("keyed", tests: inside), to: "rules/rules.yaml")
    _ = try folder.write(test, to: "rules/more/rules_test.yaml")
    _ = try folder.write(
      "norma: 1\norganization: 甲\nrules: [rules]\nlanguage: en\ndata: {}\n", to: "norma.yaml")
    return folder
  }

  private func load(_ paths: [String]) -> (tests: [String], errors: [String], language: Language?) {
    let sink = DiagnosticSink()
    var loader = RuleTestLoader(sink: sink)
    let suites = loader.load(paths)
    let renderer = DiagnosticRenderer(language: .en)
    let errors = sink.sorted().filter { $0.severity == .error }.map { renderer.text(of: $0) }
    return (suites.flatMap(\.tests).map { $0.title(.en) }, errors, loader.language)
  }

  @Test("the tests of a folder are those of its rules, and of the files beside them")
  func folders() throws {
    let folder = try folder()
    let found = load([folder.path + "/rules"])
    #expect(found.tests == ["test 1", "with words"] && found.errors.isEmpty, "\(found.errors)")
  }

  @Test("a project is its file or its folder, and says the language")
  func projects() throws {
    let folder = try folder()
    for path in [folder.path, folder.path + "/norma.yaml"] {
      let found = load([path])
      #expect(found.tests == ["test 1", "with words"] && found.errors.isEmpty, "\(found.errors)")
      #expect(found.language == .en)
    }
  }

  @Test("a file of tests may stand beside the rules that are named")
  func testFiles() throws {
    let folder = try folder()
    let (rules, tests) = (folder.path + "/rules/rules.yaml", folder.path + "/rules/more/rules_test.yaml")
    #expect(load([rules]).tests == ["test 1"])
    #expect(load([rules, tests]).tests == ["test 1", "with words"])
    // A folder of nothing but tests is none of rules.
    let both = load([rules, folder.path + "/rules/more"])
    #expect(both.tests == ["test 1", "with words"] && both.errors.isEmpty, "\(both.errors)")
    // Named twice, it is run once.
    #expect(load([folder.path + "/rules", tests]).tests == ["test 1", "with words"])
  }

  @Test("a test of its own file names one rule, several, or all variants by the id as it is written")
  func variants() throws {
    let folder = try ScratchFolder()
    let rules = """
      datasets: {notes: {key: [no], fields: {no: integer, text: text}}}
      rules:
        - id: shop.{name}
          for: [{name: tea, word: 茶}, {name: rice, word: 米}]
          title: "{word}"
          record: {of: notes, require: 'text == "{word}"'}
        - {id: shop.other, title: 其他, record: {of: notes, require: text != null}}
      """
    func item(_ rule: String, _ text: String) -> String {
      "  - {rule: \(rule), name: t, as_of: 2026-03-10, data: {notes: [{no: 1, text: \(text)}]}, "
        + "expect: [{subject: {no: 1}, outcome: met}]}\n"
    }
    _ = try folder.write(rules, to: "rules/rules.yaml")
    _ = try folder.write(
      "tests:\n" + item("\"shop.{name}\"", "\"{word}\"") + item("[shop.other, shop.rice]", "米"),
      to: "rules/rules_test.yaml")
    let sink = DiagnosticSink()
    var loader = RuleTestLoader(sink: sink)
    let suites = loader.load([folder.path + "/rules"])
    #expect(!sink.hasErrors, "\(sink.diagnostics)")
    #expect(suites.flatMap(\.tests).map(\.rule.id) == ["shop.tea", "shop.rice", "shop.other", "shop.rice"])
    let report = RuleTestReport(running: suites)
    #expect(report.failed == 0 && report.results.count == 4)
  }

  @Test("files of tests are no rule files")
  func ruleFiles() throws {
    let folder = try folder()
    let sink = DiagnosticSink()
    let project = ProjectLoader(sink: sink, machineTimeZone: .utc).load(folder.path)
    #expect(project?.ruleBase.rules.count == 1 && !sink.hasErrors)
  }

  @Test("mistakes in files of tests are told with their places, by lint too")
  func mistakes() throws {
    let folder = try folder()
    _ = try folder.write(
      test.replacing("shop.rule", with: "shop.ruel").replacing("outcome", with: "outcom"),
      to: "rules/more/rules_test.yaml")
    for path in [folder.path, folder.path + "/rules"] {
      let errors = load([path]).errors
      #expect(errors.count == 1 && errors[0].contains("rules_test.yaml:2:11: error: there is no rule `shop.ruel`"))
      #expect(errors[0].contains("did you mean `shop.rule`?"))
      #expect(Lint.check([path]).filter { $0.severity == .error }.count == 1)
    }
    _ = try folder.write("test: []\n", to: "rules/more/rules_test.yaml")
    let errors = load([folder.path]).errors
    #expect(errors.count == 2 && errors[0].contains("lacks `tests`") && errors[1].contains("did you mean `tests`?"))
  }
}
