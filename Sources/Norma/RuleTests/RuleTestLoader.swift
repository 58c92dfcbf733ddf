/// The rules and the tests that were found together.
public struct RuleTestSuite: Sendable {
  /// The rules, of which each should have tests.
  public let rules: [Rule]
  /// The tests, those that stand with their rules first.
  public let tests: [RuleTest]
}

/// Finds rule tests in projects, rule files and folders.
public struct RuleTestLoader {
  private let sink: DiagnosticSink
  private let testSink: DiagnosticSink
  private let known: Known
  /// The language of the first project that names one; nil where none does.
  public private(set) var language: Language?

  /// Creates a loader that reports mistakes to `sink`.
  public init(sink: DiagnosticSink) {
    self.init(sink: sink, testSink: sink, known: Known())
  }

  /// Rules that were read before.
  struct Known {
    /// Those of projects, by the paths that name them.
    var projects: [String: CheckedRules] = [:]
    /// Those of all other files and folders.
    var others: CheckedRules?
  }

  /// Creates a loader that reports mistakes of tests to one sink and those of rules to another.
  init(sink: DiagnosticSink, testSink: DiagnosticSink, known: Known) {
    self.sink = sink
    self.testSink = testSink
    self.known = known
  }

  /// Reads the rules and tests at `paths`; without any, of the project in the current folder, or else of that folder.
  ///
  /// Every project is a rule base of its own, as in ``Lint``; all other files and folders are one. Files of tests that are
  /// named themselves belong to the last rule base, or to that of the current folder where no rules are named.
  public mutating func load(_ paths: [String]) -> [RuleTestSuite] {
    let testFiles = paths.filter { FileSystem.isTestFile($0) && !Self.isFolder($0) }
    let others = paths.filter { !testFiles.contains($0) }
    var bases = others.filter(Lint.isProject).map { (paths: rulePaths(ofProject: $0), known: known.projects[$0]) }
    let plain = others.filter { !Lint.isProject($0) }
    if !plain.isEmpty { bases.append((plain.map { ($0, nil) }, known.others)) }
    let areNamed = !bases.isEmpty
    if !areNamed { bases = [(Lint.isProject(".") ? rulePaths(ofProject: "norma.yaml") : [(".", nil)], nil)] }
    return bases.enumerated().map { index, base in
      let isLast = index == bases.count - 1
      return suite(
        base.paths, known: base.known, named: isLast ? testFiles : [], allTests: areNamed || testFiles.isEmpty)
    }
  }

  private typealias RulePath = (path: String, origin: SourceLocation?)

  private mutating func rulePaths(ofProject path: String) -> [RulePath] {
    let path = Self.isFolder(path) ? FileSystem.resolve("norma.yaml", from: path) : path
    guard let (file, root) = YAMLFile.read(path, largest: RuleBaseLoader.largestFile, sink: sink),
      var reader = MappingReader(root, place: .project, file: file, sink: sink)
    else { return [] }
    language = language ?? reader.choice("language", Language.self)
    let folder = FileSystem.folder(of: path)
    guard reader.required("rules") != nil else { return [] }
    return (reader.texts("rules") ?? []).map { (FileSystem.resolve($0.value, from: folder), $0.location) }
  }

  private func suite(
    _ base: [RulePath], known: CheckedRules?, named: [String], allTests: Bool
  ) -> RuleTestSuite {
    let testFiles = base.flatMap { (try? FileSystem.testFiles(at: $0.path).get()) ?? [] }
    let checked = known ?? CheckedRules(checking: rules(base), sink: sink)
    let ruleBase = checked.ruleBase
    if !allTests {
      let tests = Self.tests(of: [], inFiles: named, checked, testSink)
      let ids = Set(tests.map(\.rule.id))
      return RuleTestSuite(rules: ruleBase.rules.filter { ids.contains($0.id) }, tests: tests)
    }
    let files = testFiles + named.filter { !testFiles.contains($0) }
    return RuleTestSuite(
      rules: ruleBase.rules, tests: Self.tests(of: ruleBase.rules, inFiles: files, checked, testSink))
  }

  /// Reads the tests that stand with rules and those in files.
  private static func tests(
    of rules: [Rule], inFiles files: [String], _ checked: CheckedRules, _ sink: DiagnosticSink
  ) -> [RuleTest] {
    typealias Read = (tests: [RuleTest], found: [Diagnostic])
    let names = RuleTestReader.Names(of: checked.ruleBase.rules)
    let own = SideBySide.map(parts: rules, atLeast: 50) { rules -> Read in
      let sink = DiagnosticSink()
      let reader = RuleTestReader(checked, names: names, sink: sink)
      return (rules.flatMap { reader.tests(of: $0) }, sink.diagnostics)
    }
    let others = SideBySide.map(files.count) { place -> Read in
      let sink = DiagnosticSink()
      return (RuleTestReader(checked, names: names, sink: sink).tests(inFile: files[place]), sink.diagnostics)
    }
    for read in own + others { sink.report(read.found) }
    return (own + others).flatMap(\.tests)
  }

  private func rules(_ base: [RulePath]) -> RuleBase {
    var loader = RuleBaseLoader(sink: sink)
    for (path, origin) in base {
      // A folder may hold tests alone.
      if let tests = try? FileSystem.testFiles(at: path).get(), !tests.isEmpty,
        let rules = try? FileSystem.ruleFiles(at: path).get(), rules.isEmpty
      {
        continue
      }
      loader.read(path: path, from: origin)
    }
    return loader.load()
  }

  private static func isFolder(_ path: String) -> Bool {
    if case .success(.directory) = FileSystem.entry(at: path) { true } else { false }
  }
}
