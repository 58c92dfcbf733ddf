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
  /// The language of the first project that names one; nil where none does.
  public private(set) var language: Language?

  /// Creates a loader that reports mistakes to `sink`.
  public init(sink: DiagnosticSink) {
    self.init(sink: sink, testSink: sink)
  }

  /// Creates a loader that reports mistakes of tests to one sink and those of rules to another.
  init(sink: DiagnosticSink, testSink: DiagnosticSink) {
    self.sink = sink
    self.testSink = testSink
  }

  /// Reads the rules and tests at `paths`; without any, of the project in the current folder, or else of that folder.
  ///
  /// Every project is a rule base of its own, as in ``Lint``; all other files and folders are one. Files of tests that are
  /// named themselves belong to the last rule base, or to that of the current folder where no rules are named.
  public mutating func load(_ paths: [String]) -> [RuleTestSuite] {
    let testFiles = paths.filter { FileSystem.isTestFile($0) && !Self.isFolder($0) }
    let others = paths.filter { !testFiles.contains($0) }
    var bases = others.filter(Lint.isProject).map { rulePaths(ofProject: $0) }
    let plain = others.filter { !Lint.isProject($0) }
    if !plain.isEmpty { bases.append(plain.map { ($0, nil) }) }
    let areNamed = !bases.isEmpty
    if !areNamed { bases = [Lint.isProject(".") ? rulePaths(ofProject: "norma.yaml") : [(".", nil)]] }
    return bases.enumerated().map { index, base in
      let isLast = index == bases.count - 1
      return suite(base, named: isLast ? testFiles : [], allTests: areNamed || testFiles.isEmpty)
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

  private func suite(_ base: [RulePath], named: [String], allTests: Bool) -> RuleTestSuite {
    var loader = RuleBaseLoader(sink: sink)
    var testFiles: [String] = []
    for (path, origin) in base {
      let found = (try? FileSystem.testFiles(at: path).get()) ?? []
      testFiles += found
      // A folder may hold tests alone.
      if !found.isEmpty, let rules = try? FileSystem.ruleFiles(at: path).get(), rules.isEmpty { continue }
      loader.read(path: path, from: origin)
    }
    let ruleBase = loader.load()
    let plans = RuleBaseCheck(ruleBase: ruleBase, sink: sink).plans()
    let reader = RuleTestReader(ruleBase: ruleBase, plans: plans, sink: testSink)
    if !allTests {
      let tests = named.flatMap { reader.tests(inFile: $0) }
      let ids = Set(tests.map(\.rule.id))
      return RuleTestSuite(rules: ruleBase.rules.filter { ids.contains($0.id) }, tests: tests)
    }
    let tests = ruleBase.rules.flatMap { reader.tests(of: $0) }
    let files = testFiles + named.filter { !testFiles.contains($0) }
    return RuleTestSuite(rules: ruleBase.rules, tests: tests + files.flatMap { reader.tests(inFile: $0) })
  }

  private static func isFolder(_ path: String) -> Bool {
    if case .success(.directory) = FileSystem.entry(at: path) { true } else { false }
  }
}
